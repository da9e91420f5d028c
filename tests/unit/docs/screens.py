"""The screens that the pages show: what `dr` itself prints, for executions that the ledger holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tests.unit.cli.fake_hub import FakeHub, Terminal
from tests.unit.cli.stories import asking, escalate, half_recovered, late, pause
from tests.unit.cli.story import Story
from tests.unit.cli.test_decision_commands import terminal_of
from tests.unit.docs.pages import Page

COLUMNS = 112
_MARKED = re.compile(r"<!-- screen: (\S+) -->\n```\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shown_on(page: Page) -> dict[str, str]:
    """The screens of a page by name, the commands that were typed included."""
    return dict(_MARKED.findall(page.text))


def _typed(story: Story, *words: str, command_id: str | None = None) -> str:
    """What stands on the terminal after a command: its line, and what it printed."""
    terminal = terminal_of(story)
    terminal.columns = COLUMNS
    command, *options = words
    line = [command, story.execution.execution_id, *options]
    printed = terminal.type(*line, *(("--command-id", command_id) if command_id else ())).stdout
    quoted = " ".join(f'"{word}"' if " " in word else word for word in line)
    return f"$ dr {quoted}\n" + "".join(f"{line.rstrip()}\n" for line in printed.splitlines())


def _listed(story: Story) -> str:
    printed = Terminal(FakeHub(story.store), story.clock, columns=COLUMNS).type("status").stdout
    return "$ dr status\n" + "".join(f"{line.rstrip()}\n" for line in printed.splitlines())


def _after(story: Story, seconds: float) -> Story:
    story.clock.pass_(seconds)
    return story


def _asked_again() -> Story:
    story = _after(asking(), 960)
    escalate(story, 1)
    return _after(story, 60)


def _approved() -> Story:
    story = _after(asking(), 720)
    terminal_of(story).type("approve", story.execution.execution_id, "--command-id", "cli-20260131T031200Z-0b1c2d3e")
    return _after(story, 4)


def _paused() -> Story:
    story = half_recovered()
    pause(story)
    return _after(story, 130)


SCREENS: Mapping[str, Callable[[], str]] = {
    "list": lambda: _listed(_after(half_recovered(), 75)),
    "held": lambda: _typed(_after(half_recovered(), 75), "status"),
    "failed": lambda: _typed(_after(half_recovered(), 75), "resources", "--wave", "2", "--state", "FAILED"),
    "doubt": lambda: _typed(
        _after(half_recovered(), 75),
        "retry",
        "--wave",
        "2",
        "--resource",
        "drs/batch",
        command_id="cli-20260131T030330Z-1f2e3d4c",
    ),
    "approval": lambda: _typed(_asked_again(), "status"),
    "approve": lambda: _typed(
        _after(asking(), 720),
        "approve",
        "--wave",
        "1",
        "--reason",
        "the owner of the shop agrees",
        command_id="cli-20260131T031200Z-0b1c2d3e",
    ),
    "refused": lambda: _typed(_approved(), "approve", "--wave", "1", command_id="cli-20260131T031204Z-5a6b7c8d"),
    "late": lambda: _typed(_after(late(), 600), "status"),
    "pause": lambda: _typed(
        _after(late(), 0), "pause", "--reason", "the storage is full", command_id="cli-20260131T031531Z-9e8d7c6b"
    ),
    "paused": lambda: _typed(_paused(), "status"),
}
"""The screens by name."""
