"""A hub on AWS, or on an AWS of one's own behind AWS_ENDPOINT_URL."""

from __future__ import annotations

import json
import os
import time
from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from pydantic import ValidationError

from groundswell.adapters.dynamodb_store import DynamoDbStore
from groundswell.adapters.eventbridge_bus import EventBridgeBus
from groundswell.domain.request import DRRequested
from groundswell.ports.world import BusEntry, PublishError
from groundswell.reactions.preview_plan import Preview
from groundswell_cli.asking import body_of
from groundswell_cli.errors import unreachable
from groundswell_cli.hub import Place
from groundswell_cli.stack import DEFAULT_STACK, Stack, find_stack

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import InvocationResponseTypeDef

_QUICK = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 2})
_ONCE = Config(connect_timeout=3, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 1})
"""For the preview, which may look at many accounts before it answers."""


def connect(stack: str, region: str | None) -> AwsHub:
    """The hub that this stack is.

    Raises:
        CliError: there is no such hub.
    """
    session = boto3.Session(region_name=region)
    found = find_stack(session.client("cloudformation", config=_QUICK), stack)
    return AwsHub(session, found, options=_options(stack, region))


class AwsHub:
    """A `Hub` that was found by its stack; clients are made when they are needed."""

    def __init__(self, session: boto3.Session, stack: Stack, *, options: str) -> None:
        self._session = session
        self._stack = stack
        self._options = options

    @cached_property
    def place(self) -> Place:
        """Where it is."""
        return Place(
            stack=self._stack.name,
            region=self._session.region_name,
            bus=self._stack.bus,
            options=self._options,
            endpoint=os.environ.get("AWS_ENDPOINT_URL_EVENTBRIDGE") or os.environ.get("AWS_ENDPOINT_URL"),
        )

    @cached_property
    def store(self) -> DynamoDbStore:
        """Its ledger."""
        return DynamoDbStore(self._session.client("dynamodb", config=_QUICK), self._stack.table)

    def preview(self, request: DRRequested) -> Preview:
        """What its preview function answers.

        Raises:
            CliError: the function failed, or answered what cannot be read.
        """
        client = self._session.client("lambda", config=_ONCE)
        reply = client.invoke(FunctionName=self._stack.preview_function, Payload=json.dumps(body_of(request)))
        return _read_preview(self._stack.preview_function, reply)

    def publish(self, entry: BusEntry) -> None:
        """Put one event on its bus; what the bus refuses is sent again a few times.

        Raises:
            CliError: it was refused to the end.
        """
        bus = EventBridgeBus(self._session.client("events", config=_QUICK), self._stack.bus, pause=time.sleep)
        try:
            bus.publish([entry])
        except PublishError as error:
            raise unreachable(f"bus {self._stack.bus} did not take the event: {error.refused[0]}") from error


def _read_preview(function: str, reply: InvocationResponseTypeDef) -> Preview:
    payload = reply["Payload"].read()
    if "FunctionError" in reply:
        told = json.loads(payload or b"{}")
        raise unreachable(
            f"the preview function {function} failed: {told.get('errorMessage', 'no reason given')}; "
            f"look at its log: aws logs tail /aws/lambda/{function} --since 10m"
        )
    try:
        return Preview.model_validate_json(payload)
    except ValidationError as error:
        raise unreachable(
            f"the preview function {function} answered what this dr cannot read ({error.error_count()} faults, the "
            f"first: {error.errors()[0]['msg']}): install the dr that belongs to the deployed stack"
        ) from error


def _options(stack: str, region: str | None) -> str:
    """What must be said again to find the same hub from the same shell."""
    named = "" if stack == os.environ.get("DR_STACK", DEFAULT_STACK) else f" --stack {stack}"
    return named + (f" --region {region}" if region else "")
