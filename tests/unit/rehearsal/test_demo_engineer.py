"""The engineer of a story: when a moment has come, and what is said when it never does."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from io import StringIO
from typing import cast

import pytest
from rich.console import Console

from groundswell_cli.standing import Standing
from rehearsal.demo_engineer import Engineer, has_come, is_late
from rehearsal.estate.scenario.story import Moment, Step
from rehearsal.failover import RehearsalFailedError
from rehearsal.rehearsal import Rehearsal
from tests.unit.cli.stories import asking, half_recovered, late, pause
from tests.unit.cli.story import Story, protected


def standing(story: Story) -> Standing:
    return Standing(story.execution, story.waves)


def engineer(story: Story, *steps: Step) -> Engineer:
    """One without an estate: for steps that type and mend nothing."""
    nowhere = cast("Rehearsal", None)
    return Engineer(nowhere, Console(file=StringIO(), width=200), story.execution.execution_id, deque(steps))


def told(of: Engineer) -> str:
    file = of.console.file
    assert isinstance(file, StringIO)
    return file.getvalue()


def step(moment: Moment, text: str = "something is told") -> Step:
    return Step(when=moment, tell=text, after=0)


@pytest.mark.parametrize(
    ("moment", "comes"),
    [
        (Moment(wave=2, status="HELD"), True),
        (Moment(wave=1, status="COMPLETED"), True),
        (Moment(wave=1, status="HELD"), False),
        (Moment(wave=3, status="HELD"), False),
        (Moment(status="PAUSED"), False),
    ],
)
def test_moment_has_come_when_that_wave_stands_so(moment: Moment, comes: bool) -> None:
    assert has_come(moment, standing(half_recovered())) is comes


def test_moment_has_come_when_the_execution_is_paused() -> None:
    story = half_recovered()
    pause(story)

    assert has_come(Moment(status="PAUSED"), standing(story))


def test_wave_is_late_only_from_its_deadline_until_it_is_told() -> None:
    story = Story()
    story.accept([protected("dc")])
    story.advance()
    due = story.clock.now() + timedelta(seconds=900)

    assert not is_late(standing(story), due)
    assert is_late(standing(story), due + timedelta(seconds=1))
    assert not is_late(standing(late()), due + timedelta(seconds=3600))


def test_steps_are_taken_one_after_the_other() -> None:
    story = half_recovered()
    acting = engineer(
        story, step(Moment(wave=2, status="HELD"), "first"), step(Moment(wave=2, status="HELD"), "second")
    )

    acting.look(standing(story))
    after_one = told(acting)
    acting.look(standing(story))

    assert ("first" in after_one, "second" in after_one) == (True, False)
    assert "second" in told(acting)
    assert acting.is_done(standing(story))


def test_story_is_not_done_while_a_late_wave_is_worked_on() -> None:
    assert not engineer(late()).is_done(standing(late()))


def test_story_fails_when_all_is_over_before_its_moment_came() -> None:
    story = Story()
    story.reject("this hub is not armed")
    acting = engineer(story, step(Moment(wave=1, status="HELD")))

    with pytest.raises(RehearsalFailedError, match="is over, and the story still waits until wave 1 is HELD"):
        acting.look(standing(story))


def test_story_fails_when_something_else_is_waited_for_than_it_thinks() -> None:
    story, instants = asking(), iter([100.0, 130.0, 161.0])
    acting = engineer(story, step(Moment(wave=1, status="HELD")))
    acting.now = lambda: next(instants)
    for _ in range(2):
        acting.look(standing(story))

    with pytest.raises(RehearsalFailedError, match=r"wave 1 is AWAITING_APPROVAL.*correct the scenario's story"):
        acting.look(standing(story))
