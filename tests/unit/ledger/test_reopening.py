"""Failed resources that are tried again, under an order of their own."""

from __future__ import annotations

import pytest

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.conditions import Value
from groundswell.domain.events.commands import ResourceRetryRequested
from groundswell.domain.failure import Failure
from groundswell.domain.ids import OrderId, ResourceId
from groundswell.domain.instants import to_text
from groundswell.domain.records import WorkOrder
from groundswell.domain.states import WORKED_WAVE, ExecutionStatus, ResourceState, WaveStatus
from groundswell.ledger import control, keys, reading, reopening
from groundswell.ledger.control import GOING, Decision
from groundswell.ports.store import Store, TransactionRefusedError, Update
from tests.unit.ledger.rulings import (
    ALICE,
    FAILURE,
    OPTIONAL,
    ORDER,
    counts,
    decided,
    execution_of,
    held,
    mark,
    named,
    put_wave,
    wave_of,
    worked,
)
from tests.unit.ledger.stories import (
    LANE,
    at,
    data_of,
    everything,
    facts,
    latest,
    order_of,
    resource,
    server,
    set_status,
)

RETRY = decided(ResourceRetryRequested, wave=1, reason="the role is mended")


def again(names: str, attempt: int = 2) -> WorkOrder:
    return order_of(names, order_id=f"retry-{attempt}", attempt=attempt)


def retry(store: Store, names: str = "a", *, attempt: int = 2, decision: Decision = RETRY) -> None:
    order, failed = again(names, attempt), named(store, names)
    reopening.retry(store, execution_of(store), wave_of(store), failed, order, decision)


def put(store: Store, name: str, **change: Value) -> None:
    store.write(Update(keys.resource_key(LANE, ResourceId(name)), set=change))


def test_resource_is_tried_again_under_an_order_of_its_own(store: Store) -> None:
    held(store)

    retry(store)

    now = resource(store, "a")
    assert (now.state, now.attempt, now.order_id) == (ResourceState.PENDING, 2, "retry-2")
    assert (now.failure, now.ended_at) == (None, None)
    assert latest(store, "retry-2") == again("a")
    assert resource(store, "b").state is ResourceState.RECOVERED


def test_wave_runs_again_and_waits_for_what_is_tried_again(store: Store) -> None:
    version = held(store).version

    retry(store)

    wave = wave_of(store)
    assert (wave.status, wave.held_at, wave.version) == (WaveStatus.RUNNING, None, version + 1)
    assert counts(store) == (1, 1, 0, 0, 0)


def test_retry_is_told_with_its_author(store: Store) -> None:
    held(store)

    retry(store)

    assert facts(store)[-1] == (execution_of(store).version, "ResourcesRetried")
    assert data_of(store, "ResourcesRetried") == {
        "wave": 1,
        "order_id": "retry-2",
        "attempt": 2,
        "resource_ids": ["a"],
        "decided_by": ALICE,
        "reason": "the role is mended",
    }


def test_optional_resource_is_counted_back_among_the_optional(store: Store) -> None:
    held(store, server("a"), server("b", 1, **OPTIONAL), failed="ab", recovered="")
    assert counts(store) == (0, 0, 1, 1, 0)

    retry(store, "ab")

    assert counts(store) == (2, 0, 0, 0, 0)


def test_running_wave_takes_back_what_failed_while_the_rest_goes_on(store: Store) -> None:
    worked(store, failed="a")

    retry(store)

    assert wave_of(store).status is WaveStatus.RUNNING
    assert counts(store) == (3, 0, 0, 0, 0)


def test_paused_execution_lets_resources_be_tried_again_once_it_goes_on(store: Store) -> None:
    held(store)
    set_status(store, ExecutionStatus.PAUSED)

    retry(store)

    assert execution_of(store).status is ExecutionStatus.PAUSED
    assert resource(store, "a").state is ResourceState.PENDING


