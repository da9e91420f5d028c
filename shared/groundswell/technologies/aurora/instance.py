"""INSTANTIATE: sees to it that the target cluster has an instance that can become the writer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from groundswell.domain.ids import ResourceId, fingerprint
from groundswell.technologies.aurora.clusters import available, instances_of
from groundswell.technologies.aurora.finding import CLASS_TAG
from groundswell.technologies.contract import (
    Done,
    Failed,
    InProgress,
    Look,
    NotBegun,
    Observation,
    Target,
    creation_tags,
)

if TYPE_CHECKING:
    from mypy_boto3_rds.type_defs import DBInstanceTypeDef

READS = ("rds:DescribeDBInstances",)
WRITES = ("rds:CreateDBInstance",)

_BROKEN = ("failed", "storage-full", "restore-error", "incompatible-", "inaccessible-encryption-credentials")


def observe(look: Look, targets: Sequence[Target]) -> dict[ResourceId, Observation]:
    """Any available instance will do, whoever created it."""
    instances = instances_of(look, {target.text("cluster") for target in targets})
    return {target.resource_id: _judge(target, instances.get(target.text("cluster"), [])) for target in targets}


def act(look: Look, targets: Sequence[Target], key: str) -> str:
    """Creates the instance of a headless cluster. RDS takes no token: the name is what cannot be made twice."""
    (target,) = targets
    name = instance_name(target.text("cluster"))
    look.clients.client("rds").create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass=target.text("instance_class"),
        Engine=target.text("engine"),
        DBClusterIdentifier=target.text("cluster"),
        Tags=[{"Key": tag, "Value": value} for tag, value in creation_tags(key).items()],
    )
    return name


def instance_name(cluster: str) -> str:
    """The name of the instance that we create in a cluster: always the same, at most 63 characters."""
    return f"{cluster[:45].rstrip('-')}-dr-{fingerprint(cluster)[:8]}"


def _judge(target: Target, instances: Sequence[DBInstanceTypeDef]) -> Observation:
    cluster = target.text("cluster")
    ready = available(instances)
    if ready is not None:
        return Done({"instance": ready, "created": bool(target.intents) and ready == instance_name(cluster)})
    states = {one["DBInstanceIdentifier"]: one.get("DBInstanceStatus", "unknown") for one in instances}
    alive = {name: state for name, state in states.items() if state != "deleting"}
    if alive and all(state.startswith(_BROKEN) for state in alive.values()):
        advice = "Repair the instance, or delete it so that a new one is created; then retry the resource."
        return Failed.because(f"cluster {cluster} has no instance that works: {_listed(alive)}", advice=advice)
    if alive:
        return InProgress(f"waiting for an instance of {cluster} to become available: {_listed(alive)}")
    if "instance_class" not in target.parameters:
        advice = f"Set the tag {CLASS_TAG} on the cluster (e.g. db.r6g.large), or add an instance to it by hand."
        return Failed.because(f"cluster {cluster} has no instance, and nothing says of which class", advice=advice)
    return NotBegun(f"cluster {cluster} has no instance")


def _listed(states: dict[str, str]) -> str:
    return ", ".join(f"{name} is {state}" for name, state in sorted(states.items()))
