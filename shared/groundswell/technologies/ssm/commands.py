"""Commands on instances: SendCommand takes no token, so a fingerprint of the intent goes into the comment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from groundswell.domain.ids import fingerprint
from groundswell.technologies.contract import Done, Failed, InProgress, Intent, Look, Observation
from groundswell.technologies.ssm.automations import CLOCKS_DIFFER
from groundswell.technologies.ssm.run import Run

if TYPE_CHECKING:
    from mypy_boto3_ssm.type_defs import CommandInvocationTypeDef, CommandTypeDef, SendCommandRequestTypeDef

READS = ("ssm:ListCommandInvocations", "ssm:ListCommands")

_OVER = ("Failed", "TimedOut", "Cancelled")
_NO_INSTANCES = "NoInstancesInTag"
_LEAST_DELIVERY, _MOST_NAMED = 30, 5


def comment_of(key: str) -> str:
    """What a command carries of its intent: at most 100 characters, and nobody else's."""
    return f"groundswell {key.partition('.')[0]} {fingerprint('ssm', key)[:32]}"


def start(look: Look, run: Run, key: str) -> str:
    """Sends it; the id of the command. What an agent has not taken up within the limit is not run any more."""
    wanted: SendCommandRequestTypeDef = {
        "DocumentName": run.document,
        "Comment": comment_of(key),
        "Parameters": run.parameters,
        "TimeoutSeconds": max(_LEAST_DELIVERY, run.limit_seconds),
    }
    if run.instances:
        wanted["InstanceIds"] = run.instances
    else:
        wanted["Targets"] = run.tag_targets
    return look.clients.client("ssm").send_command(**wanted)["Command"]["CommandId"]


def find(look: Look, document: str, lost: Sequence[Intent]) -> Mapping[str, str]:
    """The commands of calls whose answers were lost, by the keys of their intents."""
    comments = {comment_of(intent.key): intent.key for intent in lost}
    since = min(intent.at for intent in lost) - CLOCKS_DIFFER
    pages = (
        look.clients.client("ssm")
        .get_paginator("list_commands")
        .paginate(
            Filters=[
                {"key": "DocumentName", "value": document},
                {"key": "InvokedAfter", "value": since.strftime("%Y-%m-%dT%H:%M:%SZ")},
            ]
        )
    )
    commands = (one for page in pages for one in page["Commands"])
    return {comments[one["Comment"]]: one["CommandId"] for one in commands if one.get("Comment") in comments}


def judge(look: Look, name: str) -> Observation:
    """How a command stands: it passes when all its instances do, whatever it says of itself as a whole."""
    command = _command(look, name)
    if command is None:
        return InProgress(f"command {name} is sent and cannot be seen yet")
    status, details = command.get("Status", "Pending"), command.get("StatusDetails", "")
    if details == _NO_INSTANCES:
        advice = "Tag the instances, or correct the targets of the check; are their agents registered? Then retry."
        return Failed.because(f"command {name} found no instance with the tags of its targets", advice=advice)
    if status not in ("Success", *_OVER):
        done, all_of_them = command.get("CompletedCount", 0), command.get("TargetCount", 0)
        return InProgress(f"command {name} is {details or status}; {done} of {all_of_them} instances are through")
    return _by_instances(command, _invocations(look, name))


def _by_instances(command: CommandTypeDef, invocations: Sequence[CommandInvocationTypeDef]) -> Observation:
    """Undeliverable instances count against a command here: on AWS it may be Success all the same."""
    name, expected = command.get("CommandId", ""), command.get("TargetCount", 0)
    wrong = [one for one in invocations if one.get("Status") in _OVER]
    if not wrong and command.get("Status") == "Success":
        passed = sum(one.get("Status") == "Success" for one in invocations)
        if expected and passed == len(invocations) == expected:
            return Done({"command": name, "document": command.get("DocumentName", ""), "instances": passed})
        return InProgress(f"command {name} is Success; {passed} of {expected} instances are seen to be")
    told = f": {_named(wrong)}" if wrong else ""
    details = command.get("StatusDetails") or command.get("Status", "")
    instance = wrong[0].get("InstanceId", "") if wrong else "i-…"
    advice = (
        f"See its output: aws ssm get-command-invocation --command-id {name} --instance-id {instance}. Mend the cause, "
        "then retry the resource."
    )
    return Failed.because(f"command {name} is {details}{told}", advice=advice)


def _named(wrong: Sequence[CommandInvocationTypeDef]) -> str:
    told = [f"{one.get('InstanceId', '?')} is {one.get('StatusDetails') or one.get('Status', '?')}" for one in wrong]
    more = f" and {len(told) - _MOST_NAMED} more" if len(told) > _MOST_NAMED else ""
    return ", ".join(sorted(told)[:_MOST_NAMED]) + more


def _command(look: Look, name: str) -> CommandTypeDef | None:
    try:
        found = look.clients.client("ssm").list_commands(CommandId=name)["Commands"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidCommandId":
            raise
        return None
    return found[0] if found else None


def _invocations(look: Look, name: str) -> list[CommandInvocationTypeDef]:
    pages = look.clients.client("ssm").get_paginator("list_command_invocations").paginate(CommandId=name)
    return [one for page in pages for one in page["CommandInvocations"]]
