"""CloudWatch: GetMetricData for the lag of Aurora global databases, in milliseconds.

Source: Aurora User Guide, "Cluster-level metrics": the lag metrics exist for secondary clusters only. A secondary whose
primary is down reports nothing new, and no data is not zero lag.
"""

from rehearsal.estate.ask import Ask
from rehearsal.estate.clock import to_datetime
from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.paging import BadTokenError, page_of
from rehearsal.estate.state.rds import DbCluster

_LAGS = frozenset({"AuroraGlobalDBReplicationLag", "AuroraGlobalDBRPOLag", "AuroraGlobalDBProgressLag"})
_MOST_POINTS = 1440


@operation("cloudwatch", "GetMetricData", subject=("MetricDataQueries",))
def get_metric_data(call: Call) -> Reply:
    """One result a query, in the order of the queries; a metric that does not exist has no values."""
    queries = call.ask.nodes("MetricDataQueries")
    start, end = call.ask.moment("StartTime"), call.ask.moment("EndTime")
    if start is None or end is None or start >= end:
        raise EstateError("ValidationError", "The parameter StartTime must be less than the parameter EndTime.")
    if len(queries) > 500:
        raise EstateError("ValidationError", "The collection MetricDataQueries must not have a size greater than 500.")
    numbered = list(enumerate(queries))
    try:
        chosen, token = page_of(
            numbered,
            lambda pair: f"{pair[0]:03}",
            token=call.ask.text("NextToken"),
            size=call.world.scenario.page_size,
        )
    except BadTokenError as error:
        raise EstateError("InvalidNextToken", "The next token is invalid.") from error
    reply: Reply = {"MetricDataResults": [_result(call, query, start, end) for _, query in chosen], "Messages": []}
    return reply if token is None else {**reply, "NextToken": token}


def _result(call: Call, query: Ask, start: float, end: float) -> Reply:
    stat = query.node("MetricStat")
    metric = stat.node("Metric")
    if not metric.params:
        raise EstateError("ValidationError", "The simulated estate answers MetricStat queries only, no expressions.")
    period = stat.number("Period") or 60
    points = _points(call, metric, period, start, end)
    if call.ask.text("ScanBy", "TimestampDescending") == "TimestampDescending":
        points.reverse()
    return {
        "Id": query.text("Id"),
        "Label": query.text("Label") or metric.text("MetricName"),
        "Timestamps": [to_datetime(moment) for moment, _ in points],
        "Values": [value for _, value in points],
        "StatusCode": "Complete",
    }


def _points(call: Call, metric: Ask, period: int, start: float, end: float) -> list[tuple[float, float]]:
    cluster = _cluster(call, metric)
    if cluster is None:
        return []
    first = -(-start // period) * period
    count = min(int((min(end, call.now) - first) // period) + 1, _MOST_POINTS)
    moments = [first + index * period for index in range(count)]
    return [(moment, _lag(call, cluster, metric, moment)) for moment in moments if _reports(call, cluster, moment)]


def _cluster(call: Call, metric: Ask) -> DbCluster | None:
    """The cluster that the metric is of; CloudWatch knows a metric only by its exact name and dimensions."""
    dimensions = {node.text("Name"): node.text("Value") for node in metric.nodes("Dimensions")}
    known = metric.text("Namespace") == "AWS/RDS" and metric.text("MetricName") in _LAGS
    if not known or set(dimensions) - {"SourceRegion"} != {"DBClusterIdentifier"}:
        return None
    return call.site.clusters.get(dimensions["DBClusterIdentifier"])


def _reports(call: Call, cluster: DbCluster, moment: float) -> bool:
    whole = call.world.global_clusters[cluster.owner.account, cluster.global_id]
    writer = whole.member(whole.writer.at(moment))
    return writer is not None and writer is not cluster and not call.world.is_down(writer.owner.region, moment)


def _lag(call: Call, cluster: DbCluster, metric: Ask, moment: float) -> float:
    spread = call.world.scenario.times.rds.replication_lag
    return round(1000 * call.world.dice.sample(spread, metric.text("MetricName"), cluster.arn, int(moment)), 1)
