from __future__ import annotations

import pytest

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.errors import StaleWriteError
from groundswell.domain.ids import ExecutionId, Lane, ResourceId
from groundswell.domain.instants import to_text
from groundswell.domain.protection import Fitness, Protected
from groundswell.domain.records import Execution, Hold
from groundswell.domain.states import OPEN_EXECUTION, ExecutionStatus, ResourceState
from groundswell.ledger import executions, holding, keys, reading
from groundswell.ledger.holding import CHUNK, HeldElsewhereError
from groundswell.ports.store import Index, Store, Update
from tests.unit.domain.builders import protected
from tests.unit.ledger.stories import LANE, NOW, X, accepted, at, everything, planning, resource, server

OTHER = ExecutionId("dr-2")


def begun(store: Store, execution_id: ExecutionId = X) -> Execution:
    executions.begin(store, planning(execution_id))
    return planning(execution_id)


def take(store: Store, execution: Execution, *planned: Protected, planner: int = 1) -> None:
    holding.take(store, execution, planner, planned, at=at(3))


def hold_of(store: Store, name: str) -> Hold | None:
    item = store.get(keys.hold_key(ResourceId(name)))
    return Hold.of(item) if item else None


def put_in(store: Store, execution_id: ExecutionId, status: ExecutionStatus) -> None:
    store.write(Update(keys.execution_key(execution_id), set={"status": status}))


def test_resource_is_written_and_held_when_it_is_free(store: Store) -> None:
    execution = begun(store)
    planned = protected(
        tags={"dr:resource-id": "a", "dr:impact": "optional", "dr:rto-target": "15", "Application": "shop"},
        fitness=Fitness(fit=True, state="CONTINUOUS", lag_seconds=2.6),
        parameters={"source_server_id": "s-1"},
        source_region="us-east-1",
    )

    take(store, execution, planned)

    written = resource(store, "a")
    assert (written.state, written.attempt, written.order_id) == (ResourceState.PENDING, 1, None)
    assert (written.impact, written.rto_minutes, written.application) == ("optional", 15, "shop")
    assert (written.lag_seconds, written.parameters, written.source_region) == (
        3,
        {"source_server_id": "s-1"},
        "us-east-1",
    )
    assert hold_of(store, "a") == Hold(
        execution_id=X, wave=1, technology="drs", resource_id=ResourceId("a"), held_at=to_text(at(3))
    )


def test_hold_is_found_by_what_awss_events_call_the_resource(store: Store) -> None:
    take(store, begun(store), protected(tags={"dr:resource-id": "a"}, wake_key="arn:aws:drs:1"), server("b"))

    assert [item["resource_id"] for item in store.query_index(Index.WAKE, "arn:aws:drs:1")] == ["a"]


def test_all_are_taken_when_there_are_more_than_a_transaction_holds(store: Store) -> None:
    names = [f"s-{number:03}" for number in range(CHUNK + 3)]

    take(store, begun(store), *map(server, reversed(names)))

    assert [each.resource_id for each in reading.resources(store, [LANE])] == names
    assert all(hold_of(store, name) for name in names)


def test_taking_again_changes_nothing_but_the_time(store: Store) -> None:
    execution = begun(store)
    take(store, execution, server("a"), server("b"))
    before = everything(store)

    take(store, execution, server("a"), server("b"))

    assert everything(store) == before


@pytest.mark.parametrize("status", list(ExecutionStatus))
def test_hold_binds_only_while_its_execution_is_open(status: ExecutionStatus) -> None:
    store = MemoryStore()
    take(store, begun(store, OTHER), server("b"))
    put_in(store, OTHER, status)
    execution = begun(store)

    if status in OPEN_EXECUTION:
        with pytest.raises(HeldElsewhereError, match="b is held by execution dr-2 since 2030-01-01T00:00:03"):
            take(store, execution, server("a"), server("b"))
        expected = OTHER
    else:
        take(store, execution, server("a"), server("b"))
        expected = X

    held = hold_of(store, "b")
    assert held
    assert held.execution_id == expected


