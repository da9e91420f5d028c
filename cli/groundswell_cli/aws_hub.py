"""A hub on AWS, or on an AWS of one's own behind AWS_ENDPOINT_URL."""

from __future__ import annotations

import json
import os
import shlex
import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from groundswell.adapters.dynamodb_store import DynamoDbStore
from groundswell_cli.errors import explain, unreachable
from groundswell_cli.hub import Place
from groundswell_cli.stack import DEFAULT_STACK, Stack, find_stack, given_stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_lambda.type_defs import InvocationResponseTypeDef
    from pydantic import JsonValue

    from groundswell.domain.request import DRRequested
    from groundswell.ports.world import BusEntry
    from groundswell.reactions.preview_plan import Preview
    from groundswell_cli.door import DoorReply, Kept, Ticket
    from groundswell_cli.machinery import Machinery

_QUICK = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 2})
_ONCE = Config(connect_timeout=3, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 1})
"""For the preview, which may look at many accounts before it answers."""


def _open(region: str | None) -> boto3.Session:
    return boto3.Session(region_name=region)


def connect(stack: str, region: str | None, *, open_session: Callable[[str | None], boto3.Session] = _open) -> AwsHub:
    """The hub that this stack is.

    Raises:
        CliError: there is no such hub.
    """
    session = open_session(region or os.environ.get("AWS_REGION"))  # which boto3 does not heed by itself
    try:
        found = given_stack(stack) or find_stack(session.client("cloudformation", config=_QUICK), stack)
    except ValueError as error:
        raise unreachable(f"cannot call AWS: {error}: correct AWS_ENDPOINT_URL, or --region") from error
    return AwsHub(session, found, options=_options(stack, region))


class AwsHub:
    """A `Hub` that was found by its stack; clients are made when they are needed."""

    def __init__(self, session: boto3.Session, stack: Stack, *, options: str) -> None:
        self.session = session
        self._stack = stack
        self._options = options

    @cached_property
    def place(self) -> Place:
        """Where it is."""
        return Place(
            stack=self._stack.name,
            region=self.session.region_name,
            bus=self._stack.bus,
            options=self._options,
            endpoint=os.environ.get("AWS_ENDPOINT_URL_EVENTBRIDGE") or os.environ.get("AWS_ENDPOINT_URL"),
        )

    @cached_property
    def store(self) -> DynamoDbStore:
        """Its ledger."""
        return DynamoDbStore(self.session.client("dynamodb", config=_QUICK), self._stack.table)

    @property
    def machinery(self) -> Machinery:
        """What it is made of besides."""
        from groundswell_cli.aws_machinery import AwsMachinery

        return AwsMachinery(self.session, self._stack, _QUICK)

    def preview(self, request: DRRequested, *, with_calls: bool = False) -> Preview:
        """What its preview function answers.

        Raises:
            CliError: the function cannot be reached, failed, or answered what cannot be read.
        """
        from groundswell_cli.asking import body_of

        client = self.session.client("lambda", config=_ONCE)
        payload = json.dumps({**body_of(request), **({"with_calls": True} if with_calls else {})})
        try:
            reply = client.invoke(FunctionName=self._stack.preview_function, Payload=payload)
        except (BotoCoreError, ClientError) as error:
            raise explain(error) or error from error
        return _read_preview(self._stack.preview_function, reply)

    @property
    def has_door(self) -> bool:
        """Whether its stack has one."""
        return self._stack.door is not None

    def decide(self, command: str, body: Mapping[str, JsonValue]) -> Ticket:
        """What its door answers.

        Raises:
            CliError: it was not taken, or the door cannot be reached, or there is none.
        """
        from groundswell_cli.door import read_reply

        return read_reply(command, self._at_the_door(command, body))

    def put_plan(self, body: Mapping[str, JsonValue]) -> Kept:
        """What its door answers.

        Raises:
            CliError: it was not kept, or the door cannot be reached, or there is none.
        """
        from groundswell_cli.door import PLAN, read_kept

        return read_kept(self._at_the_door(PLAN, body))

    def _at_the_door(self, command: str, body: Mapping[str, JsonValue]) -> DoorReply:
        from groundswell_cli.door import DoorWay, address

        if self._stack.door is None:
            raise unreachable(f"stack {self._stack.name} has no door (output DoorUrl): deploy this version of the hub")
        url = address(self._stack.door, os.environ.get("AWS_ENDPOINT_URL"))
        return DoorWay(self.session, url, time.sleep).put(command, body)

    def publish(self, entry: BusEntry) -> None:
        """Put one event on its bus; what the bus refuses is sent again a few times.

        Raises:
            CliError: it was refused to the end.
        """
        from groundswell.adapters.eventbridge_bus import EventBridgeBus
        from groundswell.ports.world import PublishError

        bus = EventBridgeBus(self.session.client("events", config=_QUICK), self._stack.bus, pause=time.sleep)
        try:
            bus.publish([entry])
        except PublishError as error:
            raise unreachable(f"bus {self._stack.bus} did not take the event: {error.refused[0]}") from error


def _read_preview(function: str, reply: InvocationResponseTypeDef) -> Preview:
    from pydantic import ValidationError

    from groundswell.reactions.preview_plan import Preview

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
    named = "" if stack == os.environ.get("DR_STACK", DEFAULT_STACK) else f" --stack {shlex.quote(stack)}"
    return named + (f" --region {region}" if region else "")
