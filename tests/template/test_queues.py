"""Every queue has somewhere to leave what fails, somebody who is told, and a lock that fits its function."""

from __future__ import annotations

import re
from typing import Any

import pytest

from groundswell.bootstrap import PLANNER_SECONDS, REACTION_SECONDS
from groundswell.reactions.recover.work import CLAIM_GRACE
from tests.template.policies import is_allowed, is_denied
from tests.template.stack import Body, Stack

FUNCTION, QUEUE = "AWS::Serverless::Function", "AWS::SQS::Queue"
FOURTEEN_DAYS = 14 * 24 * 3600
RECOVER_SECONDS = 30
MOST_WORKERS = 34
"""Each is a process, and starts when its function is first called: those of checks only if there are checks."""


def fed_functions(stack: Stack) -> dict[str, tuple[Body, Body]]:
    """Each function that reads a queue, with the event source and the queue."""
    queues = {stack.attribute(name, "Arn"): queue for name, queue in stack.of_type(QUEUE).items()}
    return {
        name: (source["Properties"], queues[source["Properties"]["Queue"]])
        for name, function in stack.of_type(FUNCTION).items()
        for source in function.get("Events", {}).values()
        if source["Type"] == "SQS"
    }


def alarms_on(stack: Stack, queue_name: str, metric: str) -> list[Body]:
    return [
        alarm
        for alarm in stack.of_type("AWS::CloudWatch::Alarm").values()
        if alarm.get("MetricName") == metric and alarm.get("Dimensions") == [{"Name": "QueueName", "Value": queue_name}]
    ]


def test_function_outlives_neither_its_claim_nor_its_messages_invisibility(hub: Stack) -> None:
    for name, (_, queue) in fed_functions(hub).items():
        timeout = hub.resources[name]["Properties"]["Timeout"]

        claim = timeout + CLAIM_GRACE.total_seconds()

        assert timeout < claim <= queue["VisibilityTimeout"], name


def test_function_timeout_is_the_one_that_the_code_reckons_with(hub: Stack) -> None:
    for name in fed_functions(hub):
        others = RECOVER_SECONDS if name.startswith("Recover") else REACTION_SECONDS
        expected = PLANNER_SECONDS if name == "PlanExecution" else others

        assert hub.resources[name]["Properties"]["Timeout"] == expected, name


def test_every_queue_with_a_reader_leaves_what_fails_five_times(hub: Stack) -> None:
    dead_letters = hub.resources["DeadLetters"]["Properties"]

    for name, (_, queue) in fed_functions(hub).items():
        redrive = queue["RedrivePolicy"]

        assert redrive["maxReceiveCount"] == 5, name
        assert redrive["deadLetterTargetArn"] == hub.attribute("DeadLetters", "Arn"), name
    assert dead_letters["MessageRetentionPeriod"] == FOURTEEN_DAYS


def test_every_queue_without_a_reader_is_alarmed_when_not_empty(hub: Stack) -> None:
    read = [queue["QueueName"] for _, queue in fed_functions(hub).values()]
    unread = [queue["QueueName"] for queue in hub.of_type(QUEUE).values() if queue["QueueName"] not in read]

    for name in unread:
        alarms = alarms_on(hub, name, "ApproximateNumberOfMessagesVisible")

        assert [(alarm["Threshold"], alarm["ComparisonOperator"]) for alarm in alarms] == [
            (0, "GreaterThanThreshold")
        ], name


def test_message_of_any_queue_with_a_reader_is_alarmed_when_it_waits_too_long(hub: Stack) -> None:
    alarm = hub.resources["MessagesLateAlarm"]["Properties"]
    (query,) = alarm["Metrics"]

    left_out = re.findall(r"QueueName != '([^']+)'", query["Expression"])

    read = {queue["QueueName"] for _, queue in fed_functions(hub).values()}
    assert {queue["QueueName"] for queue in hub.of_type(QUEUE).values()} - set(left_out) == read
    assert query["Expression"].startswith(
        'SELECT MAX(ApproximateAgeOfOldestMessage) FROM SCHEMA("AWS/SQS", QueueName) '
    )
    assert len(query["Expression"]) <= 2048
    assert (alarm["Threshold"], query["ReturnData"]) == (300, True)


def test_there_are_no_more_alarms_when_there_are_more_technologies(hub: Stack) -> None:
    alarms = hub.of_type("AWS::CloudWatch::Alarm")

    assert not [name for name in alarms if any(worker in name for worker in fed_functions(hub) if "Recover" in worker)]
    assert len(alarms) <= 15


def test_longest_look_delay_rings_no_alarm_on_old_messages(hub: Stack) -> None:
    longest = hub.template["Parameters"]["LookMaxSeconds"]

    assert longest["MaxValue"] < 300
    assert longest["Default"] <= longest["MaxValue"]


def test_every_queue_is_encrypted(hub: Stack, workload: Stack) -> None:
    for stack in (hub, workload):
        for name, queue in stack.of_type(QUEUE).items():
            assert queue["SqsManagedSseEnabled"] is True, name


@pytest.mark.parametrize("secure", ["true", "false"])
def test_queue_is_open_only_to_tls(hub: Stack, workload: Stack, secure: str) -> None:
    for stack in (hub, workload):
        for name in stack.of_type(QUEUE):
            statements = policy_of(stack, name)

            denied = is_denied(
                statements, "sqs:SendMessage", stack.attribute(name, "Arn"), {"aws:SecureTransport": secure}
            )

            assert denied is (secure == "false"), name


def test_queue_takes_messages_from_its_own_rule_only(hub: Stack) -> None:
    rules = {name: hub.attribute(name, "Arn") for name in hub.of_type("AWS::Events::Rule")}

    for name in fed_functions(hub):
        queue = f"{name}Queue"
        senders = {
            rule
            for rule, arn in rules.items()
            if is_allowed(
                policy_of(hub, queue),
                "sqs:SendMessage",
                hub.attribute(queue, "Arn"),
                {"aws:SourceArn": arn, "aws:SecureTransport": "true"},
            )
        }

        assert senders == {f"{name}Rule"}


def test_queue_of_technology_holds_one_order_a_message_and_every_batch_reports_failures(hub: Stack) -> None:
    for name, (source, _) in fed_functions(hub).items():
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name
        assert source["BatchSize"] <= (1 if name.startswith("Recover") else 10), name


def test_embedded_stack_starts_no_more_workers_than_a_laptop_bears(embedded: Stack) -> None:
    fed = fed_functions(embedded)
    others = len(embedded.of_type(FUNCTION)) - len(fed)

    workers = [source["ScalingConfig"]["MaximumConcurrency"] for source, _ in fed.values()]

    assert all(isinstance(number, int) and number >= 2 for number in workers)
    assert sum(workers) + others <= MOST_WORKERS


def policy_of(stack: Stack, queue: str) -> list[Any]:
    """The statements of all policies of a queue."""
    return [
        statement
        for policy in stack.of_type("AWS::SQS::QueuePolicy").values()
        if stack.ref(queue) in policy["Queues"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]
