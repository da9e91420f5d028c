"""ACTIVATE: brings a launched instance to the point where EC2 vouches for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

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
    """Looks at the state of all instances and at the status checks of those that run: two calls."""
    states = _states(look, {_instance(target) for target in targets})
    checks = _checks(look, [name for name, state in states.items() if state == "running"])
    return {target.resource_id: _judge(_instance(target), states, checks) for target in targets}


def act(look: Look, targets: Sequence[Target], key: str) -> None:  # noqa: ARG001 - starting twice is starting once
    """Starts them. EC2 keeps no name of the call and needs none."""
    look.clients.client("ec2").start_instances(InstanceIds=[_instance(target) for target in targets])


def _instance(target: Target) -> str:
    return str(target.evidence["instance"])


def _judge(name: str, states: Mapping[str, str], checks: Mapping[str, InstanceStatusTypeDef]) -> Observation:
    state = states.get(name, "gone")
    if state == "running":
        return _judge_checks(name, checks.get(name))
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


def _states(look: Look, names: Iterable[str]) -> dict[str, str]:
    """By filter, because asking for ids fails as a whole where one is gone. At most 200 values."""
    paginator = look.clients.client("ec2").get_paginator("describe_instances")
    pages = paginator.paginate(Filters=[{"Name": "instance-id", "Values": sorted(names)}])
    reservations = (reservation for page in pages for reservation in page["Reservations"])
    return {one["InstanceId"]: one["State"]["Name"] for group in reservations for one in group["Instances"]}


def _checks(look: Look, names: Sequence[str]) -> dict[str, InstanceStatusTypeDef]:
    """At most 100 ids, which exclude pages: an order holds fewer."""
    if not names:
        return {}
    answer = look.clients.client("ec2").describe_instance_status(InstanceIds=names)
    return {status["InstanceId"]: status for status in answer["InstanceStatuses"]}
