"""Automation executions: started with a token and tags of ours, and found again by the tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from botocore.exceptions import ClientError

from groundswell.domain.ids import fingerprint
from groundswell.technologies.contract import (
    INTENT_TAG,
    Done,
    Failed,
    InProgress,
    Intent,
    Look,
    Observation,
    creation_tags,
)
from groundswell.technologies.ssm.run import Run

if TYPE_CHECKING:
    from mypy_boto3_ssm.type_defs import (
        AutomationExecutionTypeDef,
        StartAutomationExecutionRequestTypeDef,
        StepExecutionTypeDef,
    )

READS = ("ssm:DescribeAutomationExecutions", "ssm:GetAutomationExecution", "ssm:ListTagsForResource")

CLOCKS_DIFFER = timedelta(minutes=5)
"""By so much AWS's clock and ours may differ, or a call may have taken to arrive."""
_PASSED = ("Success", "CompletedWithSuccess")
_OVER = (
    "Failed",
    "TimedOut",
    "Cancelled",
    "Rejected",
    "CompletedWithFailure",
    "Exited",
    "ChangeCalendarOverrideRejected",
)
_ASKS_A_PERSON = ("Waiting", "PendingApproval", "PendingChangeCalendarOverride")
_WORDS = 600
"""Characters of a failure's message that are kept."""


def token_of(key: str) -> str:
    """The intent's key as the UUID that StartAutomationExecution takes for a token."""
    return str(UUID(fingerprint("ssm", key)[:32]))


def start(look: Look, run: Run, key: str) -> str:
    """Starts it; the id of the automation execution."""
    wanted: StartAutomationExecutionRequestTypeDef = {
        "DocumentName": run.document,
        "ClientToken": token_of(key),
        "Tags": [{"Key": name, "Value": value} for name, value in creation_tags(key).items()],
    }
    if run.parameters:  # an empty map is refused
        wanted["Parameters"] = run.parameters
    return look.clients.client("ssm").start_automation_execution(**wanted)["AutomationExecutionId"]


def find(look: Look, document: str, lost: Sequence[Intent]) -> Mapping[str, str]:
    """The automation executions of calls whose answers were lost, by the keys of their intents.

    A list shows no tags, so each execution of the document since the first of the calls is asked for its own.
    """
    wanted, found = {intent.key for intent in lost}, dict[str, str]()
    for name in _started_since(look, document, lost):
        if key := _intent_of(look, name):
            found |= {key: name} if key in wanted else {}
        if len(found) == len(wanted):
            break
    return found


def _started_since(look: Look, document: str, lost: Sequence[Intent]) -> Iterator[str]:
    since = min(intent.at for intent in lost) - CLOCKS_DIFFER
    pages = (
        look.clients.client("ssm")
        .get_paginator("describe_automation_executions")
        .paginate(
            Filters=[
                {"Key": "DocumentNamePrefix", "Values": [document]},
                {"Key": "StartTimeAfter", "Values": [since.strftime("%Y-%m-%dT%H:%M:%SZ")]},
            ]
        )
    )
    for page in pages:
        for one in page["AutomationExecutionMetadataList"]:
            if one.get("DocumentName") == document and "AutomationExecutionId" in one:
                yield one["AutomationExecutionId"]


def _intent_of(look: Look, name: str) -> str | None:
    """The key of the intent that started it; None where it was nobody of ours, or it has just gone."""
    try:
        answer = look.clients.client("ssm").list_tags_for_resource(ResourceType="Automation", ResourceId=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidResourceId":
            raise
        return None
    return next((tag["Value"] for tag in answer.get("TagList", []) if tag["Key"] == INTENT_TAG), None)


def judge(look: Look, name: str) -> Observation:
    """How an automation execution stands; one that was just started may not be there yet."""
    try:
        found = look.clients.client("ssm").get_automation_execution(AutomationExecutionId=name)["AutomationExecution"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "AutomationExecutionNotFoundException":
            raise
        return InProgress(f"automation {name} is started and cannot be seen yet")
    status = found.get("AutomationExecutionStatus", "Pending")
    if status in _PASSED:
        return Done({"automation": name, "document": found.get("DocumentName", ""), "status": status})
    if status in _OVER:
        advice = f"Look at automation {name} in Systems Manager; mend the cause, then retry the resource."
        return Failed.because(f"automation {name} is {status}{_why(found)}", advice=advice)
    return InProgress(_under_way(name, status, found))


def _under_way(name: str, status: str, found: AutomationExecutionTypeDef) -> str:
    at = f" at step {found['CurrentStepName']}" if found.get("CurrentStepName") else ""
    if status in _ASKS_A_PERSON or found.get("CurrentAction") == "aws:approve":
        return f"automation {name} waits{at} for somebody to approve it in Systems Manager ({status})"
    return f"automation {name} is {status}{at}"


def _why(found: AutomationExecutionTypeDef) -> str:
    """The message of the step that failed, else the execution's own."""
    failed = [one for one in found.get("StepExecutions", []) if one.get("StepStatus") in _OVER]
    words = _of_step(failed[-1]) if failed else found.get("FailureMessage", "")
    return f": {words[:_WORDS]}{'…' if len(words) > _WORDS else ''}" if words else ""


def _of_step(step: StepExecutionTypeDef) -> str:
    message = step.get("FailureMessage") or "it gives no message"
    return f"step {step.get('StepName', '?')} is {step.get('StepStatus', '?')}: {message}"
