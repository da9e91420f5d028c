"""What waits for people: `dr status` says for which decision, since when, who may take it, and what to type."""

from __future__ import annotations

import json

import pytest

from groundswell_cli.exits import Exit
from tests.unit.cli.fake_hub import FakeHub, Terminal
from tests.unit.cli.stories import THROTTLED, asking, cancel, escalate, half_recovered, late, pause, running
from tests.unit.cli.story import Story, protected

LEADERS = "who may: whoever has the policy RecoveryManagers or Administrators"


def status(story: Story, *options: str) -> str:
    """What `dr status` prints of the execution."""
    return Terminal(FakeHub(story.store), story.clock).type("status", story.execution.execution_id, *options).stdout


def test_approval_is_told_with_how_long_it_is_awaited_and_who_may_give_it() -> None:
    story = asking()
    story.clock.pass_(720)

    text = status(story)

    execution_id = story.execution.execution_id
    assert "wave 1 begins once it is approved, asked since 03:00:00 UTC (12m 00s): 1 resource" in text
    assert f"then: dr approve {execution_id} --wave 1 or dr reject {execution_id} --wave 1" in text
    assert LEADERS in text
    assert "NOBODY HAS DECIDED" not in text


def test_approval_that_nobody_gives_is_told_with_when_people_were_told_again() -> None:
    story = asking()
    story.clock.pass_(960)
    escalate(story, 1)
    story.clock.pass_(60)

    assert "NOBODY HAS DECIDED: people were told again at 03:16:00 UTC" in status(story)


def test_approval_that_will_be_needed_is_told_before_it_is_asked_for() -> None:
    assert "wave 3 will need an approval, which may be given before its turn" in status(asking())


def test_pause_is_told_with_since_when_and_who_may_end_it() -> None:
    story = running()
    story.clock.pass_(60)
    pause(story)
    story.clock.pass_(130)

    text = status(story)

    assert "PAUSED since 03:01:00 UTC (2m 10s): nothing new is begun until a person lets it go on" in text
    assert f"next: dr resume {story.execution.execution_id}" in text
    assert "whoever has the policy Operators, RecoveryManagers or Administrators" in text


def test_wave_that_is_held_because_it_is_late_is_told_with_when_it_was_due_and_what_may_be_done() -> None:
    story = late()
    story.clock.pass_(600)

    text = status(story)

    about = f"{story.execution.execution_id} --wave 1"
    assert "wave 1 is held since 03:15:30 UTC (10m 00s): it was due at 03:15:00 UTC, 1 of 2 still to come" in text
    assert "MISSED by 30s" in text
    assert f"next: dr resources {about} --state IN_PROGRESS --state PENDING" in text
    assert f"or:   dr skip {about} --resource ID --reason WHY" in text
    assert "dr retry" not in text


def test_late_wave_of_which_something_failed_is_told_with_what_failed_and_what_is_to_come() -> None:
    story = Story()
    story.accept([protected("dc"), protected("db"), protected("app")])
    story.advance()
    story.order(1)
    story.clock.pass_(930)
    story.miss_deadline(1)
    story.end(1, "drs/dc", failure=THROTTLED)

    assert "1 critical failed of 3, 2 still to come" in status(story)


def test_deadlines_are_told_to_stand_still_and_for_how_long_they_did_in_all() -> None:
    story = late()
    story.clock.pass_(75)
    waiting = status(story)
    story.end(1, "drs/db")
    story.advance()

    assert "deadlines stand still since 03:15:30 UTC; people were waited for 1m 15s in all" in waiting
    assert "people were waited for 1m 15s in all; deadlines stood still meanwhile" in status(story)


def test_nothing_is_told_of_waiting_when_nobody_was_waited_for() -> None:
    assert "waited for" not in status(running())


@pytest.mark.parametrize("width", [80, 120])
def test_what_to_type_stands_on_a_line_of_its_own_whatever_the_width(width: int) -> None:
    story = half_recovered()
    execution_id = story.execution.execution_id
    terminal = Terminal(FakeHub(story.store), story.clock, columns=width)

    lines = terminal.type("status", execution_id).stdout.splitlines()

    retry, skip = f"dr retry {execution_id} --wave 2", f"dr skip {execution_id} --wave 2 --reason WHY"
    assert f"  then: {retry} or {skip}" in lines


def test_list_says_what_each_execution_waits_for() -> None:
    story = half_recovered()
    story.clock.pass_(60)

    text = Terminal(FakeHub(story.store), story.clock).type("status").stdout

    waits = "WAITS FOR A PERSON: wave 2 is held since 03:02:10 UTC (1m 00s): 1 critical failed of 3"
    assert f"{story.execution.execution_id} {waits}" in " ".join(text.split())


def test_scripts_are_told_every_wait_with_its_decisions_and_policies() -> None:
    story = asking()
    pause(story)

    told = json.loads(status(story, "--json"))

    assert [(each["cause"], each["wave"], each["decisions"][0]) for each in told["waits"]] == [
        ("paused", None, "resume"),
        ("approval", 1, "approve"),
    ]
    assert told["waits"][1]["since"] == "2026-01-31T03:00:00.000000Z"
    assert told["waits"][1]["policies"] == ["RecoveryManagers", "Administrators"]


def test_execution_that_is_being_cancelled_waits_for_nobody() -> None:
    story = late()
    terminal = Terminal(FakeHub(story.store), story.clock)
    cancel(story)

    result = terminal.type("status", story.execution.execution_id)

    assert (result.exit_code, "WAITS" in result.stdout) == (Exit.OK, False)


def test_watching_ends_when_a_wave_turns_out_to_be_late() -> None:
    story = running()
    terminal = Terminal(FakeHub(story.store), story.clock)
    terminal.meanwhile = lambda: None if story.waves[0].held_at else story.miss_deadline(1)

    result = terminal.type("status", story.execution.execution_id, "--watch", "--timeout", "60")

    assert result.exit_code == Exit.WAITING


def test_watching_goes_on_when_the_wave_was_known_to_be_late() -> None:
    story = late()
    terminal = Terminal(FakeHub(story.store), story.clock)
    looks = iter(range(3))

    def meanwhile() -> None:
        if next(looks, None) is None:
            story.end(1, "drs/db", failure=THROTTLED)

    terminal.meanwhile = meanwhile

    result = terminal.type("status", story.execution.execution_id, "--watch")

    assert result.exit_code == Exit.WAITING
    assert "1 critical failed of 2" in result.stdout
