"""When an execution waited for people: the spans in which its deadlines stood still, as its own facts tell them.

The ledger keeps only the sum up to now. Every transition that stops or starts that clock tells a fact in the same
transaction, at the same instant, so that the facts give back each span exactly.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from groundswell.domain.events.facts import (
    DRCancelled,
    DRCancelling,
    DRCompleted,
    DRFailed,
    DRPaused,
    DRResumed,
    ResourcesRetried,
    WaveApproved,
    WaveAwaitingApproval,
    WaveCancelled,
    WaveCompleted,
    WaveFailed,
    WaveHeld,
    WaveStarted,
)
from groundswell.domain.instants import from_text
from groundswell.domain.records import StoredEvent

_ASKS = {each.detail_type for each in (WaveAwaitingApproval, WaveHeld)}
_ANSWERS = {
    each.detail_type for each in (WaveApproved, WaveStarted, WaveCompleted, WaveFailed, WaveCancelled, ResourcesRetried)
}
_WINDS_UP = {each.detail_type for each in (DRCancelling, DRCancelled, DRCompleted, DRFailed)}
"""From then on it waits for nobody."""


@dataclass
class _Asking:
    """Whom it waits for, fact after fact."""

    paused: bool = False
    waves: set[int] = field(default_factory=set)
    winds_up: bool = False

    @property
    def waits(self) -> bool:
        return not self.winds_up and (self.paused or bool(self.waves))

    def hear(self, fact: StoredEvent) -> None:
        kind = fact.detail_type
        if kind in _ASKS:
            self.waves.add(_wave_of(fact))
        elif kind in _ANSWERS:
            self.waves.discard(_wave_of(fact))
        elif kind in (DRPaused.detail_type, DRResumed.detail_type):
            self.paused = kind == DRPaused.detail_type
        self.winds_up |= kind in _WINDS_UP


@dataclass(frozen=True)
class Standstill:
    """The spans of waiting, in the order of time; the last may go on."""

    spans: tuple[tuple[datetime, datetime | None], ...] = ()

    @classmethod
    def of(cls, facts: Iterable[StoredEvent]) -> Self:
        """What the facts of an execution say."""
        return cls(tuple(_spans(sorted(facts, key=lambda fact: fact.sequence))))

    def seconds_until(self, instant: str) -> float:
        """For how long it had waited for people by then."""
        end = from_text(instant)
        waited = ((min(over or end, end) - began).total_seconds() for began, over in self.spans if began < end)
        return round(sum(waited), 3)

    def seconds_between(self, start: str | None, end: str | None) -> float:
        """For how long it waited for people from one instant to another; nothing where one is not recorded."""
        return round(self.seconds_until(end) - self.seconds_until(start), 3) if start and end else 0.0


def _spans(facts: Iterable[StoredEvent]) -> Iterator[tuple[datetime, datetime | None]]:
    asking, began = _Asking(), None
    for fact in facts:
        asking.hear(fact)
        if asking.waits and began is None:
            began = from_text(fact.occurred_at)
        elif began is not None and not asking.waits:
            yield began, from_text(fact.occurred_at)
            began = None
    if began is not None:
        yield began, None


def _wave_of(fact: StoredEvent) -> int:
    return int(json.loads(fact.detail)["data"]["wave"])
