"""Aurora global databases as they are described and changed."""

import pytest

from rehearsal.estate.errors import EstateError
from tests.unit.estate.builders import ACCOUNT, HERE, THERE, World, database_scenario

NAME = "customer-a-db"
TARGET = f"arn:aws:rds:us-west-2:{ACCOUNT}:cluster:{NAME}-us-west-2"
SOURCE = f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster:{NAME}-us-east-1"


def test_instance_is_creating_then_available_when_added_to_a_headless_secondary() -> None:
    groups = [{"name": "{customer}-db", "wave": 1, "secondary_instances": 0}]
    world = World(database_scenario(aurora=groups))
    asked = {"DBInstanceIdentifier": "extra", "DBClusterIdentifier": f"{NAME}-us-west-2"}

    made = world.rds("CreateDBInstance", **asked, DBInstanceClass="db.r6g.large", Engine="aurora-postgresql")
    world.clock.advance(900)

    assert made["DBInstance"]["DBInstanceStatus"] == "creating"
    assert [item["DBInstanceStatus"] for item in world.rds("DescribeDBInstances")["DBInstances"]] == ["available"]


def test_instance_is_refused_when_its_name_is_taken() -> None:
    world = World(database_scenario())
    asked = {"DBInstanceIdentifier": f"{NAME}-us-west-2-1", "DBClusterIdentifier": f"{NAME}-us-west-2"}

    with pytest.raises(EstateError) as error:
        world.rds("CreateDBInstance", **asked, DBInstanceClass="db.r6g.large", Engine="aurora-postgresql")

    assert error.value.code == "DBInstanceAlreadyExists"


def test_capacity_changes_after_a_while_when_the_cluster_is_modified() -> None:
    groups = [{"name": "{customer}-db", "wave": 1, "serverless_min_capacity": 0.5}]
    world = World(database_scenario(aurora=groups))
    cluster = f"{NAME}-us-west-2"

    world.rds("ModifyDBCluster", DBClusterIdentifier=cluster, ServerlessV2ScalingConfiguration={"MinCapacity": 16})
    at_once = world.rds("DescribeDBClusters", DBClusterIdentifier=cluster)["DBClusters"][0]
    world.clock.advance(120)
    later = world.rds("DescribeDBClusters", DBClusterIdentifier=cluster)["DBClusters"][0]

    assert (at_once["Status"], at_once["ServerlessV2ScalingConfiguration"]["MinCapacity"]) == ("modifying", 0.5)
    assert (later["Status"], later["ServerlessV2ScalingConfiguration"]["MinCapacity"]) == ("available", 16)


def test_global_cluster_is_seen_from_both_member_regions_when_described() -> None:
    world = World(database_scenario())

    for caller in (HERE, THERE):
        seen = world.call("rds", "DescribeGlobalClusters", {}, caller=caller)["GlobalClusters"]
        assert [item["GlobalClusterIdentifier"] for item in seen] == [NAME]


def test_clusters_are_only_those_of_the_region_when_described() -> None:
    world = World(database_scenario())

    clusters = world.rds("DescribeDBClusters")["DBClusters"]

    assert [cluster["DBClusterArn"] for cluster in clusters] == [TARGET]
    assert clusters[0]["ReplicationSourceIdentifier"] == SOURCE
    assert {tag["Key"]: tag["Value"] for tag in clusters[0]["TagList"]}["dr:wave"] == "1"


def test_lists_have_markers_when_there_are_more_than_a_page() -> None:
    world = World(database_scenario(customers={"count": 5}, page_size=2))

    first = world.rds("DescribeDBClusters")
    second = world.rds("DescribeDBClusters", Marker=first["Marker"])

    names = [item["DBClusterIdentifier"] for item in first["DBClusters"] + second["DBClusters"]]
    assert len(set(names)) == 4
    assert "Marker" in second
