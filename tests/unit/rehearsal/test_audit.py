"""The audit finds each kind of wrong in a story where everything else is right, and nothing where all is."""

from __future__ import annotations

from groundswell.domain.failure import Failure
from groundswell.domain.records import OrderStatus
from groundswell.domain.states import ExecutionStatus, ResourceState
from tests.unit.rehearsal.audit_stories import (
    EXECUTION,
    Told,
    at,
    call,
    fact,
    heard,
    launch,
    order,
    server,
    wave_of,
)


def test_nothing_is_found_when_all_went_well() -> None:
    assert Told().findings() == []


def test_execution_is_named_when_it_did_not_complete() -> None:
    told = Told(status=ExecutionStatus.RUNNING)

    assert told.findings() == ["it is RUNNING (wave 1 COMPLETED, wave 2 COMPLETED) and not COMPLETED"]


def test_wave_is_named_when_its_counts_are_wrong() -> None:
    told = Told(waves=[wave_of(1, 3), wave_of(2, 1)])

    (finding,) = told.findings()

    assert finding.startswith("wave 1 counts (total, remaining, recovered, failed, skipped) (3, 0, 3, 0, 0)")


def test_resource_is_named_with_its_cause_when_it_failed() -> None:
    told = Told()
    failure = Failure(cause="no capacity", advice="try again")
    told.resources[2] = [server("app-01", 2).model_copy(update={"state": ResourceState.FAILED, "failure": failure})]
    told.waves[1] = told.waves[1].model_copy(update={"recovered": 0, "failed": 1})

    assert told.findings() == ["drs/app-01 failed: no capacity"]


def test_resource_is_named_when_it_does_not_say_when_it_ended() -> None:
    told = Told()
    told.resources[2] = [server("app-01", 2).model_copy(update={"ended_at": None})]

    assert told.findings() == ["drs/app-01 is RECOVERED and does not say since when"]


def test_wave_is_named_when_it_began_before_the_one_before_it_ended() -> None:
    told = Told()
    told.waves[1] = told.waves[1].model_copy(update={"started_at": at(18)})

    assert told.findings() == [f"wave 2: it began at {at(18)}, and wave 1 ended at {at(19)}"]


def test_call_is_named_when_it_came_before_its_wave() -> None:
    told = Told()
    told.calls[2] = launch("app-01", 15)

    (finding,) = told.findings()

    assert finding.startswith("StartRecovery for app-01 came at 2026-01-31 03:15:00+00:00, and wave 1 ended at")


def test_fact_is_named_when_it_was_never_on_the_bus() -> None:
    told = Told()
    told.heard = [heard(told.facts[0])]

    assert told.findings() == ["the fact WaveStarted was never heard on the bus"]


def test_fact_is_named_when_it_was_heard_otherwise_than_written() -> None:
    told = Told()
    told.heard = [heard(told.facts[0]), heard(fact("WaveStarted", 2, wave=2))]

    assert told.findings() == [
        "the fact WaveStarted was never heard on the bus",
        "WaveStarted was heard on the bus and is not in the ledger",
    ]


def test_fact_is_named_when_it_is_still_marked() -> None:
    told = Told()
    told.unpublished = [told.facts[1].model_copy(update={"refused": "too large"})]

    assert told.findings() == ["the fact WaveStarted is still marked unpublished (the bus said: too large)"]


def test_fact_is_named_when_the_ledger_tells_it_twice() -> None:
    told = Told()
    told.facts.append(fact("WaveStarted", 3, wave=1))

    assert told.findings() == ["the ledger holds 2 facts WaveStarted of wave 1"]


def test_order_is_named_when_it_is_open_after_the_end() -> None:
    told = Told(orders=[order(OrderStatus.OPEN)])

    assert told.findings() == ["it is COMPLETED and work order order-1 is OPEN"]


def test_server_is_named_when_it_was_launched_twice() -> None:
    told = Told(launches={"s-dc-01": 2, "s-app-01": 1})

    assert told.findings() == ["dc-01 was launched 2 times"]


def test_server_is_named_when_it_counts_as_recovered_and_was_never_launched() -> None:
    told = Told(launches={"s-dc-01": 1})

    assert told.findings() == ["app-01 is RECOVERED and was never launched"]


def test_database_is_named_when_its_failover_took_effect_twice() -> None:
    told = Told()
    again = call("FailoverGlobalCluster", {"GlobalClusterIdentifier": "db"}, 14, outcome="LostReply")
    told.calls.append(again)

    assert told.findings() == ["FailoverGlobalCluster took effect 2 times for db"]


def test_nothing_is_found_when_a_repeated_failover_was_refused() -> None:
    told = Told()
    told.calls.append(call("FailoverGlobalCluster", {"GlobalClusterIdentifier": "db"}, 14, outcome="InvalidState"))

    assert told.findings() == []


def test_database_is_named_when_nothing_was_done_for_it() -> None:
    told = Told()
    del told.calls[1]

    assert told.findings() == ["db is RECOVERED and FailoverGlobalCluster never took effect for it"]


def test_events_of_other_executions_are_no_matter() -> None:
    told = Told()
    other = fact("WaveStarted", 9, wave=1)
    foreign = other.model_copy(update={"detail": other.detail.replace(EXECUTION, "dr-of-others")})
    told.heard = [*map(heard, told.facts), heard(foreign)]

    assert told.findings() == []
