from __future__ import annotations

from contextlib import suppress

import pytest

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.decisions import End
from groundswell.domain.events.facts import DRRejected, Remark
from groundswell.domain.ids import ExecutionId
from groundswell.domain.instants import to_text
from groundswell.domain.states import EXECUTION_TRANSITIONS, ExecutionStatus
from groundswell.ledger import executions, reading
from groundswell.ports.store import Store, TransactionRefusedError
from tests.unit.ledger.stories import (
    X,
    accepted,
    at,
    data_of,
    everything,
    facts,
    planning,
    server,
    set_status,
    told_of,
)

REJECTION = DRRejected(request_id="r-1", reasons=("no", "never"))


def begun(store: Store, **changes: object) -> None:
    assert executions.begin(store, planning(**changes)) is None


def stands(store: Store) -> ExecutionStatus:
    return reading.execution(store, X).status


def listed(store: Store) -> list[ExecutionId]:
    return [execution.execution_id for execution in reading.open_executions(store)]


def test_dry_run_ends_with_its_plan_and_without_waves(store: Store) -> None:
    begun(store, dry_run=True)
    remark = Remark(subject="s", reason="r")
    told = told_of(planning(dry_run=True), [server("a"), server("b", 2)])
    told = told.model_copy(update={"left_out": (remark,), "left_out_count": 9})

    executions.accept_dry_run(store, planning(dry_run=True), 1, told, cause="c", at=at(3))

    execution = reading.execution(store, X)
    assert (execution.status, execution.ended_at) == (ExecutionStatus.COMPLETED, to_text(at(3)))
    assert facts(store) == [(1, "DRAccepted"), (2, "DRCompleted")]
    assert (execution.version, execution.planner_until) == (2, None)
    assert (execution.left_out, execution.left_out_count) == ((remark,), 9)
    assert (reading.waves(store, X), listed(store)) == ([], [])
    assert data_of(store, "DRCompleted")["waves"] == 2


@pytest.mark.parametrize(
    ("due", "told"),
    [
        (End(ExecutionStatus.COMPLETED), "DRCompleted"),
        (End(ExecutionStatus.COMPLETED_WITH_EXCEPTIONS), "DRCompleted"),
        (End(ExecutionStatus.FAILED, "wave 1 failed"), "DRFailed"),
    ],
)
def test_end_writes_status_and_fact_together(store: Store, due: End, told: str) -> None:
    execution = accepted(store)

    executions.end(store, execution, reading.waves(store, X), due, cause="c", at=at(100))

    assert (stands(store), reading.execution(store, X).ended_at) == (due.status, to_text(at(100)))
    assert facts(store)[-1] == (2, told)
    said = data_of(store, told)
    assert (said["status"], said["seconds"], said["waves"], said["counts"]["total"]) == (due.status, 100.0, 1, 2)
    assert said.get("reason", "") == due.reason
    assert listed(store) == []


def test_end_cancels_when_the_execution_was_cancelling(store: Store) -> None:
    accepted(store)
    cancelling = set_status(store, ExecutionStatus.CANCELLING)

    executions.end(store, cancelling, reading.waves(store, X), End(ExecutionStatus.CANCELLED), cause="c", at=at(9))

    assert (stands(store), facts(store)[-1][1]) == (ExecutionStatus.CANCELLED, "DRCancelled")


def test_end_is_refused_and_silent_when_the_execution_has_moved_on(store: Store) -> None:
    read_before = accepted(store)
    set_status(store, ExecutionStatus.RUNNING)
    before = everything(store)

    with pytest.raises(TransactionRefusedError):
        executions.end(store, read_before, [], End(ExecutionStatus.COMPLETED), cause="c", at=at(9))
    assert everything(store) == before


@pytest.mark.parametrize("status", list(ExecutionStatus))
@pytest.mark.parametrize("to", [ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.CANCELLED])
def test_end_is_allowed_only_by_the_table_of_states(status: ExecutionStatus, to: ExecutionStatus) -> None:
    store = MemoryStore()
    accepted(store)
    execution = set_status(store, status)

    with suppress(TransactionRefusedError):
        executions.end(store, execution, [], End(to), cause="c", at=at(9))

    assert stands(store) is (to if to in EXECUTION_TRANSITIONS[status] else status)
