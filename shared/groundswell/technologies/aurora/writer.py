"""ACTIVATE: makes the target cluster the writer of its global database.

No RDS call takes a token, and none is needed: where the writer is, is a state of the world. A reply that was lost is
made good by looking. If the call arrived, the database shows its failover state, or the new writer; if it did not,
it is made again, and RDS refuses a second one while the first is under way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundswell.domain.evidence import RECOVERY_POINT
from groundswell.domain.ids import ResourceId
from groundswell.domain.operations import Operation
from groundswell.technologies.aurora.clusters import available, global_clusters, instances_of, lags, member
from groundswell.technologies.aurora.recovery_point import lags_before
from groundswell.technologies.contract import (
    Done,
    Evidence,
    Failed,
    InProgress,
    Look,
    NotBegun,
    Observation,
    Target,
    Waiting,
)

if TYPE_CHECKING:
    from mypy_boto3_rds.type_defs import GlobalClusterMemberTypeDef, GlobalClusterTypeDef

READS = ("rds:DescribeGlobalClusters", "rds:DescribeDBInstances", "cloudwatch:GetMetricData")

MOST_LAG = 5.0
"""Seconds of lag with which a switchover may begin. RDS loses nothing in any case, but it stops the writes first and
then waits for the secondary: a lag is an outage. A healthy secondary lags less than one second."""


@dataclass
class _Seen:
    databases: Mapping[str, GlobalClusterTypeDef]
    ready: Mapping[str, str | None]
    """An available instance of each cluster."""
    lags: Mapping[str, float] | None
    """None where the lag does not matter."""


def observe(look: Look, targets: Sequence[Target]) -> dict[ResourceId, Observation]:
    """Looks at databases, instances and, for a switchover, the lag: so many calls, however many databases."""
    clusters = sorted({target.text("cluster") for target in targets})
    seen = _Seen(
        databases=global_clusters(look),
        ready={name: available(found) for name, found in instances_of(look, clusters).items()},
        lags=lags(look, clusters) if look.operation is Operation.SWITCHOVER else None,
    )
    judged = {target.resource_id: _judge(seen, target) for target in targets}
    moved = [target for target in targets if target.intents and isinstance(judged[target.resource_id], Done)]
    return judged | {name: Done(evidence) for name, evidence in _with_recovery_points(look, moved, judged)}


def fail_over(look: Look, targets: Sequence[Target], key: str) -> None:  # noqa: ARG001 - RDS takes no token
    """Promotes the secondary without its primary; what was not replicated is lost."""
    (target,) = targets
    look.clients.client("rds").failover_global_cluster(
        GlobalClusterIdentifier=target.text("global_cluster"),
        TargetDbClusterIdentifier=target.text("cluster_arn"),
        AllowDataLoss=True,
    )


def switch_over(look: Look, targets: Sequence[Target], key: str) -> None:  # noqa: ARG001 - RDS takes no token
    """Changes the roles of two healthy clusters; nothing is lost."""
    (target,) = targets
    look.clients.client("rds").switchover_global_cluster(
        GlobalClusterIdentifier=target.text("global_cluster"), TargetDbClusterIdentifier=target.text("cluster_arn")
    )


def _judge(seen: _Seen, target: Target) -> Observation:
    name, arn, cluster = target.text("global_cluster"), target.text("cluster_arn"), target.text("cluster")
    database = seen.databases.get(name)
    part = member(database, arn) if database else None
    if database is None or part is None:
        advice = "Find out who took it out of the global database; then repair it by hand, or skip the resource."
        return Failed.because(f"cluster {arn} is not a member of a global database {name}", advice=advice)
    under_way = _under_way(database, arn)
    if under_way is not None:
        return under_way
    if part.get("IsWriter"):
        return _writer(database, cluster, seen.ready.get(cluster))
    return NotBegun() if seen.lags is None else _lagging(part, seen.lags.get(cluster))


def _under_way(database: GlobalClusterTypeDef, arn: str) -> Observation | None:
    state = database.get("FailoverState", {})
    status, to = state.get("Status"), state.get("ToDbClusterArn")
    if not status:
        return None
    return InProgress(f"failover is {status}") if to == arn else Waiting(f"another failover, to {to}, is {status}")


def _writer(database: GlobalClusterTypeDef, cluster: str, instance: str | None) -> Observation:
    if instance is None:
        return InProgress(f"{cluster} is the writer, but none of its instances is available yet")
    return Done({"writer": cluster, "instance": instance, "endpoint": database.get("Endpoint", "")})


def _with_recovery_points(
    look: Look, moved: Sequence[Target], judged: Mapping[ResourceId, Observation]
) -> Iterator[tuple[ResourceId, Evidence]]:
    """The evidence of those that we moved with what was lost; a switchover loses nothing."""
    lossless = look.operation is Operation.SWITCHOVER
    lost = {} if lossless else lags_before(look, {each.text("cluster"): each.intents[-1].at for each in moved})
    for target in moved:
        seen, seconds = judged[target.resource_id], 0.0 if lossless else lost.get(target.text("cluster"))
        if isinstance(seen, Done) and seconds is not None:
            yield target.resource_id, {**seen.evidence, RECOVERY_POINT: seconds}


def _lagging(part: GlobalClusterMemberTypeDef, lag: float | None) -> Observation:
    state = part.get("SynchronizationStatus", "unknown")
    if state == "connected" and lag is not None and lag <= MOST_LAG:
        return NotBegun(f"lag {lag:g} s")
    figure = "unknown" if lag is None else f"{lag:g} s"
    return Waiting(f"secondary is {state}, lag {figure}; a switchover needs connected, at most {MOST_LAG:g} s")
