"""What a failover lost of the primary's writes: how far behind the secondary was when the call was made.

It is read afterwards, from the figures that CloudWatch in the target Region keeps, so that it costs the failover
nothing and cannot hold it up. Source: Aurora User Guide, "Performing switchovers and failovers": AuroraGlobalDBRPOLag
where the engine publishes it, else AuroraGlobalDBReplicationLag; both in milliseconds, on the secondary cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from groundswell.technologies.aurora.clusters import lag_query
from groundswell.technologies.contract import Look

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import MetricDataResultTypeDef

_METRICS = ("AuroraGlobalDBRPOLag", "AuroraGlobalDBReplicationLag")
"""The better first."""
_OLDEST = timedelta(minutes=5)
"""How long before the call a figure may be: both are published every minute, until the primary is gone."""


def lags_before(look: Look, calls: Mapping[str, datetime]) -> dict[str, float]:
    """Seconds by which these clusters (identifiers) lagged when their calls were made, in one read.

    A cluster of which no figure is that recent is left out, and all are where CloudWatch does not answer.
    """
    if not calls:
        return {}
    try:
        results = _read(look, list(calls), min(calls.values()) - _OLDEST, max(calls.values()))
    except (BotoCoreError, ClientError):
        return {}
    return dict(_latest(results, calls))


def _read(look: Look, clusters: list[str], start: datetime, end: datetime) -> dict[str, MetricDataResultTypeDef]:
    """The figures of both metrics by query, the newest first: at most 180 queries for an order's 90 databases."""
    queries = [
        lag_query(f"{metric.lower()}{number}", cluster, metric)
        for number, cluster in enumerate(clusters)
        for metric in _METRICS
    ]
    paginator = look.clients.client("cloudwatch").get_paginator("get_metric_data")
    pages = paginator.paginate(MetricDataQueries=queries, StartTime=start, EndTime=end, ScanBy="TimestampDescending")
    found = dict[str, "MetricDataResultTypeDef"]()
    for result in (result for page in pages for result in page["MetricDataResults"]):
        if result.get("Values"):
            found.setdefault(result["Id"], result)
    return found


def _latest(
    results: Mapping[str, MetricDataResultTypeDef], calls: Mapping[str, datetime]
) -> Iterator[tuple[str, float]]:
    for number, (cluster, at) in enumerate(calls.items()):
        for metric in _METRICS:
            result = results.get(f"{metric.lower()}{number}")
            lag = _value_at(result, at) if result else None
            if lag is not None:
                yield cluster, lag / 1000
                break


def _value_at(result: MetricDataResultTypeDef, at: datetime) -> float | None:
    """The newest value that had begun by then and is no older than it may be."""
    pairs = zip(result["Timestamps"], result["Values"], strict=True)
    return next((value for began, value in pairs if at - _OLDEST <= began <= at), None)
