"""What AWS refuses at the worst moment, and how it says so: capacity, versions, addresses, disconnected servers."""

from __future__ import annotations

import pytest

from rehearsal.estate.errors import EstateError
from rehearsal.estate.scenario.faults import Faults
from rehearsal.estate.scenario.model import Scenario
from rehearsal.estate.scenario_faults import ScenarioFaults
from tests.unit.estate.builders import ACCOUNT, HERE, Json, World, database_scenario, dns_scenario, scenario
from tests.unit.estate.test_estate_route53 import APP, answer, upsert

NAME = "customer-a-db"
TARGET = f"arn:aws:rds:us-west-2:{ACCOUNT}:cluster:{NAME}-us-west-2"


def estate_of(**settings: object) -> Scenario:
    """Two servers with these launch settings."""
    return scenario(0, servers=[{"name": "app-{n:02}", "per_customer": 2, "wave": 1, **settings}])


def launched(world: World) -> Json:
    return world.finish(world.start(world.servers()))


def statuses(job: Json) -> list[str]:
    return [part["launchStatus"] for part in job["participatingServers"]]


def reasons(world: World, job: Json) -> list[str]:
    log = world.drs("DescribeJobLogItems", jobID=job["jobID"])["items"]
    told = [item for item in log if item["event"] in ("LAUNCH_FAILED", "SERVER_SKIPPED")]
    return [item["eventData"].get("rawError", item["event"]) for item in told]


# ── Capacity ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_starting_is_refused_as_a_whole_with_status_500_when_one_type_has_no_capacity() -> None:
    world = World(estate_of(launch_disposition="STOPPED"))
    job = launched(world)
    instances = [part["recoveryInstanceID"] for part in job["participatingServers"]]
    world.estate.world.site(HERE).instances[instances[0]].instance_type = "x1e.xlarge"
    assert isinstance(world.estate.faults, ScenarioFaults)
    world.estate.faults.add(Faults(no_capacity=("x1e.*",)))

    with pytest.raises(EstateError) as refused:
        world.ec2("StartInstances", InstanceIds=instances)
    world.ec2("StartInstances", InstanceIds=instances[1:])

    assert (refused.value.code, refused.value.http_status) == ("InsufficientInstanceCapacity", 500)


def test_launches_fail_in_ec2s_words_when_there_is_no_capacity() -> None:
    world = World(estate_of())
    assert isinstance(world.estate.faults, ScenarioFaults)
    world.estate.faults.add(Faults(no_capacity=("m5.large",)))

    job = launched(world)

    assert statuses(job) == ["FAILED", "FAILED"]
    assert all("(InsufficientInstanceCapacity)" in reason for reason in reasons(world, job))


# ── Servers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_disconnected_server_has_no_lag_and_no_bytes_and_is_not_launched() -> None:
    world = World(scenario(1, faults={"throttling": [], "replication": [{"servers": "*", "state": "DISCONNECTED"}]}))

    (server,) = world.drs("DescribeSourceServers")["items"]
    job = launched(world)

    info = server["dataReplicationInfo"]
    assert ("lagDuration" in info, info["replicatedDisks"][0]["totalStorageBytes"]) == (False, 0)
    assert (statuses(job), reasons(world, job)) == (["FAILED"], ["SERVER_SKIPPED"])


@pytest.mark.parametrize("operation", ["DescribeSourceServers", "DescribeRecoveryInstances"])
def test_a_read_is_refused_as_a_whole_when_one_id_can_be_none(operation: str) -> None:
    world = World()

    with pytest.raises(EstateError) as refused:
        world.drs(operation, filters={"sourceServerIDs": [*world.servers(), "s-not-an-id-at-all"]})

    assert refused.value.code == "ValidationException"


def test_copied_address_fails_a_launch_when_the_subnet_does_not_have_it() -> None:
    subnets = {"subnets": [{"zone": "a", "cidr": "10.9.0.0/24"}]}
    world = World(estate_of(copy_private_ip=True).model_copy(update={"landing": scenario(0, landing=subnets).landing}))

    job = launched(world)

    assert statuses(job) == ["FAILED", "FAILED"]
    assert all("does not fall within the subnet's address range" in reason for reason in reasons(world, job))


