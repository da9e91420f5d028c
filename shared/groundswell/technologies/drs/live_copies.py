"""Recovery instances that are there already, read once an account: when they were launched, and with which data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from groundswell.domain.instants import from_text
from groundswell.domain.protection import LiveCopy
from groundswell.technologies.contract import Look

if TYPE_CHECKING:
    from mypy_boto3_drs.type_defs import RecoveryInstanceTypeDef, SourceServerTypeDef

READS = ("drs:DescribeRecoveryInstances",)
"""It looks with our credentials, for which the checks before the start declare ec2:DescribeInstances."""

LIVE = ("PENDING", "RUNNING", "STOPPING", "STOPPED")
"""States of the EC2 instance in which a recovery instance is there."""
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")


def is_live(instance: RecoveryInstanceTypeDef) -> bool:
    """Whether it stands for its server: a drill does not, nor does what was terminated."""
    has_instance = bool(instance.get("ec2InstanceID")) and instance.get("ec2InstanceState") in LIVE
    return has_instance and not instance.get("isDrill")


def live_copies(look: Look, servers: Sequence[SourceServerTypeDef]) -> Mapping[str, LiveCopy] | None:
    """The live copy of each source server that has one; None where the account's role may not read them."""
    if not servers:
        return {}
    paginator = look.clients.client("drs").get_paginator("describe_recovery_instances")
    try:
        instances = [one for page in paginator.paginate() for one in page["items"] if is_live(one)]
    except ClientError as error:
        if error.response["Error"]["Code"] not in _DENIED:
            raise
        return None
    by_server = {one.get("sourceServerID", ""): one for one in instances}
    return {
        server["sourceServerID"]: _copy(by_server[server["sourceServerID"]], server)
        for server in servers
        if server["sourceServerID"] in by_server
    }


def launched_at(server: SourceServerTypeDef, instance: RecoveryInstanceTypeDef) -> datetime | None:
    """When the launch of the instance was asked for, as long as it is the server's last."""
    last = server.get("lifeCycle", {}).get("lastLaunch", {}).get("initiated", {})
    return _instant(last.get("apiCallDateTime")) if last.get("jobID") == instance.get("jobID") else None


def _copy(instance: RecoveryInstanceTypeDef, server: SourceServerTypeDef) -> LiveCopy:
    return LiveCopy(
        name=instance.get("ec2InstanceID", ""),
        state=instance.get("ec2InstanceState", "unknown"),
        launched_at=launched_at(server, instance),
        point_in_time=_instant(instance.get("pointInTimeSnapshotDateTime")),
    )


def _instant(text: str | None) -> datetime | None:
    """None also for what is no instant: one odd text must not hide an account."""
    try:
        return from_text(text) if text else None
    except ValueError:
        return None
