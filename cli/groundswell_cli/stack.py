"""Finds a hub's parts by the outputs of its CloudFormation stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from groundswell_cli import kept_outputs
from groundswell_cli.errors import NOT_ACCEPTED, CliError, explain, unreachable
from groundswell_cli.terminal import say_note

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
    outputs: Mapping[str, str] = field(default_factory=dict)
    """All that it names."""


def find_stack(client: CloudFormationClient, name: str) -> Stack:
    """The stack of this name in the client's Region; where CloudFormation is away, as it was last known.

    Raises:
        CliError: there is none, or it is no hub, or it is not deployed to the end.
    """
    region = client.meta.region_name
    try:
        found = client.describe_stacks(StackName=name)["Stacks"][0]
    except (BotoCoreError, ClientError) as error:
        return _without_cloudformation(name, region, error)
    outputs = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}
    stack = _stack_of(name, region, outputs, f"({found['StackStatus']}) ")
    kept_outputs.keep(name, region, outputs)
    return stack


def given_stack(text: str) -> Stack | None:
    """The stack whose outputs are given in place of its name, `LedgerTable=…,EventBus=…`; None where it is a name.

    Raises:
        CliError: an output that is needed is not among them.
    """
    if "=" not in text:
        return None
    outputs = dict(part.strip().partition("=")[::2] for part in text.split(","))
    return _stack_of(DEFAULT_STACK, "the outputs that were given", outputs, "")


def _stack_of(name: str, region: str, outputs: Mapping[str, str], status: str) -> Stack:
    absent = [output for output in _OUTPUTS if not outputs.get(output)]
    if absent:
        raise unreachable(
            f"stack {name} in {region} {status}has no output {absent[0]}: wait until it is deployed, "
            "or name the stack of a Groundswell hub with --stack"
        )
    table, bus, preview_function = (outputs[output] for output in _OUTPUTS)
    return Stack(name, table, bus, preview_function, outputs.get(_DOOR), outputs)


def _without_cloudformation(name: str, region: str, error: BotoCoreError | ClientError) -> Stack:
    if isinstance(error, ClientError) and _is_missing(error):
        raise _missing(name, region) from error
    told = explain(error)
    kept = kept_outputs.kept(name, region)
    if kept is None or told is None or _is_about_the_caller(error):
        raise told or error
    say_note(
        f"{told}. Going on with what is known of stack {name} since {kept.at:%Y-%m-%d %H:%M:%S} UTC ({kept.file}); "
        "if it was deployed anew since, this is not it"
    )
    return _stack_of(name, region, kept.outputs, "")


def _is_about_the_caller(error: Exception) -> bool:
    """Whether no other service would do better: the credentials or the settings are at fault."""
    from botocore import exceptions

    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code", "") in NOT_ACCEPTED
    return not isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError)


def _is_missing(error: ClientError) -> bool:
    told = error.response.get("Error", {})
    return told.get("Code") == "ValidationError" and "does not exist" in told.get("Message", "")


def _missing(name: str, region: str) -> CliError:
    return unreachable(
        f"there is no stack {name} in {region} in this account: name it with --stack and --region "
        "(DR_STACK, AWS_REGION), or deploy it"
    )
