"""What a hub on AWS is made of, read with the rights of whoever asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from groundswell.adapters.hub_account import read_hub_use
from groundswell_cli.machinery import Alarm, Feed, Queue, Rule

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef, MetricTypeDef

    from groundswell.domain.hub_limits import HubUse
    from groundswell_cli.stack import Stack

_NO_QUEUE = "DoorUrl"
_AGES_BACK = timedelta(minutes=10)
"""CloudWatch knows a queue's age a few minutes late."""


class AwsMachinery:
    """A `Machinery` that is named by the outputs of its stack."""

    def __init__(self, session: boto3.Session, stack: Stack, config: Config) -> None:
        self._session, self._stack, self._config = session, stack, config

    def queue_urls(self) -> Mapping[str, str]:
        """Those of the stack's outputs; one that two outputs name is there once."""
        named = {url: key for key, url in self._stack.outputs.items() if key.endswith("Url") and key != _NO_QUEUE}
        return {key: url for url, key in named.items()}

    def queue(self, url: str) -> Queue:
        """One queue as it is."""
        client = self._session.client("sqs", config=self._config)
        read = client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        return Queue(_last(url), url, int(read["Attributes"]["ApproximateNumberOfMessages"]))

    def ages(self, names: Sequence[str]) -> Mapping[str, float]:
        """The latest of the last minutes, by CloudWatch's metric."""
        client, now = self._session.client("cloudwatch", config=self._config), datetime.now(UTC)
        queries = [_age_query(number, name) for number, name in enumerate(names)]
        read = client.get_metric_data(MetricDataQueries=queries, StartTime=now - _AGES_BACK, EndTime=now)
        return {names[int(each["Id"][1:])]: each["Values"][0] for each in read["MetricDataResults"] if each["Values"]}

    def alarms(self) -> Sequence[Alarm]:
        """Those in state ALARM that tell this hub's topic; the emulator gives all that begin with the hub's name."""
        client, topic = self._session.client("cloudwatch", config=self._config), self._stack.outputs.get("NoticesTopic")
        pages = client.get_paginator("describe_alarms").paginate(
            AlarmNamePrefix=f"{self._stack.name}-", StateValue="ALARM", AlarmTypes=["MetricAlarm"]
        )
        return [
            Alarm(each["AlarmName"], each.get("StateUpdatedTimestamp"), each.get("AlarmDescription", ""))
            for page in pages
            for each in page["MetricAlarms"]
            if each["StateValue"] == "ALARM" and (topic is None or topic in each.get("AlarmActions", []))
        ]

    def rules(self) -> Sequence[Rule]:
        """Those on the hub's two buses, and its clock on the default bus."""
        own = [self._stack.bus, self._stack.outputs.get("AwsEventBus")]
        found = [rule for bus in own if bus for rule in self._rules_of(bus)]
        clock = f"{self._stack.name}-SweepRule"
        return [*found, *(rule for rule in self._rules_of("default") if rule.name.startswith(clock))]

    def _rules_of(self, bus: str) -> Iterator[Rule]:
        pages = self._session.client("events", config=self._config).get_paginator("list_rules")
        for page in pages.paginate(EventBusName=bus):
            for each in page["Rules"]:
                yield Rule(each["Name"], bus, each.get("State") != "DISABLED")

    def mappings(self) -> Sequence[Feed]:
        """Those that read one of the hub's queues or its ledger's stream."""
        pages = self._session.client("lambda", config=self._config).get_paginator("list_event_source_mappings")
        queues = {_last(url) for url in self.queue_urls().values()}
        return [
            Feed(
                each["UUID"],
                each["FunctionArn"].partition(":function:")[2].partition(":")[0],
                each.get("State", ""),
                each.get("LastProcessingResult", ""),
                each.get("LastModified"),
            )
            for page in pages.paginate()
            for each in page["EventSourceMappings"]
            if self._is_own(each.get("EventSourceArn", ""), queues)
        ]

    def _is_own(self, source: str, queues: set[str]) -> bool:
        return source.rpartition(":")[2] in queues or f":table/{self._stack.table}/stream/" in source

    def use(self) -> HubUse:
        """What the hub may take of its account."""
        functions = self._session.client("lambda", config=self._config)
        return read_hub_use(functions, self._session.client("events", config=self._config), self._stack.name)


def _last(url: str) -> str:
    return url.rpartition("/")[2]


def _age_query(number: int, queue: str) -> MetricDataQueryTypeDef:
    metric: MetricTypeDef = {
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateAgeOfOldestMessage",
        "Dimensions": [{"Name": "QueueName", "Value": queue}],
    }
    return {"Id": f"q{number}", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}}
