"""What a hub on AWS is made of: found by its stack's outputs, and no other hub's."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from groundswell_cli.aws_machinery import AwsMachinery
from groundswell_cli.machinery import Queue
from groundswell_cli.stack import Stack

REGION = "us-west-2"
TOPIC = f"arn:aws:sns:{REGION}:111111111111:groundswell-notices"


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.Session(region_name=REGION)


def machinery(session: boto3.Session, **outputs: str) -> AwsMachinery:
    stack = Stack("groundswell", "ledger", "hub-bus", "preview", outputs={"NoticesTopic": TOPIC, **outputs})
    return AwsMachinery(session, stack, Config())


def test_queues_are_those_that_the_outputs_name_each_once(session: boto3.Session) -> None:
    client = session.client("sqs")
    url = client.create_queue(QueueName="groundswell-wake-work")["QueueUrl"]
    client.send_message(QueueUrl=url, MessageBody="{}")
    parts = machinery(session, WakeQueueUrl=url, WakeWorkQueueUrl=url, DoorUrl="https://door.example/v1")

    assert list(parts.queue_urls().values()) == [url]
    assert parts.queue(url) == Queue("groundswell-wake-work", url, 1)
    assert parts.ages(["groundswell-wake-work"]) == {}


def test_alarms_are_those_that_ring_and_tell_the_hub_s_topic(session: boto3.Session) -> None:
    client = session.client("cloudwatch")
    for name, topic in (("groundswell-a", TOPIC), ("groundswell-b", TOPIC), ("groundswell-2-a", f"{TOPIC}-2")):
        client.put_metric_alarm(
            AlarmName=name,
            AlarmDescription="Look.",
            AlarmActions=[topic],
            Namespace="N",
            MetricName="M",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
    for name in ("groundswell-a", "groundswell-2-a"):
        client.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="said")

    [alarm] = machinery(session).alarms()

    assert (alarm.name, alarm.advice) == ("groundswell-a", "Look.")
    assert alarm.since is not None


def test_rules_are_those_on_the_hub_s_buses_and_its_clock(session: boto3.Session) -> None:
    client = session.client("events")
    for bus in ("hub-bus", "aws-bus"):
        client.create_event_bus(Name=bus)
        client.put_rule(Name=f"rule-of-{bus}", EventBusName=bus, EventPattern="{}")
    for name in ("groundswell-SweepRule-1", "another"):
        client.put_rule(Name=name, ScheduleExpression="rate(1 minute)", State="DISABLED")

    rules = machinery(session, AwsEventBus="aws-bus").rules()

    assert [(each.name, each.bus, each.is_enabled) for each in rules] == [
        ("rule-of-hub-bus", "hub-bus", True),
        ("rule-of-aws-bus", "aws-bus", True),
        ("groundswell-SweepRule-1", "default", False),
    ]


def test_no_mapping_is_found_where_there_is_none(session: boto3.Session) -> None:
    assert list(machinery(session).mappings()) == []
