from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from groundswell.adapters.eventbridge_bus import MAX_BYTES, EventBridgeBus
from groundswell.ports.world import BusEntry, PublishError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


class FakeEvents:
    """EventBridge: refuses entries as often as it is told to, by their detail type."""

    def __init__(self, refusals: dict[str, int] | None = None, errors: Sequence[Exception] = ()) -> None:
        self.refusals = dict(refusals or {})
        self.errors = list(errors)
        self.calls: list[list[str]] = []
        self.taken: list[dict[str, Any]] = []

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - EventBridge's name
        self.calls.append([entry["DetailType"] for entry in Entries])
        if self.errors:
            raise self.errors.pop(0)
        results = [self._result(entry) for entry in Entries]
        return {"FailedEntryCount": sum("ErrorCode" in result for result in results), "Entries": results}

    def _result(self, entry: dict[str, Any]) -> dict[str, str]:
        name = entry["DetailType"]
        if self.refusals.get(name, 0) > 0:
            self.refusals[name] -= 1
            return {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}
        self.taken.append(entry)
        return {"EventId": "e"}


def bus_of(events: FakeEvents, pauses: list[float] | None = None) -> EventBridgeBus:
    pause = pauses.append if pauses is not None else lambda _: None
    return EventBridgeBus(cast("EventBridgeClient", events), "hub-bus", pause=pause)


def entries(number: int, detail: str = "{}") -> list[BusEntry]:
    return [BusEntry("groundswell", f"Type{place}", detail) for place in range(number)]


def test_entry_goes_to_the_hubs_bus_as_it_is() -> None:
    events = FakeEvents()

    bus_of(events).publish([BusEntry("groundswell", "DRAccepted", '{"a":1}')])

    assert events.taken == [
        {"EventBusName": "hub-bus", "Source": "groundswell", "DetailType": "DRAccepted", "Detail": '{"a":1}'}
    ]


def test_nothing_is_called_when_there_is_nothing_to_publish() -> None:
    events = FakeEvents()

    bus_of(events).publish([])

    assert events.calls == []


def test_entries_go_by_tens_when_there_are_many() -> None:
    events = FakeEvents()

    bus_of(events).publish(entries(23))

    assert [len(call) for call in events.calls] == [10, 10, 3]


def test_entries_are_parted_when_together_they_are_too_large() -> None:
    events = FakeEvents()

    bus_of(events).publish(entries(4, "x" * (MAX_BYTES // 2)))

    assert [len(call) for call in events.calls] == [2, 2]


def test_size_is_counted_in_bytes_when_characters_take_several() -> None:
    events = FakeEvents()

    bus_of(events).publish(entries(2, "ä" * (MAX_BYTES // 3)))

    assert [len(call) for call in events.calls] == [1, 1]


def test_refused_entries_alone_are_sent_again() -> None:
    events = FakeEvents({"Type1": 1, "Type12": 2})

    bus_of(events).publish(entries(13))

    assert events.calls[2:] == [["Type1", "Type12"], ["Type12"]]
    assert sorted(entry["DetailType"] for entry in events.taken) == sorted(f"Type{place}" for place in range(13))


def test_pauses_grow_and_stay_short_when_entries_are_refused_again_and_again() -> None:
    pauses: list[float] = []

    with pytest.raises(PublishError):
        bus_of(FakeEvents({"Type0": 99}), pauses).publish(entries(1))

    assert len(pauses) == 3
    assert all(low <= pause <= 2 * low for pause, low in zip(pauses, (0.1, 0.2, 0.4), strict=True))


def test_error_names_each_entry_that_was_refused_to_the_end_by_its_place() -> None:
    with pytest.raises(PublishError, match="the bus refused 2 entries") as refused:
        bus_of(FakeEvents({"Type1": 99, "Type11": 99})).publish(entries(12))

    assert refused.value.refused == dict.fromkeys([1, 11], "ThrottlingException: slow down")


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "InternalException", "Message": "oops"}}, "PutEvents"),
        ReadTimeoutError(endpoint_url="https://events.us-west-2.amazonaws.com"),
    ],
)
def test_call_is_made_again_when_it_fails_as_a_whole(error: Exception) -> None:
    events = FakeEvents(errors=[error])

    bus_of(events).publish(entries(2))

    assert events.calls == [["Type0", "Type1"]] * 2
    assert len(events.taken) == 2


def test_other_calls_are_made_when_one_fails_to_the_end() -> None:
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "PutEvents")
    events = FakeEvents(errors=[denied])
    events.refusals = dict.fromkeys([f"Type{place}" for place in range(10)], 99)

    with pytest.raises(PublishError) as refused:
        bus_of(events).publish(entries(12))

    assert sorted(refused.value.refused) == list(range(10))
    assert [entry["DetailType"] for entry in events.taken] == ["Type10", "Type11"]
