"""`dr status --watch`: each change is told once, until the end or until the time is over."""

from __future__ import annotations

import pytest

from groundswell.domain.errors import TransientError
from groundswell_cli.exits import Exit
from tests.unit.cli.fake_hub import FakeHub, Terminal, terminal_of
from tests.unit.cli.stories import complete, finish_first, finish_second, order_second, running
from tests.unit.cli.story import REQUEST, Story


def test_status_watches_the_open_execution_when_none_is_named() -> None:
    story = running()
    terminal = terminal_of(story)
    terminal.meanwhile = lambda: complete(story)

    result = terminal.type("status", "--watch")

    assert result.exit_code == Exit.OK
    assert f"{story.execution.execution_id} is COMPLETED" in result.stdout


def test_status_asks_for_a_name_when_none_is_open_to_watch() -> None:
    result = Terminal().type("status", "--watch")

    assert result.exit_code == Exit.REFUSED
    assert "no execution is open" in result.stderr


def test_status_watches_to_the_end_and_tells_each_change_once() -> None:
    story = running()
    terminal = terminal_of(story)
    steps = iter([nothing, finish_first, Story.advance, order_second])
    terminal.meanwhile = lambda: next(steps, finish_second)(story)

    result = terminal.type("status", story.execution.execution_id, "--watch")

    lines = [line.partition(" ")[2] for line in result.stdout.splitlines() if line.startswith("03:")]
    assert result.exit_code == Exit.OK
    assert lines == [
        f"{story.execution.execution_id} is RUNNING",
        "wave 1 RUNNING: 0 of 1 recovered, 0 failed, 0 skipped, 1 to come",
        "wave 1 COMPLETED: 1 of 1 recovered, 0 failed, 0 skipped, 0 to come",
        "wave 2 RUNNING: 0 of 1 recovered, 0 failed, 0 skipped, 1 to come",
        f"{story.execution.execution_id} is COMPLETED",
        "wave 2 COMPLETED: 1 of 1 recovered, 0 failed, 0 skipped, 0 to come",
    ]


def nothing(_: Story) -> None:
    pass


def test_status_stops_watching_when_the_time_is_over() -> None:
    story = running()

    result = terminal_of(story).type("status", story.execution.execution_id, "--watch", "--timeout", "3")

    assert result.exit_code == Exit.UNFINISHED


def test_status_goes_on_watching_when_the_ledger_cannot_be_read_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    story = running()
    terminal = terminal_of(story)
    terminal.meanwhile = lambda: stumble_once(monkeypatch, terminal.hub)

    result = terminal.type("status", story.execution.execution_id, "--watch", "--timeout", "3")

    assert result.exit_code == Exit.UNFINISHED
    assert "cannot read the ledger now, trying again: no reply" in result.stdout


def stumble_once(monkeypatch: pytest.MonkeyPatch, hub: FakeHub) -> None:
    if not hub.asked:
        monkeypatch.setattr(hub.store, "get", fail)
        hub.asked.append(REQUEST)
    else:
        monkeypatch.undo()


def fail(_: object) -> None:
    raise TransientError("no reply")
