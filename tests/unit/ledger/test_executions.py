from __future__ import annotations

import pytest

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.errors import StaleWriteError
from groundswell.domain.events.facts import DRRejected, Remark
from groundswell.domain.ids import ExecutionId, Lane
from groundswell.domain.instants import to_text
from groundswell.domain.states import ExecutionStatus, WaveStatus
from groundswell.ledger import executions, reading
from groundswell.ports.store import Store, TransactionRefusedError
from tests.unit.ledger.stories import (
    LANE,
    NOW,
    X,
    accepted,
    at,
    everything,
    facts,
    planning,
    server,
    told_of,
    waves_of,
)

REJECTION = DRRejected(request_id="r-1", reasons=("no", "never"))


def begun(store: Store, **changes: object) -> None:
    assert executions.begin(store, planning(**changes)) is None


def listed(store: Store) -> list[ExecutionId]:
    return [execution.execution_id for execution in reading.open_executions(store)]


def decide(store: Store, decision: str) -> None:
    """Let the first planner take a decision."""
    told = told_of(planning(), [server("a")])
    if decision == "reject":
        executions.reject(store, planning(), 1, REJECTION, cause="zombie", at=at(40))
    elif decision == "accept":
        executions.accept(store, planning(), 1, waves_of(planning(), told), told, cause="zombie", at=at(40))
    else:
        executions.accept_dry_run(store, planning(), 1, told, cause="zombie", at=at(40))


def test_begin_writes_the_execution_as_open_when_it_is_new(store: Store) -> None:
    assert executions.begin(store, planning()) is None

    assert reading.execution(store, X) == planning()
    assert listed(store) == [X]


def test_begin_answers_with_what_is_there_when_the_execution_exists(store: Store) -> None:
    begun(store)

    assert executions.begin(store, planning(request_id="other")) == planning()
    assert reading.execution(store, X) == planning()


def test_reject_outright_writes_execution_and_fact_together_when_it_is_new(store: Store) -> None:
    assert executions.reject_outright(store, planning(), REJECTION, cause="c", at=NOW)

    execution = reading.execution(store, X)
    assert (execution.status, execution.reasons, execution.version) == (ExecutionStatus.REJECTED, ("no", "never"), 1)
    assert execution.ended_at == to_text(NOW)
    assert facts(store) == [(1, "DRRejected")]
    assert listed(store) == []


def test_reject_outright_changes_nothing_when_the_execution_exists(store: Store) -> None:
    begun(store)
    before = everything(store)

    assert not executions.reject_outright(store, planning(), REJECTION, cause="c", at=NOW)

    assert everything(store) == before


def test_planning_is_taken_up_when_the_planner_is_past_its_time(store: Store) -> None:
    begun(store)

    number = executions.take_up_planning(store, planning(), now=at(36), until=at(71))

    execution = reading.execution(store, X)
    assert (number, execution.planner, execution.planner_until) == (2, 2, to_text(at(71)))


@pytest.mark.parametrize("now", [0, 35])
def test_planning_is_not_taken_up_when_the_planner_may_be_alive(store: Store, now: int) -> None:
    begun(store)

    assert executions.take_up_planning(store, planning(), now=at(now), until=at(99)) is None
    assert reading.execution(store, X) == planning()


def test_planning_is_taken_up_by_one_only_when_two_try(store: Store) -> None:
    begun(store)

    numbers = [executions.take_up_planning(store, planning(), now=at(36), until=at(71)) for _ in range(2)]

    assert numbers == [2, None]


def test_planning_is_not_taken_up_when_it_is_decided(store: Store) -> None:
    begun(store)
    executions.reject(store, planning(), 1, REJECTION, cause="c", at=NOW)

    assert executions.take_up_planning(store, planning(), now=at(36), until=at(71)) is None


def test_waves_are_noted_beside_those_of_former_planners(store: Store) -> None:
    begun(store, planned=((1, "drs"), (7, "drs")))

    executions.note_lanes(
        store, reading.execution(store, X), 1, [Lane(X, 3, "drs"), Lane(X, 1, "drs"), Lane(X, 1, "aurora")]
    )
    assert reading.execution(store, X).planned == ((1, "aurora"), (1, "drs"), (3, "drs"), (7, "drs"))


def test_waves_are_not_noted_when_another_planner_has_taken_over(store: Store) -> None:
    begun(store)
    executions.take_up_planning(store, planning(), now=at(36), until=at(71))

    with pytest.raises(StaleWriteError, match="dr-1 was decided by another run of the planner"):
        executions.note_lanes(store, planning(), 1, [LANE])
    assert reading.execution(store, X).planned == ()


def test_reject_ends_planning_with_its_reasons_and_the_fact(store: Store) -> None:
    begun(store)

    executions.reject(store, planning(), 1, REJECTION, cause="c", at=at(5))

    execution = reading.execution(store, X)
    assert (execution.status, execution.reasons) == (ExecutionStatus.REJECTED, ("no", "never"))
    assert (execution.planner_until, execution.ended_at) == (None, to_text(at(5)))
    assert facts(store) == [(1, "DRRejected")]
    assert listed(store) == []


def test_accept_lets_the_execution_run_with_its_waves_and_the_fact(store: Store) -> None:
    execution = accepted(store, server("a"), server("b", 7))

    assert (execution.status, execution.version, execution.accepted_at) == (ExecutionStatus.RUNNING, 1, to_text(NOW))
    assert execution.planner_until is None
    assert [(wave.wave, wave.status, wave.total, wave.remaining) for wave in reading.waves(store, X)] == [
        (1, WaveStatus.PENDING, 1, 1),
        (7, WaveStatus.PENDING, 1, 1),
    ]
    assert facts(store) == [(1, "DRAccepted")]
    assert listed(store) == [X]


def test_accept_keeps_what_was_left_out_and_warned_of(store: Store) -> None:
    remark = Remark(subject="s", reason="r")
    begun(store)
    told = told_of(planning(), [server("a")]).model_copy(
        update={"left_out": (remark,), "left_out_count": 60, "warnings": (remark,), "warnings_count": 70}
    )

    executions.accept(store, planning(), 1, waves_of(planning(), told), told, cause="c", at=NOW)

    execution = reading.execution(store, X)
    assert (execution.left_out, execution.left_out_count) == ((remark,), 60)
    assert (execution.warnings, execution.warnings_count) == ((remark,), 70)


def test_accept_takes_as_many_waves_as_there_may_be() -> None:
    store = MemoryStore()

    execution = accepted(store, *(server(f"s-{wave:02}", wave) for wave in range(1, 91)))

    assert len(reading.waves(store, execution.execution_id)) == 90


@pytest.mark.parametrize("decision", ["reject", "accept", "accept_dry_run"])
@pytest.mark.parametrize("rival", ["another planner", "a rejection"])
def test_planner_decides_nothing_and_says_nothing_when_another_was_first(
    store: Store, decision: str, rival: str
) -> None:
    begun(store)
    if rival == "another planner":
        executions.take_up_planning(store, planning(), now=at(36), until=at(71))
    else:
        executions.reject(store, planning(), 1, REJECTION, cause="c", at=NOW)
    before = everything(store)

    with pytest.raises(TransactionRefusedError):
        decide(store, decision)
    assert everything(store) == before


def test_refusal_of_a_planners_decision_means_that_it_is_stale() -> None:
    with pytest.raises(StaleWriteError, match="dr-1"), executions.one_planner(X):
        raise TransactionRefusedError([])
