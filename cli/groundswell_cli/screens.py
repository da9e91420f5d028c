"""Where an execution is watched: a picture that changes on a terminal, a line for each change elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from rich.console import Group

from groundswell_cli.standing import Standing
from groundswell_cli.views.execution import execution_view
from groundswell_cli.views.progress import progress_lines
from groundswell_cli.views.waiting import Command, attention_view

if TYPE_CHECKING:
    from rich.console import Console
    from rich.live import Live


class Screen(Protocol):
    """Where looks are shown."""

    def show(self, standing: Standing, now: datetime) -> None:
        """Show a look."""

    def show_trouble(self, trouble: str) -> None:
        """Say that a look failed and is tried again."""


@contextmanager
def open_screen(console: Console, command: Command | None = None) -> Iterator[Screen]:
    """The screen that suits the console; closed, it leaves what was shown last.

    With `command`, which makes a command of what follows `dr`, the picture also says what waits for a person: for those
    who watch on while one is waited for.
    """
    if not console.is_terminal:
        yield LineScreen(console)
        return
    from rich.live import Live

    with Live(console=console, auto_refresh=False) as live:
        yield LiveScreen(live, command)


class LineScreen:
    """A line for each thing that changed: for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last: Standing | None = None

    def show(self, standing: Standing, now: datetime) -> None:
        """Print what differs from the look before."""
        for line in progress_lines(self._last, standing, now):
            self._console.print(line, soft_wrap=True)
        self._last = standing

    def show_trouble(self, trouble: str) -> None:
        """Print it."""
        self._console.print(trouble, soft_wrap=True)


class LiveScreen:
    """A picture that is drawn anew."""

    def __init__(self, live: Live, command: Command | None) -> None:
        self._live = live
        self._command = command

    def show(self, standing: Standing, now: datetime) -> None:
        """Draw the execution as it stands."""
        picture = [execution_view(standing.execution, standing.waves, now)]
        attention = attention_view(standing, now, self._command) if self._command else None
        self._live.update(Group(*picture, *([attention] if attention else [])), refresh=True)

    def show_trouble(self, trouble: str) -> None:
        """Print it above the picture."""
        self._live.console.print(trouble)
