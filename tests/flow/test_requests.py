"""What makes two requests the same, which of two wins, and which start nothing at all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from groundswell.domain.ids import ExecutionId, execution_id_of
from groundswell.domain.records import Execution, Resource
from groundswell.domain.states import ExecutionStatus
from groundswell_cli.standing import Standing
from rehearsal.estate_calls import changes_to, launches_of
from tests.flow.desk import Desk, production
from tests.flow.embedded import wait_until
from tests.flow.function_calls import configured
from tests.flow.listening import Listener, listen_on

CUSTOMER = "customer-c"
TEN = 10


@dataclass(frozen=True)
class Story:
    """One request put ten times at once, then another of its id and two more of its content."""

    execution_id: ExecutionId
    listener: Listener
    other_content: Execution
    while_running: Execution
    finished: Standing
    afterwards: Standing
    resources: Sequence[Resource]
    changes_until_end: int


@pytest.fixture(scope="module")
def story(desk: Desk) -> Story:
    embedded = desk.embedded
    listener = listen_on(embedded.hub(), embedded.outputs["EventBus"], {"detail-type": ["DRAccepted", "DRRejected"]})
    body = production(CUSTOMER, request_id=f"again-{uuid4().hex[:12]}")
    (execution_id,) = set(desk.ask_at_once([body] * TEN))
    desk.wait_for_answer(execution_id)

    desk.ask({**body, "waves": [1]})
    running = desk.ask(production(CUSTOMER))
    (other,) = wait_until(
        lambda: _rejected_besides(desk, listener, execution_id, running), what="the rejection of the other"
    )
    while_running = desk.wait_for_answer(running)

    finished = desk.wait_until_over(execution_id)
    resources = list(desk.resources(execution_id).values())
    changed = len(changes_to(embedded.estate, resources))
    afterwards = desk.run(production(CUSTOMER))
    return Story(execution_id, listener, other, while_running, finished, afterwards, resources, changed)


def _rejected_besides(desk: Desk, listener: Listener, *known: ExecutionId) -> list[Execution]:
    """Rejections of a request whose id was used before: their executions have ids that nobody asked for."""
    rejected = {_execution_in(event) for event in listener.listen() if event["detail-type"] == "DRRejected"}
    found = (desk.execution(execution_id) for execution_id in rejected.difference(known))
    return [execution for execution in found if execution]


def _execution_in(event: dict[str, object]) -> ExecutionId:
    detail = event["detail"]
    assert isinstance(detail, dict)
    return ExecutionId(detail["metadata"]["execution_id"])


def test_request_starts_one_execution_when_it_comes_ten_times_at_once(desk: Desk, story: Story) -> None:
    assert story.finished.execution.status is ExecutionStatus.COMPLETED
    assert len(desk.told(story.execution_id, "DRAccepted")) == 1
    assert set(launches_of(desk.embedded.estate, story.resources).values()) == {1}


def test_answers_are_the_same_when_a_request_comes_ten_times_at_once(story: Story) -> None:
    answers = [
        json.dumps(event["detail"], sort_keys=True)
        for event in story.listener.listen()
        if _execution_in(event) == story.execution_id
    ]

    assert 1 <= len(answers) <= TEN
    assert len(set(answers)) == 1
    assert '"DRRejected"' not in answers[0]


def test_request_is_rejected_when_its_id_was_used_for_another(story: Story) -> None:
    (reason,) = story.other_content.reasons

    assert story.other_content.status is ExecutionStatus.REJECTED
    assert reason == (
        f"request_id {story.finished.execution.request_id} was used for another request: give a new one a new id"
    )


def test_request_is_rejected_naming_the_holder_when_the_same_resources_are_being_recovered(story: Story) -> None:
    (reason,) = story.while_running.reasons

    assert story.while_running.status is ExecutionStatus.REJECTED
    assert f"held by execution {story.execution_id}" in reason
    assert f"dr status {story.execution_id}" in reason


def test_request_ends_as_already_there_when_everything_is_recovered(desk: Desk, story: Story) -> None:
    again = desk.resources(story.afterwards.execution.execution_id)

    assert story.afterwards.execution.status is ExecutionStatus.COMPLETED
    servers = [resource for resource in again.values() if resource.technology == "drs"]
    assert len(servers) == 4
    assert all(resource.evidence["already_there"] is True for resource in servers)


def test_nothing_is_changed_when_everything_is_recovered(desk: Desk, story: Story) -> None:
    assert len(changes_to(desk.embedded.estate, story.resources)) == story.changes_until_end


def test_request_is_rejected_as_stale_when_it_was_put_long_ago(desk: Desk) -> None:
    put_at = datetime.now(UTC) - timedelta(minutes=20)
    event = {
        "id": f"stale-{uuid4()}",
        "source": "operator",
        "account": desk.embedded.stack.hub.account_id,
        "time": f"{put_at:%Y-%m-%dT%H:%M:%SZ}",
        "detail-type": "DRRequested",
        "detail": production("customer-d"),
    }  # The emulator dates what is put on a bus itself; hence straight into the planner's queue.
    queue = desk.embedded.outputs["PlanExecutionQueueUrl"]

    desk.session.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(event))

    rejected = desk.wait_for_answer(execution_id_of(str(event["id"])))
    assert rejected.status is ExecutionStatus.REJECTED
    assert rejected.reasons[0].startswith(f"the request is stale: put at {put_at:%Y-%m-%dT%H:%M:%S}")
    assert "only 15 minutes are allowed" in rejected.reasons[0]


def test_hub_lets_only_dry_runs_through_when_it_is_not_armed(desk: Desk) -> None:
    with configured(desk, "plan-execution", ARMED="false"):
        real, dry = desk.ask_at_once([production("customer-d"), production("customer-d", dry_run=True)])
        rejected, planned = desk.wait_for_answer(real), desk.wait_for_answer(dry)

    assert rejected.status is ExecutionStatus.REJECTED
    assert "this hub is not armed" in rejected.reasons[0]
    assert planned.status is ExecutionStatus.COMPLETED
    assert desk.told(dry, "DRAccepted")[0]["resources"] == 7


def test_dry_run_says_the_plan_and_holds_and_changes_nothing(desk: Desk) -> None:
    execution_id = desk.ask(production("customer-d", dry_run=True))

    planned = desk.wait_for_answer(execution_id)

    (told,) = desk.told(execution_id, "DRAccepted")
    waves = told["waves"]
    assert isinstance(waves, list)
    assert planned.status is ExecutionStatus.COMPLETED
    assert [wave["technologies"] for wave in waves] == [{"aurora": 1, "drs": 1}, {"drs": 3}, {"route53": 2}]
    assert desk.resources(execution_id) == {}
    assert [fact.detail_type for fact in desk.facts(execution_id)] == ["DRAccepted", "DRCompleted"]


def test_exactly_one_is_accepted_when_two_requests_overlap(desk: Desk) -> None:
    everything = {"operation": "failover", "all": True, "waves": [9]}
    one = {"operation": "failover", "customer": "customer-d", "environment": "laboratory"}

    answers = [desk.wait_for_answer(execution_id) for execution_id in desk.ask_at_once([everything, one])]

    accepted = [each for each in answers if each.status is not ExecutionStatus.REJECTED]
    rejected = [each for each in answers if each.status is ExecutionStatus.REJECTED]
    assert (len(accepted), len(rejected)) == (1, 1)
    assert f"held by execution {accepted[0].execution_id}" in rejected[0].reasons[0]
    finished = desk.wait_until_over(accepted[0].execution_id)
    assert finished.execution.status is ExecutionStatus.COMPLETED
