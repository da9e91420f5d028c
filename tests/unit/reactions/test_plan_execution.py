from __future__ import annotations

from typing import Any

import pytest

from groundswell.domain.ids import execution_id_of
from groundswell.domain.states import ExecutionStatus, WaveStatus
from groundswell.ledger import reading
from groundswell.ports.world import PublishError
from tests.unit.domain.builders import finding
from tests.unit.reactions.bench import Crash
from tests.unit.reactions.planning_office import Office, servers


def test_request_is_accepted_with_its_waves_resources_and_holds() -> None:
    office = Office([*servers("a", "b"), *servers("c", wave=3)])

    office.ask()

    execution = office.execution()
    assert (execution.status, office.facts()) == (ExecutionStatus.RUNNING, ["DRAccepted"])
    assert office.resources() == {1: ["a", "b"], 3: ["c"]}
    assert set(office.holders("a", "b", "c").values()) == {execution.execution_id}
    assert [
        (wave.wave, wave.status, wave.total) for wave in reading.waves(office.bench.store, execution.execution_id)
    ] == [
        (1, WaveStatus.PENDING, 2),
        (3, WaveStatus.PENDING, 1),
    ]


def test_execution_goes_by_the_requests_own_id_when_it_has_one() -> None:
    office = Office(servers("a"))

    office.ask(request_id="r-1")

    assert office.execution("r-1").request_id == "r-1"
    assert reading.find_execution(office.bench.store, execution_id_of("event-1")) is None


def test_answer_is_said_again_and_nothing_else_happens_when_the_request_comes_again() -> None:
    office = Office(servers("a"))
    office.ask()
    before = office.items()
    office.bench.bus.take()

    office.ask()

    assert office.items() == before
    assert [entry.detail_type for entry in office.bench.bus.take()] == ["DRAccepted"]


def test_answer_said_again_is_the_same_event() -> None:
    office = Office(servers("a"))
    office.ask()

    office.ask()

    (fact,) = reading.facts(office.bench.store, office.execution().execution_id)
    assert [entry.detail for entry in office.bench.bus.take()] == [fact.detail]


@pytest.mark.parametrize("changes", [{"reason": "a drill"}, {"requested_by": "somebody"}])
def test_request_is_the_same_when_only_who_asks_and_why_differs(changes: dict[str, Any]) -> None:
    office = Office(servers("a"))
    office.ask(request_id="r-1")

    office.ask("event-2", request_id="r-1", **changes)

    assert [entry.detail_type for entry in office.bench.bus.take()] == ["DRAccepted"]


def test_redelivery_is_answered_and_not_stale_when_it_comes_late() -> None:
    office = Office(servers("a"))
    asked_at = office.bench.clock.now()
    office.ask(at=asked_at)
    office.bench.clock.advance(3600)

    office.ask(at=asked_at)

    assert [entry.detail_type for entry in office.bench.bus.take()] == ["DRAccepted"]


def test_dry_run_says_its_plan_and_keeps_its_calls_and_holds_nothing() -> None:
    office = Office([*servers("a"), *servers("b", wave=2)])

    office.ask(dry_run=True)

    execution = office.execution()
    assert (execution.status, office.facts()) == (ExecutionStatus.COMPLETED, ["DRAccepted", "DRCompleted"])
    assert office.holders("a", "b") == {"a": None, "b": None}
    assert {str(item["sk"]).partition("#")[0] for item in office.items()} == {"META", "CALLS", "EVENT"}


def test_dry_run_tells_the_plan_that_the_real_run_would_follow() -> None:
    office = Office([*servers("a"), *servers("b", wave=2)])

    office.ask(dry_run=True)
    office.ask("event-2")

    plans = [
        reading.facts(office.bench.store, office.execution(each).execution_id)[0].detail.partition('"waves":')[2]
        for each in ("event-1", "event-2")
    ]
    assert plans[0].partition("]")[0] == plans[1].partition("]")[0]


def test_acceptance_counts_what_is_in_the_ledger_when_a_former_planner_put_it_elsewhere() -> None:
    office = Office([*servers("a"), *servers("b", wave=2)])
    office.bench.store.writes_left = 3
    _die(office)
    office.findings = [*servers("a", wave=2), *servers("b", wave=2), *servers("c", wave=4)]
    office.bench.clock.advance(36)

    office.ask()

    assert office.resources() == {1: ["a"], 2: ["b"], 4: ["c"]}
    waves = reading.waves(office.bench.store, office.execution().execution_id)
    assert {wave.wave: wave.total for wave in waves} == {1: 1, 2: 1, 4: 1}


def _die(office: Office) -> None:

    with pytest.raises(Crash):
        office.ask()
    office.bench.store.writes_left = None


def test_planner_says_nothing_when_another_is_at_it() -> None:
    office = Office(servers("a"))
    office.bench.store.writes_left = 1
    _die(office)
    before = office.items()

    office.ask()

    assert (office.items(), office.bench.bus.take()) == (before, [])


def test_answer_comes_again_when_the_bus_did_not_take_it() -> None:
    office = Office(servers("a"))
    office.ask()
    office.bench.bus.refuses = {"DRAccepted"}

    with pytest.raises(PublishError):
        office.ask()


def test_what_was_left_out_and_warned_of_is_told_and_kept() -> None:
    broken = finding("bad", tags={"dr:wave": "x"})
    office = Office([*servers("a", tags={"dr:depends-on": "db"}), broken])

    office.ask()

    execution = office.execution()
    assert (execution.left_out_count, execution.warnings_count) == (1, 1)
    assert execution.left_out[0].subject.startswith("drs bad in ")
