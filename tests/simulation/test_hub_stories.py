"""Whole executions on the hub in one process, in virtual time, over the simulated estate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from groundswell.domain.ids import ExecutionId, execution_id_of
from groundswell.domain.records import Execution, Resource
from groundswell.domain.states import ExecutionStatus, ResourceState, WaveStatus
from groundswell.ledger import reading
from rehearsal.estate.scenario.load import load_scenario
from rehearsal.estate.scenario.model import Scenario
from tests.simulation.hub import Hub
from tests.simulation.invariants import double_launches, violations

QUIET = {"instance_id_missing": 0, "launching_after_job_end": 0, "events_dropped": 0}
SERVERS = [
    {"name": "{customer}-dc-{n:02}", "per_customer": 2, "wave": 1},
    {"name": "{customer}-app-{n:02}", "per_customer": 3, "wave": 2},
]
EVERYTHING = {
    "accounts": ["222222222201", "222222222202"],
    "customers": {"count": 2},
    "servers": SERVERS,
    "aurora": [
        {"name": "{customer}-db", "wave": 1},
        {
            "name": "{customer}-archive",
            "wave": 1,
            "secondary_instances": 0,
            "tags": {"dr:instance-class": "db.r6g.large"},
        },
    ],
    "dns": {
        "records": [
            {"name": "app.{customer}", "wave": 3, "routing": "weighted"},
            {"name": "api.{customer}", "wave": 3, "routing": "failover", "type": "A"},
        ]
    },
}


def hub_of(**changes: Any) -> Hub:
    """A hub over two customers' five servers, two databases and two DNS names each; `changes` replace parts of it."""
    return Hub(Scenario.model_validate({**EVERYTHING, "faults": {"throttling": []}, **changes}))


def request(hub: Hub, request_id: str = "r-1", **changes: Any) -> ExecutionId:
    """Ask for a failover of everything."""
    hub.request(**{"all": True, "operation": "failover", "request_id": request_id, **changes})
    return execution_id_of(request_id)


def rest(hub: Hub, execution_id: ExecutionId) -> Execution:
    """Let time pass until the execution is over or held, and the relay and the sweep have had their turn."""

    def is_at_rest() -> bool:
        execution = reading.find_execution(hub.store, execution_id)
        waves = reading.waves(hub.store, execution_id)
        is_held = any(wave.status is WaveStatus.HELD for wave in waves)
        return execution is not None and (execution.ended_at is not None or is_held)

    hub.run(until=is_at_rest)
    end = hub.clock.now() + timedelta(minutes=3)
    hub.run(until=lambda: hub.clock.now() > end)
    return reading.execution(hub.store, execution_id)


def resources(hub: Hub, execution_id: ExecutionId) -> Mapping[str, Resource]:
    """All resources of an execution, by name."""
    waves = reading.waves(hub.store, execution_id)
    found = [each for wave in waves for each in reading.resources(hub.store, execution_id, wave.wave)]
    return {resource.name: resource for resource in found}


def mutations(hub: Hub) -> int:
    """How many calls changed, or were to change, the estate."""
    return len(hub.estate.log.select(mutating=True))


def wrong(hub: Hub, execution_id: ExecutionId) -> list[str]:
    """What is wrong with an execution, and what was launched twice."""
    return [*violations(hub.store, execution_id, hub.events), *double_launches(hub.estate.launches())]


def test_smallest_estate_is_failed_over() -> None:
    hub = Hub(load_scenario("smoke"))

    execution_id = request(hub)

    assert rest(hub, execution_id).status is ExecutionStatus.COMPLETED
    assert wrong(hub, execution_id) == []
    assert len(hub.estate.launches()) == 20
    assert hub.dead == []


def test_servers_databases_and_names_are_failed_over_wave_by_wave_and_nothing_twice() -> None:
    hub = hub_of()

    execution_id = request(hub)

    assert rest(hub, execution_id).status is ExecutionStatus.COMPLETED
    assert wrong(hub, execution_id) == []
    assert [wave.status for wave in reading.waves(hub.store, execution_id)] == [WaveStatus.COMPLETED] * 3
    assert {each.technology for each in resources(hub, execution_id).values()} == {"drs", "aurora", "route53"}
    assert set(hub.estate.launches().values()) == {1}


def test_estate_with_the_oddities_of_the_field_is_failed_over() -> None:
    oddities = {"instance_id_missing": 0.3, "launching_after_job_end": 0.3, "events_dropped": 0.7}
    hub = hub_of(oddities=oddities, page_size=2)

    execution_id = request(hub)

    assert rest(hub, execution_id).status is ExecutionStatus.COMPLETED
    assert wrong(hub, execution_id) == []


def test_nothing_is_launched_twice_when_replies_are_lost() -> None:
    lost = [{"service": "drs", "operations": ["StartRecovery"]}, {"service": "rds", "operations": ["Failover*"]}]
    hub = hub_of(faults={"throttling": [], "lost_replies": lost})

    execution_id = request(hub)

    assert rest(hub, execution_id).status is ExecutionStatus.COMPLETED
    assert wrong(hub, execution_id) == []


