"""The hub's bus on EventBridge: the one publisher."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from groundswell.ports.world import BusEntry, PublishError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

MAX_ENTRIES = 10
"""Entries that one PutEvents call takes (EventBridge API reference, PutEvents)."""
MAX_BYTES = 240_000
"""Bytes of detail a call, below the documented 256 KB of a whole request."""
_ATTEMPTS = 4
_FIRST_PAUSE = 0.1


class EventBridgeBus:
    """Publishes by tens; what is refused is sent again a few times, alone among the refused."""

    def __init__(self, client: EventBridgeClient, bus: str, *, pause: Callable[[float], None]) -> None:
        self._client = client
        self._bus = bus
        self._pause = pause

    def publish(self, entries: Sequence[BusEntry]) -> None:
        """Publish all entries.

        Raises:
            PublishError: some were refused to the end; all others are on the bus.
        """
        left: dict[int, str] = dict.fromkeys(range(len(entries)), "")
        for attempt in range(_ATTEMPTS):
            if attempt:
                self._pause(_FIRST_PAUSE * 2**attempt * (0.5 + random.random() / 2))  # noqa: S311 - jitter, no secret
            left = {
                place: error
                for call in _calls(entries, list(left))
                for place, error in self._put(entries, call).items()
            }
            if not left:
                return
        raise PublishError(left)

    def _put(self, entries: Sequence[BusEntry], places: Sequence[int]) -> dict[int, str]:
        """One call; the errors by place of what was refused."""
        try:
            reply = self._client.put_events(Entries=[self._entry(entries[place]) for place in places])
        except (ClientError, BotoCoreError) as error:
            return {place: str(error) for place in places}
        if not reply["FailedEntryCount"]:
            return {}
        return {
            place: f"{result.get('ErrorCode')}: {result.get('ErrorMessage')}"
            for place, result in zip(places, reply["Entries"], strict=True)
            if "ErrorCode" in result
        }

    def _entry(self, entry: BusEntry) -> PutEventsRequestEntryTypeDef:
        return {
            "EventBusName": self._bus,
            "Source": entry.source,
            "DetailType": entry.detail_type,
            "Detail": entry.detail,
        }


def _calls(entries: Sequence[BusEntry], places: Sequence[int]) -> list[list[int]]:
    """The places in calls of at most ten entries and the allowed bytes."""
    calls: list[list[int]] = []
    size = 0
    for place in places:
        length = len(entries[place].detail.encode())
        if not calls or len(calls[-1]) == MAX_ENTRIES or size + length > MAX_BYTES:
            calls.append([])
            size = 0
        calls[-1].append(place)
        size += length
    return calls
