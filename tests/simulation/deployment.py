"""What the template deploys, as far as messages go: read from it, so that a wrong rule or timeout is found here too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from tests.template.patterns import matches
from tests.template.stack import Stack

GIVEN = {"ExternalId": "an-id-of-this-installation", "WorkloadAccounts": "222222222201,222222222202", "Armed": "true"}


@dataclass(frozen=True)
class Queue:
    """A queue with the function that reads it."""

    name: str
    function: str
    """The function's own name, without the stack's."""
    handler: str
    """The module of its handler in `functions/`."""
    environment: Mapping[str, str]
    visibility: float
    max_receives: int
    batch_size: int
    timeout: float
    """Seconds after which an invocation is ended."""
    concurrency: int


@dataclass(frozen=True)
class StreamReader:
    """The function that reads the ledger's stream."""

    batch_size: int
    attempts: int
    timeout: float
    """Seconds after which an invocation is ended."""


@dataclass(frozen=True)
class Deployment:
    """The hub's rules and queues."""

    rules: tuple[tuple[dict[str, Any], str], ...]
    """Patterns of the hub's bus, each with the queue that it leads to."""
    aws_rules: tuple[tuple[dict[str, Any], str], ...]
    """The same of the bus for AWS's own events."""
    queues: Mapping[str, Queue]
    tick_queue: str
    """Where the schedule's ticks go."""
    stream: StreamReader

    @cached_property
    def request_queue(self) -> str:
        """Where requests go."""
        return next(name for name, queue in self.queues.items() if queue.handler == "plan_execution")

    def targets(self, event: Mapping[str, Any]) -> Iterator[str]:
        """The queues that an event of the hub's bus goes to."""
        return (queue for pattern, queue in self.rules if matches(pattern, dict(event)))

    def aws_targets(self, event: Mapping[str, Any]) -> Iterator[str]:
        """The queues that one of AWS's own events goes to."""
        return (queue for pattern, queue in self.aws_rules if matches(pattern, dict(event)))


@cache
def deployment() -> Deployment:
    """What `template.yaml` deploys on AWS."""
    stack = Stack("template.yaml", "groundswell", GIVEN)
    names = {stack.attribute(logical, "Arn"): logical for logical in stack.of_type("AWS::SQS::Queue")}
    queues = {queue.name: queue for queue in _queues(stack, names)}
    rules = [
        (body.get("EventPattern"), body.get("EventBusName", ""), names[target["Arn"]])
        for body in stack.of_type("AWS::Events::Rule").values()
        for target in body["Targets"]
        if target["Arn"] in names
    ]
    hub = stack.ref("Bus")
    patterned = [(pattern, bus, queue) for pattern, bus, queue in rules if pattern]
    return Deployment(
        rules=tuple((pattern, queue) for pattern, bus, queue in patterned if bus == hub),
        aws_rules=tuple((pattern, queue) for pattern, bus, queue in patterned if bus != hub),
        queues=queues,
        tick_queue=next(queue for pattern, _, queue in rules if not pattern),
        stream=_stream(stack),
    )


def _stream(stack: Stack) -> StreamReader:
    defaults = stack.resolve(stack.template["Globals"]["Function"])
    (reader,) = (
        StreamReader(
            batch_size=int(event["Properties"]["BatchSize"]),
            attempts=1 + int(event["Properties"]["MaximumRetryAttempts"]),
            timeout=float(body.get("Timeout", defaults.get("Timeout"))),
        )
        for body in stack.of_type("AWS::Serverless::Function").values()
        for event in body.get("Events", {}).values()
        if event["Type"] == "DynamoDB"
    )
    return reader


def _queues(stack: Stack, names: Mapping[str, str]) -> Iterator[Queue]:
    properties = stack.of_type("AWS::SQS::Queue")
    defaults = stack.resolve(stack.template["Globals"]["Function"])
    for logical, body in stack.of_type("AWS::Serverless::Function").items():
        for event in body.get("Events", {}).values():
            if event["Type"] != "SQS":
                continue
            source = event["Properties"]
            name = names[source["Queue"]]
            queue = properties[name]
            environment = {**defaults["Environment"]["Variables"], **body.get("Environment", {}).get("Variables", {})}
            yield Queue(
                name=name,
                function=logical,
                handler=body["Handler"].split(".")[0],
                environment={key: str(value) for key, value in environment.items()},
                visibility=float(queue["VisibilityTimeout"]),
                max_receives=int(queue["RedrivePolicy"]["maxReceiveCount"]),
                batch_size=int(source["BatchSize"]),
                timeout=float(body.get("Timeout", defaults.get("Timeout"))),
                concurrency=int(source["ScalingConfig"]["MaximumConcurrency"]),
            )