def test_second_failover_changes_nothing_when_the_first_is_over() -> None:
    hub = hub_of()
    rest(hub, request(hub))
    before = mutations(hub)

    execution_id = request(hub, "r-2")

    assert rest(hub, execution_id).status is ExecutionStatus.COMPLETED
    assert mutations(hub) == before
    assert {each.state for each in resources(hub, execution_id).values()} == {ResourceState.RECOVERED}
    assert wrong(hub, execution_id) == []


def test_request_delivered_twice_is_one_execution() -> None:
    hub = hub_of()
    execution_id = request(hub)
    request(hub)

    rest(hub, execution_id)

    assert len(hub.said("DRCompleted")) == 1
    assert wrong(hub, execution_id) == []


def test_of_overlapping_requests_one_is_carried_out_and_the_other_names_it() -> None:
    hub = hub_of()
    first = request(hub)
    second = request(hub, "r-2", all=False, customer="customer-a", environment="production")

    rest(hub, first)

    assert reading.execution(hub.store, second).status is ExecutionStatus.REJECTED
    assert f"is held by execution {first}" in reading.execution(hub.store, second).reasons[0]
    assert wrong(hub, first) == []


def test_dry_run_changes_nothing() -> None:
    hub = hub_of()

    execution_id = request(hub, dry_run=True)

    assert rest(hub, execution_id).status is ExecutionStatus.COMPLETED
    assert mutations(hub) == 0
    assert hub.said("DRAccepted")[0]["resources"] == 18


def failing(*, optional: bool = False) -> Hub:
    """One server's launch fails whenever it is tried."""
    faults = {"throttling": [], "launch_failures": [{"servers": "customer-a-dc-01", "times": "always"}]}
    impact = {"impact": "optional"} if optional else {}
    return hub_of(faults=faults, servers=[{**SERVERS[0], **impact}, SERVERS[1]], oddities=QUIET)


def test_wave_is_held_for_a_person_when_a_server_cannot_be_launched() -> None:
    hub = failing()

    execution_id = request(hub)

    assert rest(hub, execution_id).status is ExecutionStatus.RUNNING
    waves = reading.waves(hub.store, execution_id)
    assert [wave.status for wave in waves] == [WaveStatus.HELD, WaveStatus.PENDING, WaveStatus.PENDING]
    assert (waves[0].failed, waves[0].remaining, waves[0].recovered) == (1, 0, 7)
    (held,) = hub.said("WaveHeld")
    assert "customer-a-dc-01" in held["failed_resources"][0]["subject"]
    assert violations(hub.store, execution_id, hub.events) == []


def test_resources_stay_held_while_a_wave_waits_for_a_person() -> None:
    hub = failing()
    first = request(hub)
    rest(hub, first)

    second = request(hub, "r-2")

    rest(hub, second)
    assert f"is held by execution {first}" in reading.execution(hub.store, second).reasons[0]


def test_execution_completes_with_exceptions_when_only_an_optional_server_cannot_be_launched() -> None:
    hub = failing(optional=True)

    execution_id = request(hub)

    assert rest(hub, execution_id).status is ExecutionStatus.COMPLETED_WITH_EXCEPTIONS
    assert reading.wave(hub.store, execution_id, 1).failed_optional == 1
    assert violations(hub.store, execution_id, hub.events) == []


def test_server_is_tried_as_often_as_allowed_and_its_failure_says_so() -> None:
    hub = failing()

    execution_id = request(hub)

    rest(hub, execution_id)
    failure = resources(hub, execution_id)["customer-a-dc-01"].failure
    assert failure is not None
    assert failure.cause.endswith("(tried 3 times)")
    assert sorted(set(hub.estate.launches().values())) == [1, 3]


def test_server_whose_launch_fails_once_is_recovered_all_the_same() -> None:
    faults = {"throttling": [], "launch_failures": [{"servers": "customer-a-app-02", "times": 1}]}
    hub = hub_of(faults=faults)

    execution_id = request(hub)

    assert rest(hub, execution_id).status is ExecutionStatus.COMPLETED
    assert violations(hub.store, execution_id, hub.events) == []


def test_looks_do_not_multiply_however_many_events_there_are() -> None:
    hub = hub_of(oddities=QUIET)

    execution_id = request(hub)

    rest(hub, execution_id)
    orders = [order for wave in (1, 2, 3) for order in reading.orders(hub.store, execution_id, wave)]
    assert max(order.claim for order in orders) < 60
    assert sum(message.function.startswith("work-") for message in hub.queue) == 0


@pytest.mark.parametrize("operation", ["failback", "bubble_test", "cleanup", "replicate"])
def test_operation_that_no_technology_knows_is_rejected_and_starts_nothing(operation: str) -> None:
    hub = hub_of()

    execution_id = request(hub, operation=operation)

    assert rest(hub, execution_id).status is ExecutionStatus.REJECTED
    assert mutations(hub) == 0


def test_switchover_of_a_healthy_estate_completes() -> None:
    hub = hub_of(oddities=QUIET)

    execution_id = request(hub, operation="switchover")

    assert rest(hub, execution_id).status is ExecutionStatus.COMPLETED
    assert wrong(hub, execution_id) == []
