"""People decide, with `dr`, about executions that run: approve, pause, retry, resume, skip, cancel, reject."""

import json

import pytest

from groundswell.domain.ids import ExecutionId
from groundswell.domain.states import ExecutionStatus, ResourceState, WaveStatus
from groundswell_cli.standing import Standing
from tests.flow.desk import Desk, production
from tests.flow.faults import broken

CUSTOMER = "customer-p"
APP, LAB = f"{CUSTOMER}-app-01", f"{CUSTOMER}-lab-01"
LABORATORY = {"operation": "failover", "customer": CUSTOMER, "environment": "laboratory"}


def dr(desk: Desk, command: str, execution_id: ExecutionId, *options: str) -> dict[str, object]:
    """Decide, and what was answered."""
    said = desk.embedded.operator.run("dr", command, execution_id, "--json", *options)
    assert said.returncode == 0, said.stdout + said.stderr
    told: dict[str, object] = json.loads(said.stdout)
    return told


def failing(server: str) -> list[dict[str, object]]:
    return [{"servers": server, "times": "always"}]


@pytest.fixture(scope="module")
def held(desk: Desk) -> Standing:
    """A failover whose second wave was approved, and is held, because a server could not be launched."""
    with broken(desk.embedded.estate, launch_failures=failing(APP)):
        asking = desk.run(production(CUSTOMER, approval=[2]))
        assert [wave.status for wave in asking.waves][1] is WaveStatus.AWAITING_APPROVAL
        dr(desk, "approve", asking.execution.execution_id, "--reason", "the first wave is well")
        standing = desk.wait_until_over(asking.execution.execution_id)
    assert [wave.status for wave in standing.waves] == [WaveStatus.COMPLETED, WaveStatus.HELD, WaveStatus.PENDING]
    return standing


@pytest.fixture(scope="module")
def done(desk: Desk, held: Standing) -> Standing:
    """The same after a pause in which the failed server was tried again, and went on."""
    execution_id = held.execution.execution_id
    assert dr(desk, "pause", execution_id, "--reason", "the account's quota is being raised")["answer"] == "DRPaused"
    assert dr(desk, "retry", execution_id)["answer"] == "ResourcesRetried"
    paused = desk.standing(execution_id)
    assert paused is not None
    assert (paused.execution.status, paused.waves[1].status) == (ExecutionStatus.PAUSED, WaveStatus.RUNNING)
    assert desk.resources(execution_id)[APP].state is ResourceState.PENDING
    assert dr(desk, "resume", execution_id)["answer"] == "DRResumed"
    return desk.wait_until_over(execution_id)


def test_approver_is_told_what_he_needs_to_judge(desk: Desk, held: Standing) -> None:
    (question,) = desk.told(held.execution.execution_id, "WaveAwaitingApproval")

    assert (question["wave"], question["technologies"]) == (2, {"drs": 3})
    assert isinstance(question["counts_before"], dict)
    assert question["counts_before"]["recovered"] == 2


def test_execution_is_completed_when_what_failed_is_tried_again(desk: Desk, done: Standing) -> None:
    app = desk.resources(done.execution.execution_id)[APP]

    assert done.execution.status is ExecutionStatus.COMPLETED
    assert (app.state, app.attempt, list(app.earlier)) == (ResourceState.RECOVERED, 2, ["1"])


def test_trail_says_who_decided_what_and_why(desk: Desk, done: Standing) -> None:
    facts = desk.facts(done.execution.execution_id)
    decisions = {fact.detail_type: json.loads(fact.detail)["data"] for fact in facts}

    assert [fact.detail_type for fact in facts if "decided_by" in json.loads(fact.detail)["data"]] == [
        "WaveApproved",
        "DRPaused",
        "ResourcesRetried",
        "DRResumed",
    ]
    assert decisions["DRPaused"]["reason"] == "the account's quota is being raised"
    assert decisions["DRPaused"]["decided_by"].startswith("arn:aws:")


def test_deadlines_exclude_the_time_in_which_people_were_asked(done: Standing) -> None:
    assert done.execution.stopped_at is None
    assert done.execution.waited_ms > 0


def test_execution_that_waits_is_cancelled_and_lets_its_resources_go(desk: Desk) -> None:
    with broken(desk.embedded.estate, launch_failures=failing(LAB)):
        waiting = desk.run(LABORATORY)
        execution_id = waiting.execution.execution_id
        assert waiting.waits_for_person
        dr(desk, "cancel", execution_id, "--yes", "--reason", "it was the wrong environment")
        cancelled = desk.wait_until_over(execution_id)

    assert cancelled.execution.status is ExecutionStatus.CANCELLED
    assert {wave.status for wave in cancelled.waves} == {WaveStatus.CANCELLED}
    assert execution_id not in desk.holders(desk.resources(execution_id).values())


def test_execution_goes_on_without_what_is_skipped(desk: Desk) -> None:
    with broken(desk.embedded.estate, launch_failures=failing(LAB)):
        waiting = desk.run(LABORATORY)
        execution_id = waiting.execution.execution_id
        dr(desk, "skip", execution_id, "--yes", "--reason", "nobody needs the laboratory today")
        ended = desk.wait_until_over(execution_id)

    assert ended.execution.status is ExecutionStatus.COMPLETED_WITH_EXCEPTIONS
    assert desk.resources(execution_id)[LAB].state is ResourceState.SKIPPED


def test_execution_is_cancelled_when_its_wave_is_rejected(desk: Desk, done: Standing) -> None:
    asking = desk.run(production(CUSTOMER, approval=[1]))
    assert done.is_over

    dr(desk, "reject", asking.execution.execution_id, "--yes", "--reason", "not tonight")

    ended = desk.wait_until_over(asking.execution.execution_id)
    assert ended.execution.status is ExecutionStatus.CANCELLED
    assert {each.state for each in desk.resources(asking.execution.execution_id).values()} == {ResourceState.SKIPPED}


def test_decision_that_does_not_apply_is_refused_with_the_reason(desk: Desk, done: Standing) -> None:
    said = desk.embedded.operator.run("dr", "resume", done.execution.execution_id)

    assert said.returncode == 1
    assert "is over (COMPLETED since" in said.stderr
