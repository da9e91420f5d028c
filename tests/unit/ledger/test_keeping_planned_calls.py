from __future__ import annotations

import pytest

from groundswell.domain.dry_run import CallSheet, PlannedCall
from groundswell.domain.errors import StaleWriteError
from groundswell.domain.events.facts import Remark
from groundswell.domain.ids import ResourceId
from groundswell.domain.operations import Phase
from groundswell.ledger import executions, planned_calls, reading
from groundswell.ports.store import Store
from tests.unit.ledger.stories import X, at, planning, server, told_of


def sheet(calls: int = 3, remarks: int = 2) -> CallSheet:
    made = [
        PlannedCall(
            wave=1,
            technology="drs",
            phase=Phase.INSTANTIATE,
            account="222222222201",
            region="us-west-2",
            role="groundswell-drs",
            service="drs",
            operation="StartRecovery",
            parameters={"fraction": 0.5, "empty": "", "names": ["ü" * 20]},
            resources=(ResourceId(f"drs/{number}"),),
        )
        for number in range(calls)
    ]
    return CallSheet.of(made, [Remark(subject=f"drs/{number}", reason="it is done") for number in range(remarks)])


def begun(store: Store) -> None:
    assert executions.begin(store, planning(dry_run=True)) is None


def test_calls_are_read_as_they_were_kept(store: Store) -> None:
    begun(store)

    planned_calls.keep(store, planning(), 1, sheet())

    assert planned_calls.read(store, reading.execution(store, X)) == sheet()


def test_calls_are_kept_in_parts_that_an_item_can_hold(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planned_calls, "PART_BYTES", 1_000)
    begun(store)

    planned_calls.keep(store, planning(), 1, sheet(20, 30))

    assert planned_calls.read(store, reading.execution(store, X)) == sheet(20, 30)


def test_calls_are_cut_when_they_are_more_than_is_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planned_calls, "MOST_BYTES", 1_000)
    begun(store)

    planned_calls.keep(store, planning(), 1, sheet(20))

    kept = planned_calls.read(store, reading.execution(store, X))
    assert 0 < len(kept.calls) < 20
    assert (kept.calls_count, len(kept.calls) < kept.calls_count) == (20, True)


def test_parts_stay_as_they_are_when_they_are_kept_again(store: Store) -> None:
    begun(store)
    planned_calls.keep(store, planning(), 1, sheet(1))

    planned_calls.keep(store, planning(), 1, sheet(2))

    assert planned_calls.read(store, reading.execution(store, X)) == sheet(1)


def test_planner_that_was_overtaken_keeps_nothing(store: Store) -> None:
    begun(store)
    assert executions.take_up_planning(store, planning(), now=at(3600), until=at(3660)) == 2

    with pytest.raises(StaleWriteError, match="another run of the planner"):
        planned_calls.keep(store, planning(), 1, sheet())

    assert planned_calls.read(store, reading.execution(store, X)) == CallSheet()


def test_calls_of_a_dead_planner_are_not_those_of_the_next(store: Store) -> None:
    begun(store)
    planned_calls.keep(store, planning(), 1, sheet(9))
    assert executions.take_up_planning(store, planning(), now=at(3600), until=at(3660)) == 2

    planned_calls.keep(store, planning(), 2, sheet(1))
    told = told_of(planning(), [server("a")])
    executions.accept_dry_run(store, planning(), 2, told, cause="c", at=at(3600))

    assert planned_calls.read(store, reading.execution(store, X)) == sheet(1)


def test_execution_that_is_no_dry_run_has_no_calls(store: Store) -> None:
    begun(store)

    assert planned_calls.read(store, reading.execution(store, X)) == CallSheet()
