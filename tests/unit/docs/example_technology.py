"""Standby instances: EC2 instances that wait, stopped, in the target Region. Shown in docs/add-a-technology.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from groundswell.domain.ids import ResourceId
from groundswell.domain.operations import Operation, Phase
from groundswell.domain.protection import Finding
from groundswell.technologies.contract import (
    Done,
    Failed,
    InProgress,
    Look,
    NotBegun,
    Observation,
    Step,
    Target,
    Technology,
    Waiting,
    WakeUp,
)

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import FilterTypeDef, InstanceTypeDef


def find(look: Look) -> Iterator[Finding]:
    """The instances of one account that are tagged for DR, whatever their state."""
    for instance in _instances(look, {"Name": "tag:dr:enabled", "Values": ["true"]}):
        tags = {tag["Key"]: tag["Value"] for tag in instance["Tags"]}
        name = tags.get("Name") or instance["InstanceId"]
        yield Finding(
            technology="standby",
            account=look.account,
            region=look.region,
            name=name,
            own_name=name,
            tags=tags,
            parameters={"instance_id": instance["InstanceId"]},
            wake_key=f"arn:aws:ec2:{look.region}:{look.account}:instance/{instance['InstanceId']}",
        )


def observe_start(look: Look, targets: Sequence[Target]) -> dict[ResourceId, Observation]:
    """INSTANTIATE: does it run? One paged read, however many targets."""
    wanted = [target.text("instance_id") for target in targets]
    found = _instances(look, {"Name": "instance-id", "Values": wanted})
    states = {instance["InstanceId"]: instance["State"]["Name"] for instance in found}
    return {target.resource_id: _judge(target, states.get(target.text("instance_id"), "gone")) for target in targets}


def start(look: Look, targets: Sequence[Target], key: str) -> None:  # noqa: ARG001 - EC2 keeps no name of this call
    """Starts them, in one call. Starting a running instance changes nothing."""
    look.clients.client("ec2").start_instances(InstanceIds=[target.text("instance_id") for target in targets])


def observe_checks(look: Look, targets: Sequence[Target]) -> dict[ResourceId, Observation]:
    """ACTIVATE: does EC2 vouch for it? It only looks, so this phase has no `act`."""
    wanted = [target.text("instance_id") for target in targets]
    answer = look.clients.client("ec2").describe_instance_status(InstanceIds=wanted)
    healthy = {
        each["InstanceId"]
        for each in answer["InstanceStatuses"]
        if each["InstanceStatus"]["Status"] == each["SystemStatus"]["Status"] == "ok"
    }
    return {
        target.resource_id: Done({"status_checks": "ok"})
        if target.text("instance_id") in healthy
        else InProgress("it runs; its status checks are not ok yet")
        for target in targets
    }


def _judge(target: Target, state: str) -> Observation:
    match state:
        case "running":
            return Done({"instance": target.text("instance_id")})
        case "stopped":
            return NotBegun("it is stopped")
        case "stopping":
            return Waiting("it is stopping; it is started when it has stopped")
        case "pending":
            return InProgress("it is starting")
    cause = f"instance {target.text('instance_id')} is {state}"
    return Failed.because(cause, advice="Create it anew from its image, tag it, and request the recovery again.")


def _instances(look: Look, wanted: FilterTypeDef) -> Iterator[InstanceTypeDef]:
    for page in look.clients.client("ec2").get_paginator("describe_instances").paginate(Filters=[wanted]):
        for reservation in page["Reservations"]:
            yield from reservation["Instances"]


_START = Step(
    observe=observe_start, act=start, batch=50, reads=("ec2:DescribeInstances",), writes=("ec2:StartInstances",)
)
_CHECK = Step(observe=observe_checks, reads=("ec2:DescribeInstanceStatus",))

TECHNOLOGY = Technology(
    name="standby",
    title="Standby instances",
    summary="Starts instances that wait, stopped, in the target Region; done when both EC2 status checks are ok.",
    steps={
        (Operation.FAILOVER, Phase.INSTANTIATE): _START,
        (Operation.FAILOVER, Phase.ACTIVATE): _CHECK,
        (Operation.SWITCHOVER, Phase.INSTANTIATE): _START,
        (Operation.SWITCHOVER, Phase.ACTIVATE): _CHECK,
    },
    find=find,
    find_reads=("ec2:DescribeInstances",),
    parameters={"instance_id": "The instance in the target Region, e.g. i-0123456789abcdef0."},
    wake_ups=(WakeUp(source="aws.ec2", detail_types=("EC2 Instance State-change Notification",)),),
    later={
        "IncorrectInstanceState": "bring the instance to `stopped`",
        "InsufficientInstanceCapacity": "change its instance type to one of which there is capacity",
    },
    caveats=("Everything is asked of the target Region. What the instances serve must be replicated by other means.",),
)
