from __future__ import annotations

from collections.abc import Callable

import pytest

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.conditions import Equals
from groundswell.domain.decisions import End
from groundswell.domain.events.commands import DRCancelRequested, DRPauseRequested, DRResumeRequested
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import control, executions, gates, keys, orders, reading
from groundswell.ledger.control import Decision
from groundswell.ports.store import Store, Update
from tests.unit.ledger.stories import NOW, X, accepted, at, claimed_order, planning, set_status
from tests.unit.ledger.test_intents import intent

WHO = {"decided_by": "arn:aws:iam::111111111111:user/operator"}
PAUSE = Decision("c-1", DRPauseRequested.model_validate(WHO), at(5))
RESUME = Decision("c-2", DRResumeRequested.model_validate(WHO), at(6))
CANCEL = Decision("c-3", DRCancelRequested.model_validate(WHO), at(7))


def standing(store: Store) -> list[bool]:
    """Whether each gate is open."""
    return [bool(item["open"]) for item in store.query(keys.execution_partition(X), keys.GATE_PREFIX)]


def paused(store: Store) -> None:
    control.pause(store, accepted(store), PAUSE)


def resumed(store: Store) -> None:
    paused(store)
    control.resume(store, reading.execution(store, X), [], RESUME)


def cancelled(store: Store) -> None:
    control.cancel(store, accepted(store), CANCEL)


def ended(store: Store) -> None:
    execution = accepted(store)
    due = End(ExecutionStatus.COMPLETED)
    executions.end(store, execution, reading.waves(store, X), due, cause="c", at=NOW)


@pytest.mark.parametrize(("change", "is_open"), [(accepted, True), (paused, False), (resumed, True)])
def test_every_gate_is_open_while_the_execution_runs_and_no_other_time(
    store: Store, change: Callable[[Store], object], is_open: bool
) -> None:
    change(store)

    assert standing(store) == [is_open] * keys.GATES
    assert (reading.execution(store, X).status is ExecutionStatus.RUNNING) == is_open


@pytest.mark.parametrize("change", [cancelled, ended])
def test_every_gate_is_closed_when_the_execution_winds_down_or_ends(change: Callable[[Store], None]) -> None:
    store = MemoryStore()

    change(store)

    assert standing(store) == [False] * keys.GATES


def test_gates_are_not_opened_by_a_planner_that_was_taken_over() -> None:
    store = MemoryStore()
    executions.begin(store, planning(planner=2))

    with pytest.raises(Exception, match="decided by another run of the planner"):
        executions.note_lanes(store, planning(planner=1), 1, [])

    assert standing(store) == []


def test_call_is_barred_by_the_gate_of_its_key_alone() -> None:
    store = MemoryStore()
    order, claim = claimed_order(store)
    wanted = intent(order)
    set_status(store, ExecutionStatus.PAUSED)

    assert orders.begin_intent(store, order, claim, wanted) is None

    store.write(Update(gates.open_check(X, wanted.key).key, set={"open": True}, condition=Equals("open", False)))
    assert orders.begin_intent(store, order, claim, wanted) == wanted


def test_calls_spread_over_all_gates() -> None:
    used = {gates.open_check(X, f"dr-1.w001.drs.here.{number:03}.INSTANTIATE.1").key for number in range(200)}

    assert len(used) == keys.GATES
