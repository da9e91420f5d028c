"""Messages that cannot be worked: they end as dead letters, with the reason in the log, and hold up nobody."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from groundswell.domain.states import ExecutionStatus
from tests.flow.desk import Desk, production
from tests.flow.embedded import wait_until
from tests.flow.function_calls import patience

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import MessageSystemAttributeNameType

CUSTOMER = "customer-d"
FUNCTIONS = {
    "plan-execution": "PlanExecution",
    "advance-execution": "AdvanceExecution",
    "fan-out-wave": "FanOutWave",
    "record-outcome": "RecordOutcome",
    "wake-work": "WakeWork",
    "sweep": "Sweep",
    "recover-drs": "RecoverDrs",
}
OF_ANOTHER_HUB = json.dumps(
    {
        "id": "1",
        "source": "groundswell",
        "account": "111111111111",
        "time": "2026-01-01T00:00:00Z",
        "detail-type": "DRAccepted",
        "detail": {
            "metadata": {
                "event_id": "1",
                "schema_version": "1.0",
                "execution_id": "dr-of-another-hub",
                "correlation_id": "1",
                "causation_id": "1",
                "occurred_at": "2026-01-01T00:00:00Z",
            },
            "data": {},
        },
    }
)


@pytest.fixture(scope="module")
def sent(desk: Desk) -> Iterator[Mapping[str, str]]:
    """One message of nonsense in the queue of each function, at the same time; its id by function."""
    sqs, outputs = desk.session.client("sqs"), desk.embedded.outputs
    urls = {function: outputs[f"{name}QueueUrl"] for function, name in FUNCTIONS.items()}
    with ExitStack() as stack:
        for url in urls.values():
            stack.enter_context(patience(desk, url, 1))
        yield {
            each: sqs.send_message(QueueUrl=url, MessageBody=nonsense(each))["MessageId"] for each, url in urls.items()
        }


def nonsense(function: str) -> str:
    """What no function understands, told apart by the function that it goes to."""
    return json.dumps(["ResourceRecovered", function])


def dead_letter(desk: Desk, function: str, body: str) -> bool:
    """Whether this body is among the dead letters, and SQS knows that it came from this function's queue."""
    return (f"groundswell-{function}", body) in set(dead_letters(desk))


def dead_letters(desk: Desk) -> Iterator[tuple[str, str]]:
    """The queue that each dead letter came from, and its body; each is read once a second at most."""
    sqs, url = desk.session.client("sqs"), desk.embedded.outputs["DeadLettersUrl"]
    origin: MessageSystemAttributeNameType = "DeadLetterQueueSourceArn"
    while messages := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=1, MessageSystemAttributeNames=[origin]
    ).get("Messages"):
        yield from ((each["Attributes"][origin].rpartition(":")[2], each["Body"]) for each in messages)


def reasons(desk: Desk, function: str, message_id: str) -> list[str]:
    """What the function's log says of why a message failed."""
    logs, group = desk.session.client("logs"), f"/aws/lambda/groundswell-{function}"
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern=f'"{message_id}"')
    found = (json.loads(event["message"]) for page in pages for event in page["events"] if event["message"][0] == "{")
    return [each["reason"] for each in found if each.get("message_id") == message_id]


def test_requests_are_answered_while_nonsense_is_in_the_queues(desk: Desk, sent: Mapping[str, str]) -> None:
    assert sent.keys() == FUNCTIONS.keys()

    planned = desk.wait_for_answer(desk.ask(production(CUSTOMER, dry_run=True)))

    assert planned.status is ExecutionStatus.COMPLETED


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nonsense_ends_as_a_dead_letter_with_the_reason_in_the_log(
    desk: Desk, sent: Mapping[str, str], function: str
) -> None:
    wait_until(
        lambda: dead_letter(desk, function, nonsense(function)),
        what=f"the dead letter of {function}",
        timeout_seconds=90,
    )

    told = wait_until(lambda: reasons(desk, function, sent[function]), what="the reason in the log")
    assert all(reason.startswith("the message cannot be understood: ") for reason in told)


def test_fact_of_another_hub_ends_as_a_dead_letter_with_the_reason_in_the_log(desk: Desk) -> None:
    url = desk.embedded.outputs["AdvanceExecutionQueueUrl"]

    with patience(desk, url, 1):
        message_id = desk.session.client("sqs").send_message(QueueUrl=url, MessageBody=OF_ANOTHER_HUB)["MessageId"]
        wait_until(
            lambda: dead_letter(desk, "advance-execution", OF_ANOTHER_HUB), what="the dead letter", timeout_seconds=90
        )

    told = wait_until(lambda: reasons(desk, "advance-execution", message_id), what="the reason in the log")
    assert set(told) == {"the ledger holds no execution dr-of-another-hub: was the event meant for another hub?"}
