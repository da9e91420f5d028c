"""Decisions that meet each other, or an execution that moves on; and who decides dies in the middle of it."""

from __future__ import annotations

import pytest

from groundswell.domain.errors import TransientError
from groundswell.domain.events.commands import (
    Command,
    DRCancelRequested,
    DRPauseRequested,
    ResourceRetryRequested,
    ResourceSkipRequested,
)
from groundswell.domain.states import ExecutionStatus, ResourceState
from groundswell.ledger import reading
from groundswell.ports.store import TransactionRefusedError
from groundswell.reactions.attempts import ATTEMPTS
from tests.unit.domain.builders import KINDS
from tests.unit.ledger.rulings import counts, held
from tests.unit.ledger.stories import LANE, server, set_status
from tests.unit.reactions.bench import Crash
from tests.unit.reactions.control_room import Room, at_once, held_room, room_for

NAMES = "abcdefg"
MANY = 7
"""Resources that failed, of which an order or a transaction takes three here."""


@pytest.mark.parametrize("kind", list(KINDS))
def test_decision_takes_effect_once_when_it_is_taken_twice_at_once(kind: type[Command]) -> None:
    alone, room = room_for(kind), room_for(kind)
    alone.say(kind)

    errors = at_once(room, lambda: room.say(kind), lambda: room.say(kind))

    assert errors == []
    assert room.kinds == alone.kinds


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (DRPauseRequested, DRCancelRequested),
        (DRPauseRequested, ResourceSkipRequested),
        (ResourceRetryRequested, ResourceSkipRequested),
        (DRCancelRequested, ResourceRetryRequested),
    ],
)
def test_two_decisions_at_once_come_to_what_they_would_one_after_the_other(
    first: type[Command], second: type[Command]
) -> None:
    room = held_room()

    errors = at_once(
        room, lambda: room.say(first, command_id="command-1"), lambda: room.say(second, command_id="command-2")
    )

    assert errors == []
    assert come_to(room) in (one_after_the_other(first, second), one_after_the_other(second, first))


def one_after_the_other(first: type[Command], second: type[Command]) -> tuple[list[str], bool]:
    room = held_room()
    room.say(first, command_id="command-1")
    room.say(second, command_id="command-2")
    return come_to(room)


def come_to(room: Room) -> tuple[list[str], bool]:
    """The facts in their order, and whether the wave was closed: another decision may come between a skip and that."""
    return [kind for kind in room.kinds if kind != "WaveCompleted"], "WaveCompleted" in room.kinds


def test_decision_is_taken_anew_when_the_execution_moves_on_meanwhile() -> None:
    room = held_room()

    def overtake() -> None:
        room.store.before_write = lambda: None
        set_status(room.store, ExecutionStatus.CANCELLING)

    room.store.before_write = overtake

    room.say(DRPauseRequested)

    assert "DRPaused" not in room.kinds
    assert ["dr-1 is being cancelled" in reason for reason in room.refusals] == [True]


def test_decision_comes_again_when_the_execution_moves_on_faster_than_it_can_be_taken() -> None:
    room, tried = held_room(), []

    def refuse() -> None:
        tried.append(1)
        raise TransactionRefusedError([])

    room.store.before_write = refuse

    with pytest.raises(TransientError, match="deciding about dr-1: overtaken 20 times in a row"):
        room.say(DRPauseRequested)
    assert len(tried) == ATTEMPTS


@pytest.fixture
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groundswell.ledger.reopening.MAX_RESOURCES", 3)


def room_of_many() -> Room:
    """Seven resources failed; one and a half hundred seconds have passed."""
    room = Room()
    held(room.store, *map(server, NAMES), failed=NAMES, recovered="")
    room.clock.advance(150)
    return room


def states(room: Room) -> set[ResourceState]:
    return {each.state for each in reading.resources(room.store, [LANE])}


def told_of(room: Room, kind: str) -> list[str]:
    return [name for data in room.told(kind) for name in data["resource_ids"]]


KINDS_IN_PARTS: list[tuple[type[Command], str, ResourceState]] = [
    (ResourceRetryRequested, "ResourcesRetried", ResourceState.PENDING),
    (ResourceSkipRequested, "ResourcesSkipped", ResourceState.SKIPPED),
]


@pytest.mark.usefixtures("_small_chunks")
@pytest.mark.parametrize("names", [(), tuple(NAMES)])
@pytest.mark.parametrize(("kind", "told", "state"), KINDS_IN_PARTS)
@pytest.mark.parametrize("writes", range(4))
def test_rest_is_done_and_nothing_twice_when_who_decided_died_in_between(
    kind: type[Command], told: str, state: ResourceState, names: tuple[str, ...], writes: int
) -> None:
    room = room_of_many()
    said_at = room.clock.now()
    room.store.writes_left = writes
    died = writes < 3 or kind is ResourceSkipRequested
    if died:
        with pytest.raises(Crash):
            room.say(kind, said_at=said_at, resource_ids=names)
    else:
        room.say(kind, said_at=said_at, resource_ids=names)
    room.store.writes_left = None
    room.clock.advance(120)

    room.say(kind, said_at=said_at, resource_ids=names)

    assert states(room) == {state}
    assert sorted(told_of(room, told)) == list(NAMES)
    assert room.refusals == []


@pytest.mark.usefixtures("_small_chunks")
@pytest.mark.parametrize("names", [(), tuple(NAMES)])
def test_rest_is_done_without_what_failed_once_more_meanwhile(names: tuple[str, ...]) -> None:
    room = room_of_many()
    said_at = room.clock.now()
    room.store.writes_left = 1
    with pytest.raises(Crash):
        room.say(ResourceRetryRequested, said_at=said_at, resource_ids=names)
    room.store.writes_left = None
    room.clock.advance(120)
    room.fail_again("a")

    room.say(ResourceRetryRequested, said_at=said_at, resource_ids=names)

    assert room.resource("a").state is ResourceState.FAILED
    assert sorted(told_of(room, "ResourcesRetried")) == list(NAMES)
    assert counts(room.store) == (MANY - 1, 0, 1, 0, 0)


@pytest.mark.usefixtures("_small_chunks")
@pytest.mark.parametrize(("kind", "told", "state"), KINDS_IN_PARTS)
def test_many_are_decided_about_once_when_it_is_taken_twice_at_once(
    kind: type[Command], told: str, state: ResourceState
) -> None:
    room = room_of_many()

    errors = at_once(room, lambda: room.say(kind), lambda: room.say(kind))

    assert errors == []
    assert states(room) == {state}
    assert sorted(told_of(room, told)) == list(NAMES)
