"""Finds the clusters of global databases in the target Region, by their own tags: the primary may be dead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from groundswell.domain.protection import Finding, Fitness
from groundswell.technologies.aurora.clusters import global_clusters, lags
from groundswell.technologies.contract import Look

if TYPE_CHECKING:
    from mypy_boto3_rds.type_defs import DBClusterTypeDef, GlobalClusterMemberTypeDef, GlobalClusterTypeDef
    from pydantic import JsonValue

READS = ("rds:DescribeGlobalClusters", "rds:DescribeDBClusters", "cloudwatch:GetMetricData")

CLASS_TAG = "dr:instance-class"


def find(look: Look) -> Iterator[Finding]:
    """One for each cluster of a global database in the target Region.

    Also where it is the writer already: a failover asked for twice shows it as there, rather than not at all.
    """
    databases = {
        one.get("DBClusterArn", ""): (database, one)
        for database in global_clusters(look).values()
        for one in database.get("GlobalClusterMembers", [])
    }
    pages = look.clients.client("rds").get_paginator("describe_db_clusters").paginate()
    clusters = [one for page in pages for one in page["DBClusters"] if one.get("DBClusterArn") in databases]
    known_lags = _lags(look, [one["DBClusterIdentifier"] for one in clusters])
    for cluster in clusters:
        database, part = databases[cluster["DBClusterArn"]]
        yield _finding(look, cluster, database, _fitness(part, known_lags.get(cluster["DBClusterIdentifier"])))


def _finding(look: Look, cluster: DBClusterTypeDef, database: GlobalClusterTypeDef, fitness: Fitness) -> Finding:
    tags = {tag["Key"]: tag["Value"] for tag in cluster.get("TagList", []) if "Key" in tag and "Value" in tag}
    name = database["GlobalClusterIdentifier"]
    return Finding(
        technology="aurora",
        account=look.account,
        region=look.region,
        source_region=_writer_region(database),
        name=name,
        own_name=name,
        tags=tags,
        parameters=_parameters(cluster, name, tags),
        wake_key=cluster["DBClusterArn"],
        fitness=fitness,
    )


def _parameters(cluster: DBClusterTypeDef, name: str, tags: Mapping[str, str]) -> dict[str, JsonValue]:
    parameters: dict[str, JsonValue] = {
        "global_cluster": name,
        "cluster": cluster["DBClusterIdentifier"],
        "cluster_arn": cluster["DBClusterArn"],
        "engine": cluster["Engine"],
    }
    return parameters | ({"instance_class": tags[CLASS_TAG]} if CLASS_TAG in tags else {})


def _writer_region(database: GlobalClusterTypeDef) -> str | None:
    writers = (one.get("DBClusterArn", "") for one in database.get("GlobalClusterMembers", []) if one.get("IsWriter"))
    return next((arn.split(":")[3] for arn in writers), None)


def _fitness(part: GlobalClusterMemberTypeDef, lag: float | None) -> Fitness:
    if part.get("IsWriter"):
        return Fitness(fit=True, state="writer")
    state = part.get("SynchronizationStatus")
    return Fitness(fit=state == "connected" if state else None, state=state or "unknown", lag_seconds=lag)


def _lags(look: Look, clusters: list[str]) -> dict[str, float]:
    """Nothing where CloudWatch does not answer: a plan must not depend on it."""
    try:
        return lags(look, clusters)
    except (BotoCoreError, ClientError):
        return {}
