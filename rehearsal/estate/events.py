"""The EventBridge events that AWS will send, kept until they are due. Some are never sent: delivery is best effort."""

import heapq
import uuid
from collections.abc import Mapping, Sequence
from itertools import count

from rehearsal.estate.caller import Caller
from rehearsal.estate.clock import to_datetime
from rehearsal.estate.dice import Dice

Envelope = dict[str, object]


class EventBook:
    """Planned events in order of time, in the full EventBridge envelope (User Guide, "AWS service event")."""

    def __init__(self, dice: Dice, dropped: float) -> None:
        self._dice = dice
        self._dropped = dropped
        self._numbers = count(1)
        self._heap: list[tuple[float, int, Envelope]] = []

    def plan(
        self,
        at: float,
        owner: Caller,
        kind: tuple[str, str],
        *,
        resources: Sequence[str],
        detail: Mapping[str, object],
    ) -> None:
        """At `at`, in the owner's account and Region, an event of `kind` (source, detail-type), unless dropped."""
        number = next(self._numbers)
        key = ("event", *resources, *kind, sorted(detail.items()))
        if self._dice.roll("dropped", *key) < self._dropped:
            return
        source, detail_type = kind
        envelope: Envelope = {
            "version": "0",
            "id": str(uuid.UUID(self._dice.token(*key, length=32))),
            "detail-type": detail_type,
            "source": source,
            "account": owner.account,
            "time": to_datetime(at).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": owner.region,
            "resources": list(resources),
            "detail": dict(detail),
        }
        heapq.heappush(self._heap, (at, number, envelope))

    def next_at(self) -> float | None:
        """When the next event is due, in seconds since the epoch; None if none is planned."""
        return self._heap[0][0] if self._heap else None

    def due(self, now: float) -> list[Envelope]:
        """The events whose time has come, oldest first; each is given out once."""
        events = []
        while self._heap and self._heap[0][0] <= now:
            events.append(heapq.heappop(self._heap)[2])
        return events
