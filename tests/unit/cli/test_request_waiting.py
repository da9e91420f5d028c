"""`dr request --wait`: to the end, to where a person must decide, or to the end of the time."""

from __future__ import annotations

from collections.abc import Callable

from groundswell.domain.states import ExecutionStatus
from groundswell_cli.exits import Exit
from tests.unit.cli.fake_hub import FakeHub, Terminal, previewed
from tests.unit.cli.stories import THROTTLED
from tests.unit.cli.story import Story, protected

FAILOVER = ("request", "failover", "--customer", "customer-a", "--environment", "production")


def answered_by(story: Story, answer: Callable[[], object]) -> Terminal:
    return Terminal(FakeHub(story.store, previewed([protected("dc")]), on_publish=answer), story.clock)


def test_request_waits_to_the_end_when_told_to() -> None:
    story = Story()
    terminal = answered_by(story, lambda: begun(story))
    terminal.meanwhile = lambda: ended(story)

    result = terminal.type(*FAILOVER, "--yes", "--wait")

    assert result.exit_code == Exit.OK
    assert f"{story.execution.execution_id} is COMPLETED" in result.stdout


def test_request_gives_the_status_of_a_held_execution_when_it_waited() -> None:
    story = Story()
    terminal = answered_by(story, lambda: begun(story))
    terminal.meanwhile = lambda: story.end(1, "drs/dc", failure=THROTTLED)

    result = terminal.type(*FAILOVER, "--yes", "--wait")

    assert result.exit_code == Exit.WAITING
    assert "advice: raise the quota" in result.stdout
    assert "--wave 1 --state FAILED" in result.stdout


def test_request_stops_waiting_when_the_time_is_over() -> None:
    story = Story()
    terminal = answered_by(story, lambda: begun(story))

    result = terminal.type(*FAILOVER, "--yes", "--wait", "--timeout", "5")

    assert result.exit_code == Exit.UNFINISHED
    assert story.execution.status is ExecutionStatus.RUNNING


def begun(story: Story) -> None:
    story.accept([protected("dc")])
    story.advance()
    story.order(1)


def ended(story: Story) -> None:
    story.end(1, "drs/dc")
    story.advance()