def test_copied_address_fails_a_launch_when_somebody_uses_it() -> None:
    world = World(estate_of(copy_private_ip=True))
    first, second = world.servers()
    world.finish(world.start([first]))
    servers = world.estate.world.site(HERE).servers
    servers[second].private_ip = servers[first].private_ip

    job = world.finish(world.start([second]))
    again = world.finish(world.start([first]))

    assert "InvalidIPAddress.InUse" in reasons(world, job)[0]
    assert statuses(again) == ["LAUNCHED"]


# ── Databases ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("operation", ["SwitchoverGlobalCluster", "FailoverGlobalCluster"])
@pytest.mark.parametrize(
    ("engine", "primary", "secondary", "is_refused"),
    [
        ("aurora-postgresql", "16.6", "16.8", True),
        ("aurora-postgresql", "16.6.1", "16.6.2", False),
        ("aurora-mysql", "8.0.mysql_aurora.3.04.1", "8.0.mysql_aurora.3.04.2", True),
        ("aurora-mysql", "8.0.mysql_aurora.3.04.1", "8.0.mysql_aurora.3.04.1", False),
    ],
)
def test_moving_the_writer_is_an_internal_failure_when_the_versions_differ(
    operation: str, engine: str, primary: str, secondary: str, *, is_refused: bool
) -> None:
    versions = {"engine": engine, "version": primary, "secondary_version": secondary}
    world = World(database_scenario(aurora=[{"name": "{customer}-db", "wave": 1, **versions}]))
    loss = {"AllowDataLoss": True} if operation == "FailoverGlobalCluster" else {}
    found = None

    try:
        world.rds(operation, GlobalClusterIdentifier=NAME, TargetDbClusterIdentifier=TARGET, **loss)
    except EstateError as error:
        found = (error.code, error.http_status)

    assert found == (("InternalFailure", 500) if is_refused else None)


def test_versions_are_told_where_rds_tells_them() -> None:
    group = {"name": "{customer}-db", "wave": 1, "version": "16.6", "secondary_version": "16.8"}
    world = World(database_scenario(aurora=[group]))

    whole = world.rds("DescribeGlobalClusters")["GlobalClusters"][0]
    here = world.rds("DescribeDBClusters")["DBClusters"][0]
    instance = world.rds("DescribeDBInstances")["DBInstances"][0]

    assert (whole["EngineVersion"], here["EngineVersion"], instance["EngineVersion"]) == ("16.6", "16.8", "16.8")


def test_serverless_instance_is_refused_when_its_cluster_has_no_capacity() -> None:
    world = World(database_scenario(aurora=[{"name": "{customer}-db", "wave": 1, "secondary_instances": 0}]))
    asked = {"DBInstanceIdentifier": "x", "DBClusterIdentifier": f"{NAME}-us-west-2", "Engine": "aurora-postgresql"}

    with pytest.raises(EstateError) as refused:
        world.rds("CreateDBInstance", **asked, DBInstanceClass="db.serverless")

    assert (refused.value.code, refused.value.message.partition(" on")[0]) == (
        "InvalidDBClusterStateFault",
        "Set the Serverless v2 scaling configuration",
    )


# ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def checked_names() -> World:
    """A weighted pair, 100 to the primary Region and 0 to the other, each set with the health check of its Region."""
    record = {"name": "app.{customer}", "wave": 1, "routing": "weighted", "health_checks": True}
    return World(dns_scenario(dns={"zone": "example.", "records": [record]}))


def test_set_of_weight_0_answers_when_all_with_weight_are_unhealthy() -> None:
    world = checked_names()

    before = answer(world, APP, "CNAME")
    world.estate.fail_region("us-east-1")

    assert (before, answer(world, APP, "CNAME")) == ([f"us-east-1.{APP}"], [f"us-west-2.{APP}"])


def test_sets_with_weight_answer_when_nothing_is_healthy() -> None:
    world = checked_names()
    for region in ("us-east-1", "us-west-2"):
        world.estate.fail_region(region)

    assert {value for _ in range(20) for value in _later(world)} == {f"us-east-1.{APP}"}


def _later(world: World) -> list[str]:
    world.clock.advance(60)
    return answer(world, APP, "CNAME")


def test_set_of_weight_0_does_not_answer_when_it_alone_is_unhealthy() -> None:
    world = checked_names()
    upsert(world, {"us-east-1": 0, "us-west-2": 100})
    world.clock.advance(120)
    world.estate.fail_region("us-east-1")

    assert answer(world, APP, "CNAME") == [f"us-west-2.{APP}"]
