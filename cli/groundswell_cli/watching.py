"""Watches an execution until it ends or waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from groundswell.domain.errors import TransientError
from groundswell.domain.ids import ExecutionId
from groundswell.ledger import reading
from groundswell.ports.store import Store
from groundswell_cli.exits import Exit
from groundswell_cli.screens import Screen, open_screen
from groundswell_cli.standing import Standing
from groundswell_cli.surroundings import Surroundings

if TYPE_CHECKING:
    from rich.console import Console

TICK_SECONDS = 1.0
_PATIENCE = 30
"""Looks in a row that may fail before watching is given up."""


@dataclass(frozen=True)
class Watched:
    """What was seen last, and whether the time was over then."""

    standing: Standing
    timed_out: bool = False

    @property
    def exit_status(self) -> Exit:
        """What this is to a script."""
        return Exit.UNFINISHED if self.timed_out else self.standing.exit_status


def read_standing(store: Store, execution_id: ExecutionId) -> Standing:
    """An execution and its waves: two small reads."""
    execution = reading.execution(store, execution_id)
    return Standing(execution, reading.waves(store, execution_id))


def watch(
    store: Store, around: Surroundings, execution_id: ExecutionId, *, console: Console, seconds: float | None
) -> Watched:
    """Look every second until it ends, comes to wait for a person, or the seconds are over.

    Work that goes on while a person is waited for, on a wave that is held because it is late, is watched on by who knew
    of that when he began.

    Raises:
        TransientError: the ledger could not be read for half a minute.
    """
    until = None if seconds is None else around.clock.now() + timedelta(seconds=seconds)
    with open_screen(console) as screen:
        looks = _looks(store, around, execution_id, screen)
        standing = next(looks)
        knows_that_it_is_late = standing.goes_on
        while True:
            now = around.clock.now()
            screen.show(standing, now)
            is_news = standing.waits_for_person and not (knows_that_it_is_late and standing.goes_on)
            if standing.is_over or is_news:
                return Watched(standing)
            if until and now >= until:
                return Watched(standing, timed_out=True)
            around.pause(TICK_SECONDS)
            standing = next(looks)


def _looks(store: Store, around: Surroundings, execution_id: ExecutionId, screen: Screen) -> Iterator[Standing]:
    """Looks without end; one that fails is shown and made again."""
    failures = 0
    while True:
        try:
            standing = read_standing(store, execution_id)
        except TransientError as error:
            failures += 1
            if failures == _PATIENCE:
                raise
            screen.show_trouble(f"cannot read the ledger now, trying again: {error}")
            around.pause(TICK_SECONDS)
        else:
            failures = 0
            yield standing
