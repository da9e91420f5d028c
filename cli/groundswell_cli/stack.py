"""Finds a hub's parts by the outputs of its CloudFormation stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from groundswell_cli.errors import CliError, unreachable

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

DEFAULT_STACK = "groundswell"
_OUTPUTS = ("LedgerTable", "EventBus", "PreviewFunction")
_DOOR = "DoorUrl"


@dataclass(frozen=True)
class Stack:
    """A deployed hub."""

    name: str
    table: str
    bus: str
    preview_function: str
    door: str | None = None
    """The address of its door; None where it was deployed before there were doors."""


def find_stack(client: CloudFormationClient, name: str) -> Stack:
    """The stack of this name in the client's Region.

    Raises:
        CliError: there is none, or it is no hub, or it is not deployed to the end.
    """
    region = client.meta.region_name
    try:
        found = client.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if _is_missing(error):
            raise _missing(name, region) from error
        raise
    outputs = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}
    absent = [output for output in _OUTPUTS if output not in outputs]
    if absent:
        raise unreachable(
            f"stack {name} in {region} ({found['StackStatus']}) has no output {absent[0]}: wait until it is deployed, "
            "or name the stack of a Groundswell hub with --stack"
        )
    table, bus, preview_function = (outputs[output] for output in _OUTPUTS)
    return Stack(name, table, bus, preview_function, outputs.get(_DOOR))


def _is_missing(error: ClientError) -> bool:
    told = error.response.get("Error", {})
    return told.get("Code") == "ValidationError" and "does not exist" in told.get("Message", "")


def _missing(name: str, region: str) -> CliError:
    return unreachable(
        f"there is no stack {name} in {region} in this account: name it with --stack and --region "
        "(DR_STACK, AWS_REGION), or deploy it"
    )
