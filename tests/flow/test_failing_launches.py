"""Launches that fail: for good, once, or where it does not matter. The scenario says which; see scenarios/flow.yaml."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from groundswell.domain.ids import ExecutionId
from groundswell.domain.records import Resource
from groundswell.domain.states import ExecutionStatus, ResourceState
from groundswell_cli.standing import Standing
from rehearsal.estate_calls import changes_to, launches_of
from tests.flow.desk import Desk, production
from tests.flow.notices import Notices, subscribe

FOR_GOOD, ONCE, OPTIONAL = "customer-e", "customer-f", "customer-g"


@dataclass(frozen=True)
class Ran:
    """How a failover stands that is over, or waits."""

    standing: Standing
    resources: Mapping[str, Resource]

    @property
    def execution_id(self) -> ExecutionId:
        """Of the failover."""
        return self.standing.execution.execution_id


@pytest.fixture(scope="module")
def notices(desk: Desk) -> Notices:
    return subscribe(desk.embedded, "failing-launches")


@pytest.fixture(scope="module")
def ran(desk: Desk, notices: Notices) -> Mapping[str, Ran]:
    """All three at the same time; `notices` hears of them."""
    assert notices.texts == []
    asked = dict(
        zip((FOR_GOOD, ONCE, OPTIONAL), desk.ask_at_once(map(production, (FOR_GOOD, ONCE, OPTIONAL))), strict=True)
    )
    over = {customer: desk.wait_until_over(execution_id) for customer, execution_id in asked.items()}
    return {customer: Ran(over[customer], desk.resources(asked[customer])) for customer in asked}


def test_wave_is_held_when_a_launch_fails_for_good(ran: Mapping[str, Ran]) -> None:
    standing = ran[FOR_GOOD].standing

    assert standing.execution.status is ExecutionStatus.RUNNING
    assert [(wave.wave, wave.status) for wave in standing.waves] == [(1, "COMPLETED"), (2, "HELD"), (3, "PENDING")]
    assert (standing.waves[1].recovered, standing.waves[1].failed, standing.waves[1].remaining) == (2, 1, 0)


def test_the_others_of_the_wave_are_recovered_when_a_launch_fails_for_good(ran: Mapping[str, Ran]) -> None:
    states = {name: each.state for name, each in ran[FOR_GOOD].resources.items() if each.wave == 2}

    assert states == {
        f"{FOR_GOOD}-app-01": ResourceState.RECOVERED,
        f"{FOR_GOOD}-app-02": ResourceState.FAILED,
        f"{FOR_GOOD}-batch-01": ResourceState.RECOVERED,
    }


def test_next_wave_is_not_touched_when_a_wave_is_held(desk: Desk, ran: Mapping[str, Ran]) -> None:
    waiting = [each for each in ran[FOR_GOOD].resources.values() if each.wave == 3]

    desk.sweep()

    assert len(waiting) == 2
    assert changes_to(desk.embedded.estate, waiting) == []
    assert desk.holders(waiting) == {ran[FOR_GOOD].execution_id}


def test_launch_is_tried_three_times_and_no_more_when_it_fails_for_good(desk: Desk, ran: Mapping[str, Ran]) -> None:
    counted = launches_of(desk.embedded.estate, ran[FOR_GOOD].resources.values())

    assert counted == {
        f"{FOR_GOOD}-dc-01": 1,
        f"{FOR_GOOD}-app-01": 1,
        f"{FOR_GOOD}-app-02": 3,
        f"{FOR_GOOD}-batch-01": 1,
    }


def test_status_exits_with_2_and_tells_cause_and_advice_when_a_wave_is_held(desk: Desk, ran: Mapping[str, Ran]) -> None:
    result = desk.embedded.operator.run("dr", "status", ran[FOR_GOOD].execution_id)

    words = " ".join(result.stdout.split())
    assert result.returncode == 2
    assert "WAITS FOR A PERSON: wave 2 is held" in words
    assert "did not launch" in words
    assert "You are not authorized to perform ec2:RunInstances (tried 3 times)" in words
    assert "advice: Read the job's log in the DRS console of the target Region, mend the cause" in words
    assert f"next: dr resources {ran[FOR_GOOD].execution_id} --wave 2 --state FAILED" in words


def test_list_of_open_executions_exits_with_2_when_one_is_held(desk: Desk, ran: Mapping[str, Ran]) -> None:
    result = desk.embedded.operator.run("dr", "status", "--json")

    listed = {each["execution"]["execution_id"]: each for each in json.loads(result.stdout)}
    assert result.returncode == 2
    assert listed[ran[FOR_GOOD].execution_id]["waiting_waves"] == [2]


def test_people_are_told_when_a_wave_is_held(ran: Mapping[str, Ran], notices: Notices) -> None:
    execution_id = ran[FOR_GOOD].execution_id

    notice = notices.wait_for("HELD", execution_id)

    assert (
        f"HELD: wave 2 of execution {execution_id} waits for a decision: 1 of 3 resources failed, 2 recovered."
        in notice
    )
    assert f"dr resources {execution_id} --state FAILED" in notice


def test_launch_is_tried_again_when_it_failed_once(desk: Desk, ran: Mapping[str, Ran]) -> None:
    assert ran[ONCE].standing.execution.status is ExecutionStatus.COMPLETED
    assert launches_of(desk.embedded.estate, ran[ONCE].resources.values()) == {
        f"{ONCE}-dc-01": 1,
        f"{ONCE}-app-01": 2,
        f"{ONCE}-app-02": 1,
        f"{ONCE}-batch-01": 1,
    }


def test_wave_completes_when_only_an_optional_resource_failed(ran: Mapping[str, Ran]) -> None:
    standing = ran[OPTIONAL].standing

    assert standing.execution.status is ExecutionStatus.COMPLETED_WITH_EXCEPTIONS
    assert [wave.status for wave in standing.waves] == ["COMPLETED"] * 3
    assert (standing.waves[1].recovered, standing.waves[1].failed, standing.waves[1].failed_optional) == (2, 0, 1)
    assert ran[OPTIONAL].resources[f"{OPTIONAL}-batch-01"].state is ResourceState.FAILED


def test_status_exits_with_0_when_only_an_optional_resource_failed(desk: Desk, ran: Mapping[str, Ran]) -> None:
    result = desk.embedded.operator.run("dr", "status", ran[OPTIONAL].execution_id)

    assert result.returncode == 0
    assert (
        f"FAILED drs/{ran[OPTIONAL].resources[f'{OPTIONAL}-batch-01'].account}/{OPTIONAL}-batch-01 (optional)"
        in result.stdout
    )
