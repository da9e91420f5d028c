"""What RDS and CloudWatch tell of Aurora global databases in the target Region, read for all of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from groundswell.technologies.apart import read_apart
from groundswell.technologies.contract import Look

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef
    from mypy_boto3_rds.type_defs import DBInstanceTypeDef, GlobalClusterMemberTypeDef, GlobalClusterTypeDef

_QUERIES_A_CALL = 500
_RECENT = timedelta(minutes=5)
"""How old a figure of the lag may be: it is published every minute."""


def global_clusters(look: Look) -> dict[str, GlobalClusterTypeDef]:
    """All global databases of the account that the target Region knows, by identifier."""
    pages = look.clients.client("rds").get_paginator("describe_global_clusters").paginate()
    found = (one for page in pages for one in page["GlobalClusters"])
    return {one["GlobalClusterIdentifier"]: one for one in found if one.get("Engine", "").startswith("aurora")}


def member(database: GlobalClusterTypeDef, cluster_arn: str) -> GlobalClusterMemberTypeDef | None:
    """The cluster's part in a global database; None where it has none."""
    members = database.get("GlobalClusterMembers", [])
    return next((one for one in members if one.get("DBClusterArn") == cluster_arn), None)


def instances_of(look: Look, clusters: Iterable[str]) -> dict[str, list[DBInstanceTypeDef]]:
    """The DB instances of these clusters (identifiers), by cluster."""
    paginator = look.clients.client("rds").get_paginator("describe_db_instances")

    def read(names: Sequence[str]) -> Iterator[DBInstanceTypeDef]:
        for page in paginator.paginate(Filters=[{"Name": "db-cluster-id", "Values": names}]):
            yield from page["DBInstances"]

    found = defaultdict[str, list["DBInstanceTypeDef"]](list)
    for instance in read_apart(sorted(clusters), read, refused=("DBClusterNotFoundFault",)):
        found[instance.get("DBClusterIdentifier", "")].append(instance)
    return found


def available(instances: Iterable[DBInstanceTypeDef]) -> str | None:
    """The identifier of an instance that is available; None where none is."""
    usable = (one["DBInstanceIdentifier"] for one in instances if one.get("DBInstanceStatus") == "available")
    return min(usable, default=None)


def lags(look: Look, clusters: Sequence[str]) -> dict[str, float]:
    """Seconds by which these secondary clusters (identifiers) lag; one that has no recent figure is left out."""
    found = dict[str, float]()
    for start in range(0, len(clusters), _QUERIES_A_CALL):
        found |= _some_lags(look, clusters[start : start + _QUERIES_A_CALL])
    return found


def _some_lags(look: Look, clusters: Sequence[str]) -> dict[str, float]:
    pages = (
        look.clients.client("cloudwatch")
        .get_paginator("get_metric_data")
        .paginate(
            MetricDataQueries=[lag_query(f"lag{number}", cluster) for number, cluster in enumerate(clusters)],
            StartTime=look.now - _RECENT,
            EndTime=look.now,
            ScanBy="TimestampDescending",
        )
    )
    found = dict[str, float]()
    for result in (result for page in pages for result in page["MetricDataResults"]):
        if result.get("Values"):
            found.setdefault(clusters[int(result["Id"].removeprefix("lag"))], result["Values"][0] / 1000)
    return found


def lag_query(name: str, cluster: str, metric: str = "AuroraGlobalDBReplicationLag") -> MetricDataQueryTypeDef:
    """The query of this name for a metric of a secondary cluster (identifier), a figure a minute."""
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/RDS",
                "MetricName": metric,
                "Dimensions": [{"Name": "DBClusterIdentifier", "Value": cluster}],
            },
            "Period": 60,
            "Stat": "Maximum",
        },
    }