def test_every_earlier_failure_is_kept_with_its_cause(store: Store) -> None:
    held(store)
    retry(store)
    mark(store, "a", Failure(cause="again", advice="look"), ended=at(200))

    retry(store, attempt=3, decision=decided(ResourceRetryRequested, command_id="command-2", wave=1))

    assert resource(store, "a").earlier == {
        "1": {**FAILURE.model_dump(), "ended_at": to_text(at(20))},
        "2": {"cause": "again", "advice": "look", "ended_at": to_text(at(200))},
    }


def test_outcome_counts_for_the_new_attempt_when_it_comes_from_the_new_order(store: Store) -> None:
    held(store)
    retry(store)

    mark(store, "a")

    assert counts(store) == (0, 2, 0, 0, 0)
    assert resource(store, "a").failure is None


def test_ninety_resources_are_tried_again_in_one_transaction() -> None:
    store = MemoryStore()
    names = [f"s-{number:02}" for number in range(reopening.MAX_RESOURCES)]
    held(store, *map(server, names), failed="", recovered="")
    each_failed = [keys.resource_key(LANE, ResourceId(name)) for name in names]
    store.write(*(Update(key, set={"state": ResourceState.FAILED}) for key in each_failed))
    put_wave(store, remaining=0, failed=len(names))
    order = order_of(names, order_id="retry-2", attempt=2)
    failed = list(reading.resources(store, [LANE]))

    reopening.retry(store, execution_of(store), wave_of(store), failed, order, RETRY)

    assert {each.state for each in reading.resources(store, [LANE])} == {ResourceState.PENDING}
    assert counts(store) == (90, 0, 0, 0, 0)


def changed_nothing(store: Store) -> None:
    """The retry of `a`, as it was read, changes nothing any more."""
    before = everything(store)
    with pytest.raises(TransactionRefusedError):
        retry(store)
    assert everything(store) == before


def test_retry_changes_nothing_when_the_command_was_refused_before(store: Store) -> None:
    held(store)
    control.refuse(store, execution_of(store), RETRY, "no")

    changed_nothing(store)


def test_retry_changes_nothing_when_its_order_is_there_already(store: Store) -> None:
    held(store)
    retry(store)
    mark(store, "a", FAILURE)

    changed_nothing(store)


@pytest.mark.parametrize("status", [each for each in ExecutionStatus if each not in GOING])
def test_retry_changes_nothing_when_the_execution_does_not_go_on(status: ExecutionStatus) -> None:
    store = MemoryStore()
    held(store)
    set_status(store, status)

    changed_nothing(store)


@pytest.mark.parametrize("status", [each for each in WaveStatus if each not in WORKED_WAVE])
def test_retry_changes_nothing_when_the_wave_is_closed(status: WaveStatus) -> None:
    store = MemoryStore()
    held(store)
    put_wave(store, status=status)

    changed_nothing(store)


@pytest.mark.parametrize("state", [each for each in ResourceState if each is not ResourceState.FAILED])
def test_retry_changes_nothing_when_a_resource_has_not_failed(state: ResourceState) -> None:
    store = MemoryStore()
    held(store)
    put(store, "a", state=state)

    changed_nothing(store)


@pytest.mark.parametrize("moved", ["execution", "wave", "resource's state", "resource's attempt"])
def test_retry_changes_nothing_when_something_has_moved_since_it_was_read(store: Store, moved: str) -> None:
    wave, execution, failed = held(store), execution_of(store), named(store, "a")
    if moved == "execution":
        set_status(store, ExecutionStatus.RUNNING)
    elif moved == "wave":
        put_wave(store)
    elif moved == "resource's state":
        put(store, "a", state=ResourceState.SKIPPED)
    else:
        put(store, "a", attempt=2)
    before = everything(store)

    with pytest.raises(TransactionRefusedError):
        reopening.retry(store, execution, wave, failed, again("a"), RETRY)
    assert everything(store) == before


def test_first_order_is_left_as_it_was(store: Store) -> None:
    held(store)
    before = latest(store, ORDER)

    retry(store)

    assert latest(store, OrderId(ORDER)) == before
