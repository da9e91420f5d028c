"""Which resources a retry or a skip takes, in which orders; and what becomes of their wave."""

from __future__ import annotations

from datetime import timedelta

import pytest

from groundswell.domain.events.commands import DRCancelRequested, ResourceRetryRequested, ResourceSkipRequested
from groundswell.domain.ids import ResourceId
from groundswell.domain.operations import Operation, Phase
from groundswell.domain.protection import Protected
from groundswell.domain.records import IntentState
from groundswell.domain.states import ResourceState, WaveStatus
from groundswell.ledger import keys, orders
from groundswell.ports.store import Put, Update
from tests.unit.ledger.rulings import OPTIONAL, ORDER, counts, held, put_in, put_wave, wave_of, worked
from tests.unit.ledger.stories import LANE, at, latest, opened_wave, resource, server
from tests.unit.reactions.bench import Crash
from tests.unit.reactions.control_room import Room

RETRY, SKIP = ResourceRetryRequested, ResourceSkipRequested
AboutResources = type[ResourceRetryRequested | ResourceSkipRequested]
both = pytest.mark.parametrize("kind", [RETRY, SKIP])


def room_with(failed: str, recovered: str = "", *, pending: str = "") -> Room:
    """A wave, held where nothing is pending; its failures are of second 20. It is second 100."""
    room = Room()
    found = list(map(server, failed + recovered + pending))
    prepare = worked if pending else held
    prepare(room.store, *found, failed=failed, recovered=recovered)
    room.clock.advance(100)
    return room


def many_failed(number: int) -> Room:
    """A held wave in which so many failed."""
    return all_failed(*(server(f"s-{each:03}") for each in range(number)))


def all_failed(*planned: Protected) -> Room:
    """A held wave in which all of these failed."""
    room = Room()
    opened_wave(room.store, *planned)
    put_in(room.store, ResourceState.FAILED, *(each.resource_id for each in planned))
    put_wave(room.store, status=WaveStatus.HELD, remaining=0, failed=len(planned))
    room.clock.advance(100)
    return room


def let_doubt(room: Room, names: str = "a", state: IntentState = IntentState.OPEN) -> None:
    """Let a call have been made for these, of which the ledger knows so much."""
    order = latest(room.store, ORDER)
    intent = orders.intent_for(order, Phase.INSTANTIATE, 1, list(map(ResourceId, names)), at(11))
    key = keys.intent_key(LANE, order.order_id, intent.phase, intent.number)
    room.store.write(Put({"pk": key.pk, "sk": key.sk, **intent.model_copy(update={"state": state}).as_item()}))


def taken(room: Room) -> list[list[str]]:
    """The resources of each fact."""
    return [[*data["resource_ids"]] for kind in ("Retried", "Skipped") for data in room.told(f"Resources{kind}")]


@both
def test_named_resources_are_taken_and_no_others(kind: AboutResources) -> None:
    room = room_with("abc")

    room.say(kind, resource_ids=("a", "c"))

    assert taken(room) == [["a", "c"]]
    assert resource(room.store, "b").state is ResourceState.FAILED


@both
def test_all_that_failed_are_taken_when_none_is_named(kind: AboutResources) -> None:
    room = room_with("ac", "b", pending="d")

    room.say(kind)

    assert taken(room) == [["a", "c"]]


@both
def test_all_that_failed_are_those_that_had_when_it_was_said(kind: AboutResources) -> None:
    room = room_with("ab", pending="c")
    key = keys.resource_key(LANE, ResourceId("b"))
    later = room.clock.now() - timedelta(seconds=40)
    room.store.write(Update(key, set={"ended_at": later.isoformat().replace("+00:00", ".000001Z")}))

    room.say(kind, said_at=later)

    assert taken(room) == [["a"]]


def test_resource_that_was_not_begun_is_skipped_when_it_is_named() -> None:
    room = room_with("a", pending="bc")

    room.say(SKIP, resource_ids=("a", "b"))

    assert taken(room) == [["a", "b"]]
    assert counts(room.store) == (1, 0, 0, 0, 2)


@both
def test_nothing_is_taken_when_one_of_the_named_is_in_a_wrong_state(kind: AboutResources) -> None:
    room = room_with("a", "b", pending="c")
    put_in(room.store, ResourceState.IN_PROGRESS, "c")

    room.say(kind, resource_ids=("a", "b", "c", "z"))

    assert taken(room) == []
    assert room.refusals == [
        "b is RECOVERED: it has not failed; c is IN_PROGRESS: wait until it ends; z is not in wave 1, see: dr resources"
    ]


@both
def test_nothing_is_taken_when_nothing_failed(kind: AboutResources) -> None:
    room = room_with("", "a", pending="b")

    room.say(kind)

    assert room.refusals == ["nothing in wave 1 has failed"]


