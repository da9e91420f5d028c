"""Clock, tokens, bus, queue, inventory and answerers: what the reactions need besides ledger and workload accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from groundswell.domain.errors import TransientError
from groundswell.domain.inventory import Contents


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class Tokens(Protocol):
    """Makes what nobody can guess."""

    def new(self) -> str:
        """A fresh token of at least 128 random bits."""


@dataclass(frozen=True)
class BusEntry:
    """One event, as the bus takes it."""

    source: str
    detail_type: str
    detail: str


class PublishError(TransientError):
    """The bus did not take all entries; `refused` has the error of each by its place, all others were taken."""

    def __init__(self, refused: Mapping[int, str]) -> None:
        self.refused = dict(refused)
        first = next(iter(self.refused.values()), "")
        super().__init__(
            f"the bus refused {len(self.refused)} entries (first: {first}); they are published again later"
        )


class Bus(Protocol):
    """Puts events on the hub's bus."""

    def publish(self, entries: Sequence[BusEntry]) -> None:
        """Publish all; entries that the bus refuses are tried again before it gives up on them.

        Raises:
            PublishError: some entries were refused to the end.
        """


class LookQueue(Protocol):
    """The technology's own queue, for the next look at a work order."""

    def send(self, body: str, *, delay_seconds: int) -> None:
        """Send the message; it arrives after `delay_seconds` (0 to 900)."""


class Inventory(Protocol):
    """What cannot be tagged and is declared instead."""

    def read(self) -> Contents:
        """All declared entries, unjudged, and whatever could not be read: one file hides no other.

        Raises:
            TransientError: nothing of it can be read now.
        """
