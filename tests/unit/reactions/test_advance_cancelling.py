"""Winding down: nothing more is begun, what is in flight is followed to its end, and then it is over."""

from __future__ import annotations

from itertools import permutations

import pytest

from groundswell.domain.events.commands import DRCancelRequested, DRPauseRequested, WaveRejectRequested
from groundswell.domain.ids import ResourceId
from groundswell.domain.states import ExecutionStatus, ResourceState, WaveStatus
from groundswell.ledger import keys, orders, reading
from groundswell.reactions.advance_execution import advance
from groundswell.reactions.close_wave import try_close
from tests.unit.ledger.rulings import FAILURE, counts, execution_of, held, mark, put_in, wave_of, worked
from tests.unit.ledger.stories import X, accepted, at, opened_wave, order_of, resource, server
from tests.unit.reactions.bench import Crash
from tests.unit.reactions.control_room import Room, asking_room


def step(room: Room) -> None:
    advance(room.store, room.clock, X, cause="c")


def cancel(room: Room) -> Room:
    """It is cancelled at second 100."""
    room.clock.move_to(at(100))
    room.say(DRCancelRequested)
    return room


def statuses(room: Room) -> list[WaveStatus]:
    return [wave.status for wave in reading.waves(room.store, X)]


def holds(room: Room, names: str) -> list[str]:
    return [name for name in names if room.store.get(keys.hold_key(ResourceId(name)))]


def in_flight(*, pending: str = "b") -> Room:
    """`a` of wave 1 is in flight, some are not begun, and wave 2 was not begun; cancelled."""
    room = Room()
    opened_wave(room.store, *map(server, f"a{pending}"), server("z", 2))
    orders.cut(room.store, order_of(f"a{pending}"))
    put_in(room.store, ResourceState.IN_PROGRESS, "a")
    return cancel(room)


def test_execution_that_was_not_begun_ends_at_once_with_all_its_waves_cancelled() -> None:
    room = Room()
    accepted(room.store, server("a"), server("z", 2))
    cancel(room)

    step(room)

    assert statuses(room) == [WaveStatus.CANCELLED, WaveStatus.CANCELLED]
    assert execution_of(room.store).status is ExecutionStatus.CANCELLED
    skipped_and_cancelled = ["ResourcesSkipped", "WaveCancelled"]
    assert room.kinds == ["DRAccepted", "DRCancelling", *skipped_and_cancelled, *skipped_and_cancelled, "DRCancelled"]
    assert holds(room, "az") == []
    assert {
        resource.state
        for wave in reading.waves(room.store, X)
        for resource in reading.resources(room.store, wave.lanes)
    } == {ResourceState.SKIPPED}
    (told,) = room.told("DRCancelled")
    assert (told["counts"]["skipped"], told["counts"]["remaining"]) == (2, 0)


def test_wave_that_awaited_approval_is_cancelled_when_it_is_rejected() -> None:
    room = asking_room()
    step(room)
    room.say(WaveRejectRequested)

    step(room)

    assert statuses(room) == [WaveStatus.CANCELLED]
    assert room.kinds[-3:] == ["ResourcesSkipped", "WaveCancelled", "DRCancelled"]


def test_what_was_not_begun_is_skipped_and_what_is_in_flight_is_waited_for() -> None:
    room = in_flight()

    step(room)

    assert [room.resource(name).state for name in "ab"] == [ResourceState.IN_PROGRESS, ResourceState.SKIPPED]
    assert statuses(room) == [WaveStatus.RUNNING, WaveStatus.PENDING]
    assert execution_of(room.store).status is ExecutionStatus.CANCELLING
    assert holds(room, "abz") == ["a", "b", "z"]


@pytest.mark.parametrize("failure", [None, FAILURE])
def test_execution_ends_as_cancelled_however_what_was_in_flight_came_out(failure: None) -> None:
    room = in_flight()
    step(room)
    mark(room.store, "a", failure)

    step(room)

    assert statuses(room) == [WaveStatus.CANCELLED, WaveStatus.CANCELLED]
    assert execution_of(room.store).status is ExecutionStatus.CANCELLED
    assert holds(room, "abz") == []
    (told,) = room.told("DRCancelled")
    recovered = int(failure is None)
    assert told["counts"] == {
        "total": 3,
        "remaining": 0,
        "recovered": recovered,
        "failed": 1 - recovered,
        "failed_optional": 0,
        "skipped": 2,
    }


def test_nothing_more_happens_however_often_it_is_advanced_while_something_is_in_flight() -> None:
    room = in_flight()
    step(room)
    before = room.everything()

    for _ in range(3):
        step(room)

    assert room.everything() == before


def test_held_wave_with_nothing_in_flight_is_cancelled() -> None:
    room = Room()
    held(room.store)
    cancel(room)

    step(room)

    assert statuses(room) == [WaveStatus.CANCELLED]
    assert counts(room.store) == (0, 1, 1, 0, 0)


def test_more_than_ninety_that_were_not_begun_are_all_skipped() -> None:
    room = Room()
    opened_wave(room.store, *(server(f"s-{number:03}") for number in range(200)))
    cancel(room)

    step(room)

    assert [len(data["resource_ids"]) for data in room.told("ResourcesSkipped")] == [90, 90, 20]
    assert (counts(room.store), execution_of(room.store).status) == ((0, 0, 0, 0, 200), ExecutionStatus.CANCELLED)


def writes_to_wind_down() -> int:
    room = many_in_chunks()
    room.store.writes_left = 1000
    step(room)
    return 1000 - room.store.writes_left


def many_in_chunks() -> Room:
    room = Room()
    opened_wave(room.store, *(server(f"s-{number:03}") for number in range(100)), server("z", 2))
    return cancel(room)


@pytest.mark.parametrize("writes", range(writes_to_wind_down()))
def test_winding_down_comes_to_the_same_end_wherever_it_was_interrupted(writes: int) -> None:
    room, undisturbed = many_in_chunks(), many_in_chunks()
    step(undisturbed)
    room.store.writes_left = writes
    with pytest.raises(Crash):
        step(room)
    room.store.writes_left = None

    step(room)

    assert room.kinds == undisturbed.kinds
    assert wave_of(room.store).counts == wave_of(undisturbed.store).counts


@pytest.mark.parametrize("order", list(permutations(["close", "advance", "close again", "advance again"])))
def test_end_is_the_same_in_whatever_order_closing_and_advancing_are_tried(order: tuple[str, ...]) -> None:
    room = in_flight()
    step(room)
    mark(room.store, "a")

    for each in (*order, "advance"):
        step(room) if each.startswith("advance") else try_close(room.store, room.clock, X, 1, cause="c")

    ends = ["ResourcesSkipped", "WaveCancelled", "ResourcesSkipped", "WaveCancelled", "DRCancelled"]
    assert room.kinds == ["DRAccepted", "WaveStarted", "DRCancelling", *ends]


def test_cancelling_a_paused_execution_winds_it_down() -> None:
    room = Room()
    worked(room.store, server("a"), server("b"), failed="a")
    room.say(DRPauseRequested, command_id="pause")
    cancel(room)

    step(room)

    assert execution_of(room.store).status is ExecutionStatus.CANCELLED
    assert resource(room.store, "b").state is ResourceState.SKIPPED
