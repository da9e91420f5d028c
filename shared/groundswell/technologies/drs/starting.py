"""ACTIVATE: brings a launched instance to the point where EC2 vouches for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from groundswell.domain.ids import ResourceId
from groundswell.technologies.contract import (
    Done,
    Failed,
    InProgress,
    Look,
    NotBegun,
    Observation,
    Target,
    Waiting,
)

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import InstanceStatusTypeDef

READS = ("ec2:DescribeInstances", "ec2:DescribeInstanceStatus")
WRITES = ("ec2:StartInstances",)


def observe(look: Look, targets: Sequence[Target]) -> dict[ResourceId, Observation]:
    """Looks at states and status checks of all instances: one call, and two where an instance is gone."""
    names = sorted({_instance(target) for target in targets})
    try:
        checks = _checks(look, names)
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidInstanceID.NotFound":
            raise
        checks = _checks(look, _those_there(look, names))
    return {target.resource_id: _judge(_instance(target), checks.get(_instance(target))) for target in targets}


def act(look: Look, targets: Sequence[Target], key: str) -> None:  # noqa: ARG001 - starting twice is starting once
    """Starts them. EC2 keeps no name of the call and needs none."""
    look.clients.client("ec2").start_instances(InstanceIds=[_instance(target) for target in targets])


def _instance(target: Target) -> str:
    return str(target.evidence["instance"])


def _judge(name: str, seen: InstanceStatusTypeDef | None) -> Observation:
    state = seen.get("InstanceState", {}).get("Name", "unknown") if seen else "gone"
    if state == "running":
        return _judge_checks(name, seen)
    if state == "stopped":
        return NotBegun(f"{name} is stopped")
    if state == "stopping":
        return Waiting(f"{name} is stopping; it is started when it has stopped")
    if state == "pending":
        return InProgress(f"{name} is pending")
    advice = "Find out who terminated it; then retry the resource, which launches a new one."
    return Failed.because(f"instance {name} is {state}", advice=advice)


def _judge_checks(name: str, checks: InstanceStatusTypeDef | None) -> Observation:
    """Impaired checks may come good again, so they are waited for, as long as the phase's patience lasts."""
    system = checks.get("SystemStatus", {}).get("Status", "unknown") if checks else "unknown"
    instance = checks.get("InstanceStatus", {}).get("Status", "unknown") if checks else "unknown"
    if system == instance == "ok":
        return Done({"state": "running", "status_checks": "ok"})
    return InProgress(f"{name} runs; status checks: system {system}, instance {instance}")


def _those_there(look: Look, names: Sequence[str]) -> list[str]:
    """By filter, because asking for ids fails as a whole where one is gone. At most 200 values."""
    paginator = look.clients.client("ec2").get_paginator("describe_instances")
    pages = paginator.paginate(Filters=[{"Name": "instance-id", "Values": list(names)}])
    reservations = (reservation for page in pages for reservation in page["Reservations"])
    return sorted(one["InstanceId"] for group in reservations for one in group["Instances"])


def _checks(look: Look, names: Sequence[str]) -> dict[str, InstanceStatusTypeDef]:
    """Of each instance, in whatever state. At most 100 ids, which exclude pages: an order holds fewer."""
    if not names:
        return {}
    answer = look.clients.client("ec2").describe_instance_status(InstanceIds=names, IncludeAllInstances=True)
    return {status["InstanceId"]: status for status in answer["InstanceStatuses"]}