def test_hold_of_an_ended_execution_is_taken_over(store: Store) -> None:
    accepted(store, server("a"), server("b"), execution_id=OTHER)
    put_in(store, OTHER, ExecutionStatus.COMPLETED)

    take(store, begun(store), server("a"), server("b"), server("c"))

    assert [hold.execution_id for name in "abc" if (hold := hold_of(store, name))] == [X] * 3


def test_hold_of_an_execution_that_is_gone_is_taken_over(store: Store) -> None:
    hold = Hold(execution_id=OTHER, wave=1, technology="drs", resource_id=ResourceId("a"), held_at=to_text(NOW))
    key = keys.hold_key(ResourceId("a"))
    store.write(Update(key, set=hold.as_item()))

    take(store, begun(store), server("a"))

    taken = hold_of(store, "a")
    assert taken
    assert taken.execution_id == X


def test_nothing_of_a_chunk_is_taken_when_one_of_it_is_held(store: Store) -> None:
    take(store, begun(store, OTHER), server("b"))
    execution = begun(store)

    with pytest.raises(HeldElsewhereError) as held:
        take(store, execution, server("a"), server("b"))

    assert held.value.hold.resource_id == "b"
    assert hold_of(store, "a") is None
    assert list(reading.resources(store, [LANE])) == []


def test_resource_stays_in_the_wave_that_a_former_planner_put_it_in(store: Store) -> None:
    execution = begun(store)
    take(store, execution, server("a", 1), server("b", 1))

    take(store, execution, server("a", 2), server("b", 1))

    assert [each.resource_id for each in reading.resources(store, [LANE])] == ["a", "b"]
    assert list(reading.resources(store, [Lane(X, 2, "drs")])) == []


def test_nothing_is_taken_when_another_planner_has_taken_over(store: Store) -> None:
    execution = begun(store)
    executions.take_up_planning(store, execution, now=at(36), until=at(71))
    before = everything(store)

    with pytest.raises(StaleWriteError, match="dr-1 is planned by another run of the planner by now"):
        take(store, execution, server("a"))
    assert everything(store) == before
    assert hold_of(store, "a") is None


def test_nothing_more_is_taken_when_the_planner_is_replaced_between_chunks(store: Store) -> None:
    execution = begun(store)
    take(store, execution, *(server(f"s-{number:03}") for number in range(3)))
    executions.take_up_planning(store, execution, now=at(36), until=at(71))

    with pytest.raises(StaleWriteError):
        take(store, execution, server("t"))
    assert hold_of(store, "t") is None


def test_second_planner_goes_on_where_the_first_died(store: Store) -> None:
    execution = begun(store)
    take(store, execution, server("a"))
    number = executions.take_up_planning(store, execution, now=at(36), until=at(71))
    assert number is not None

    take(store, execution, server("a"), server("b"), planner=number)

    assert [each.resource_id for each in reading.resources(store, [LANE])] == ["a", "b"]


def test_release_takes_our_holds_away_and_no_others(store: Store) -> None:
    take(store, begun(store), server("a"))
    take(store, begun(store, OTHER), server("b"))
    ours = resource(store, "a")
    theirs = ours.model_copy(update={"resource_id": ResourceId("b")})
    nobodys = ours.model_copy(update={"resource_id": ResourceId("c")})

    holding.release(store, X, [ours, theirs, nobodys])

    assert (hold_of(store, "a"), hold_of(store, "b") is not None) == (None, True)


def test_release_takes_all_away_when_there_are_more_than_a_transaction_holds() -> None:
    store = MemoryStore()
    take(store, begun(store), *(server(f"s-{number:03}") for number in range(205)))

    holding.release(store, X, reading.resources(store, [LANE]))

    assert [number for number in range(205) if hold_of(store, f"s-{number:03}")] == []
