"""Aurora global databases: failover, switchover, what they refuse, and what they leave behind."""

import pytest

from rehearsal.estate.errors import EstateError
from rehearsal.estate.scenario.model import Scenario
from tests.unit.estate.builders import ACCOUNT, THERE, Json, World, database_scenario

NAME = "customer-a-db"
TARGET = f"arn:aws:rds:us-west-2:{ACCOUNT}:cluster:{NAME}-us-west-2"
SOURCE = f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster:{NAME}-us-east-1"


def whole(world: World) -> Json:
    found: Json = world.rds("DescribeGlobalClusters", GlobalClusterIdentifier=NAME)["GlobalClusters"][0]
    return found


def writer(world: World) -> str:
    return next(str(member["DBClusterArn"]) for member in whole(world)["GlobalClusterMembers"] if member["IsWriter"])


def sync(world: World, arn: str) -> str:
    members = whole(world)["GlobalClusterMembers"]
    return next(str(member["SynchronizationStatus"]) for member in members if member["DBClusterArn"] == arn)


def fail_over(world: World, **params: object) -> Json:
    asked = {"GlobalClusterIdentifier": NAME, "TargetDbClusterIdentifier": TARGET, "AllowDataLoss": True} | params
    return world.rds("FailoverGlobalCluster", **asked)


def switch_over(world: World, target: str = TARGET) -> Json:
    return world.rds("SwitchoverGlobalCluster", GlobalClusterIdentifier=NAME, TargetDbClusterIdentifier=target)


def refused(world: World, **params: object) -> str:
    with pytest.raises(EstateError) as error:
        fail_over(world, **params)
    return error.value.code


def failed_over(of: Scenario | None = None) -> World:
    world = World(of or database_scenario())
    fail_over(world)
    world.clock.advance(300)
    return world


def test_failover_passes_pending_and_failing_over_and_flips_the_writer_when_it_runs() -> None:
    world = World(database_scenario())
    seen = []

    first = fail_over(world)["GlobalCluster"]["FailoverState"]
    for _ in range(100):
        seen.append((whole(world).get("FailoverState", {}).get("Status"), writer(world)))
        world.clock.advance(3)

    assert (first["Status"], first["IsDataLossAllowed"], first["ToDbClusterArn"]) == ("pending", True, TARGET)
    assert list(dict.fromkeys(seen)) == [
        ("pending", SOURCE),
        ("failing-over", SOURCE),
        ("failing-over", TARGET),
        (None, TARGET),
    ]


def test_failover_state_is_absent_at_first_and_empty_afterwards_when_nothing_runs() -> None:
    world = World(database_scenario())

    before = whole(world)
    fail_over(world)
    world.clock.advance(600)

    assert "FailoverState" not in before
    assert whole(world)["FailoverState"] == {}


def test_old_primary_is_pending_resync_until_it_was_rebuilt_when_a_failover_is_over() -> None:
    world = failed_over()

    behind = sync(world, SOURCE)
    world.clock.advance(3 * 3600)

    assert (behind, sync(world, SOURCE), sync(world, TARGET)) == ("pending-resync", "connected", "connected")


def test_old_primary_stays_behind_until_its_region_is_back_when_the_region_was_lost() -> None:
    world = World(database_scenario())
    world.estate.fail_region("us-east-1")
    fail_over(world)
    world.clock.advance(12 * 3600)

    lost = sync(world, SOURCE)
    world.estate.restore_region("us-east-1")
    back = sync(world, SOURCE)
    world.clock.advance(3 * 3600)

    assert writer(world) == TARGET
    assert (lost, back, sync(world, SOURCE)) == ("pending-resync", "pending-resync", "connected")


def test_switchover_is_refused_when_the_primary_region_is_down() -> None:
    world = World(database_scenario())
    world.estate.fail_region("us-east-1")

    with pytest.raises(EstateError) as error:
        switch_over(world)

    assert error.value.code == "InvalidGlobalClusterStateFault"


def test_failover_without_data_loss_is_a_switchover_when_neither_parameter_is_given() -> None:
    world = World(database_scenario())

    state = fail_over(world, AllowDataLoss=False)["GlobalCluster"]["FailoverState"]
    world.clock.advance(600)

    assert state["IsDataLossAllowed"] is False
    assert sync(world, SOURCE) == "connected"


def test_failover_is_refused_when_both_parameters_are_given() -> None:
    assert refused(World(database_scenario()), Switchover=True) == "InvalidParameterCombination"


def test_failover_is_refused_when_one_is_running() -> None:
    world = World(database_scenario())
    fail_over(world)

    assert refused(world) == "InvalidGlobalClusterStateFault"


def test_failover_is_refused_when_the_target_is_the_writer_already() -> None:
    assert refused(failed_over()) == "InvalidDBClusterStateFault"


def test_failover_is_refused_when_asked_in_the_region_that_is_given_up() -> None:
    world = World(database_scenario())
    asked = {"GlobalClusterIdentifier": NAME, "TargetDbClusterIdentifier": TARGET, "AllowDataLoss": True}

    with pytest.raises(EstateError) as error:
        world.call("rds", "FailoverGlobalCluster", asked, caller=THERE)

    assert error.value.code == "InvalidParameterValue"


def test_failover_is_refused_when_the_target_is_no_member() -> None:
    world = World(database_scenario())

    assert refused(world, TargetDbClusterIdentifier=f"{TARGET}-x") == "DBClusterNotFoundFault"
    assert refused(world, GlobalClusterIdentifier="other") == "GlobalClusterNotFoundFault"


def test_switchover_back_is_refused_when_the_old_primary_is_still_behind() -> None:
    world = failed_over()

    with pytest.raises(EstateError) as error:
        switch_over(world, SOURCE)

    assert error.value.code == "InvalidDBClusterStateFault"


def test_switchover_flips_the_writer_without_resync_when_both_regions_are_well() -> None:
    world = World(database_scenario())

    status = switch_over(world)["GlobalCluster"]["FailoverState"]["Status"]
    world.clock.advance(30)
    running = whole(world)["Status"]
    world.clock.advance(600)

    assert (status, running, writer(world), sync(world, SOURCE)) == ("pending", "switching-over", TARGET, "connected")


def test_writer_stays_when_the_failover_fails() -> None:
    faults = {"throttling": [], "failing_failovers": ["customer-a-*"]}
    world = failed_over(database_scenario(faults=faults))

    events = [event["detail"] for event in world.estate.due_events()]

    assert writer(world) == SOURCE
    assert whole(world)["FailoverState"] == {}
    assert [detail["EventID"] for detail in events if isinstance(detail, dict)] == ["RDS-EVENT-0239"]


def test_headless_secondary_has_no_instance_when_its_failover_is_over() -> None:
    groups = [{"name": "{customer}-db", "wave": 1, "secondary_instances": 0}]
    world = failed_over(database_scenario(aurora=groups))

    ids = [event["detail"]["EventID"] for event in world.estate.due_events() if isinstance(event["detail"], dict)]

    assert writer(world) == TARGET
    assert "RDS-EVENT-0519" in ids
    assert world.rds("DescribeDBInstances")["DBInstances"] == []