def test_order_of_a_retry_is_the_next_attempt_at_the_same_place() -> None:
    room = room_with("ab")

    room.say(RETRY)

    (order,) = room.orders
    assert (order.technology, order.account, order.region) == ("drs", "222222222201", "us-west-2")
    assert (order.operation, order.attempt, order.resource_ids) == (Operation.FAILOVER, 2, ("a", "b"))
    assert (order.token, order.causation_id, order.correlation_id) == ("token-1", "command-1", "c-1")
    assert order.order_id.startswith("dr-1.w001.drs.retry.")


def test_resources_of_several_places_and_attempts_are_tried_again_each_in_an_order_of_its_own() -> None:
    changes = {"a": {}, "b": {"account": "3"}, "c": {"region": "r"}, "d": {"technology": "aurora"}, "e": {}}
    room = all_failed(*(server(name).model_copy(update=change) for name, change in changes.items()))
    room.store.write(Update(keys.resource_key(LANE, ResourceId("e")), set={"attempt": 2}))

    room.say(RETRY)

    found = {
        (*order.resource_ids, order.technology, order.account, order.region, order.attempt) for order in room.orders
    }
    assert found == {
        ("a", "drs", "222222222201", "us-west-2", 2),
        ("b", "drs", "3", "us-west-2", 2),
        ("c", "drs", "222222222201", "r", 2),
        ("d", "aurora", "222222222201", "us-west-2", 2),
        ("e", "drs", "222222222201", "us-west-2", 3),
    }


def test_order_holds_no_more_than_its_technology_takes() -> None:
    room = room_with("abcde")
    room.order_size = lambda technology: {"drs": 2}[technology]

    room.say(RETRY)

    assert sorted(order.resource_ids for order in room.orders) == [("a", "b"), ("c", "d"), ("e",)]
    assert len({order.token for order in room.orders}) == 3


@both
def test_more_than_ninety_are_all_taken(kind: AboutResources) -> None:
    room = many_failed(200)
    room.order_size = lambda _: 200

    room.say(kind)

    assert [len(each) for each in taken(room)] == [90, 90, 20]
    assert len({name for each in taken(room) for name in each}) == 200
    assert wave_of(room.store).failed == 0


def test_doubt_about_a_call_refuses_the_retry_and_names_the_call() -> None:
    room = room_with("ab")
    let_doubt(room)

    room.say(RETRY)

    (reason,) = room.refusals
    assert "what became of call dr-1.w001.drs.here.000.INSTANTIATE.1 for a is not known" in reason
    assert room.orders == []


@pytest.mark.parametrize("state", [IntentState.SETTLED, IntentState.REFUSED])
def test_call_of_which_it_is_known_what_became_does_not_stand_in_the_way(state: IntentState) -> None:
    room = room_with("ab")
    let_doubt(room, state=state)

    room.say(RETRY)

    assert taken(room) == [["a", "b"]]


def test_doubt_about_one_resource_does_not_stand_in_the_way_of_another() -> None:
    room = room_with("ab")
    let_doubt(room)

    room.say(RETRY, resource_ids=("b",))

    assert taken(room) == [["b"]]


def test_resource_in_doubt_may_be_skipped() -> None:
    room = room_with("ab")
    let_doubt(room)

    room.say(SKIP)

    assert taken(room) == [["a", "b"]]


def test_wave_is_completed_when_the_last_failure_is_skipped() -> None:
    room = room_with("a", "b")

    room.say(SKIP)

    assert wave_of(room.store).status is WaveStatus.COMPLETED
    assert room.kinds[-2:] == ["ResourcesSkipped", "WaveCompleted"]


def test_wave_stays_held_when_another_failure_is_left() -> None:
    room = room_with("ab")

    room.say(SKIP, resource_ids=("a",))

    assert wave_of(room.store).status is WaveStatus.HELD


def test_wave_is_closed_by_the_same_skip_said_again_when_who_decided_died_before() -> None:
    room = room_with("a", "b")
    said_at = room.clock.now()
    room.store.writes_left = 1
    with pytest.raises(Crash):
        room.say(SKIP, said_at=said_at)
    room.store.writes_left = None
    assert wave_of(room.store).status is WaveStatus.HELD

    room.say(SKIP, said_at=said_at)

    assert wave_of(room.store).status is WaveStatus.COMPLETED


def test_optional_failures_are_tried_again_too() -> None:
    room = Room()
    worked(room.store, server("a", 1, **OPTIONAL), server("b"), failed="a")
    room.clock.advance(100)

    room.say(RETRY)

    assert taken(room) == [["a"]]
    assert counts(room.store) == (2, 0, 0, 0, 0)


def test_rest_of_a_decision_is_left_when_the_execution_was_cancelled_in_between() -> None:
    room = many_failed(100)
    room.store.writes_left = 1
    with pytest.raises(Crash):
        room.say(RETRY, said_at=at(100))
    room.store.writes_left = None
    room.say(DRCancelRequested, command_id="command-2")

    room.say(RETRY, said_at=at(100))

    assert [len(each) for each in taken(room)] == [90]
    assert room.refusals == []
