"""CloudWatch: the lag of Aurora global databases."""

import datetime as dt

import pytest

from rehearsal.estate.caller import Caller
from rehearsal.estate.errors import EstateError
from tests.unit.estate.builders import HERE, THERE, Json, World, database_scenario

SECONDARY = "customer-a-db-us-west-2"
PRIMARY = "customer-a-db-us-east-1"


def lag(world: World, cluster: str = SECONDARY, caller: Caller = HERE, **changes: object) -> Json:
    now = world.clock.now()
    dimensions = [{"Name": "DBClusterIdentifier", "Value": cluster}]
    metric = {"Namespace": "AWS/RDS", "MetricName": "AuroraGlobalDBReplicationLag", "Dimensions": dimensions} | changes
    query = {"Id": "lag", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}}
    asked = {"MetricDataQueries": [query], "StartTime": now - dt.timedelta(minutes=10), "EndTime": now}
    found: Json = world.call("cloudwatch", "GetMetricData", asked, caller=caller)["MetricDataResults"][0]
    return found


def test_lag_has_a_value_a_minute_newest_first_when_the_cluster_is_a_secondary() -> None:
    world = World(database_scenario())

    result = lag(world)

    assert len(result["Values"]) == 11
    assert result["Timestamps"] == sorted(result["Timestamps"], reverse=True)
    assert all(value >= 0 for value in result["Values"])


def test_lag_has_no_values_when_the_cluster_is_the_primary() -> None:
    world = World(database_scenario())

    result = lag(world, PRIMARY, THERE)

    assert (result["Values"], result["StatusCode"]) == ([], "Complete")


def test_lag_has_no_values_since_the_outage_when_the_primary_region_is_down() -> None:
    world = World(database_scenario())
    failed_at = world.clock.now()
    world.estate.fail_region("us-east-1")
    world.clock.advance(300)

    result = lag(world)

    assert result["Values"]
    assert max(result["Timestamps"]) <= failed_at


def test_metric_has_no_values_when_its_name_or_dimensions_are_others() -> None:
    world = World(database_scenario())

    assert lag(world, MetricName="AuroraReplicaLag")["Values"] == []
    assert lag(world, "no-such-cluster")["Values"] == []


def test_call_is_refused_when_the_time_is_turned_round() -> None:
    world = World(database_scenario())
    now = world.clock.now()

    with pytest.raises(EstateError) as refused:
        world.call("cloudwatch", "GetMetricData", {"MetricDataQueries": [], "StartTime": now, "EndTime": now})

    assert refused.value.code == "ValidationError"


def test_results_come_in_pages_when_there_are_more_queries_than_a_page_holds() -> None:
    world = World(database_scenario(page_size=2))
    now = world.clock.now()
    stat = {"Metric": {"Namespace": "AWS/RDS", "MetricName": "x"}, "Period": 60, "Stat": "Maximum"}
    asked: Json = {
        "MetricDataQueries": [{"Id": f"q{n}", "MetricStat": stat} for n in range(3)],
        "StartTime": now - dt.timedelta(minutes=5),
        "EndTime": now,
    }

    first = world.call("cloudwatch", "GetMetricData", asked)
    second = world.call("cloudwatch", "GetMetricData", {**asked, "NextToken": first["NextToken"]})

    assert [result["Id"] for result in first["MetricDataResults"]] == ["q0", "q1"]
    assert [result["Id"] for result in second["MetricDataResults"]] == ["q2"]
