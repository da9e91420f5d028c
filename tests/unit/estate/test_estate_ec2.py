"""EC2: states and status checks of launched instances."""

import pytest

from rehearsal.estate.errors import EstateError
from tests.unit.estate.builders import World, scenario


def status(world: World, instance: str) -> tuple[str, str, str]:
    found = world.ec2("DescribeInstanceStatus", InstanceIds=[instance], IncludeAllInstances=True)["InstanceStatuses"][0]
    return found["InstanceState"]["Name"], found["InstanceStatus"]["Status"], found["SystemStatus"]["Status"]


def state(world: World, instance: str) -> str:
    return str(
        world.ec2("DescribeInstances", InstanceIds=[instance])["Reservations"][0]["Instances"][0]["State"]["Name"]
    )


def test_status_checks_pass_only_some_time_after_running_when_an_instance_starts() -> None:
    world = World(scenario(1))
    instance = world.launched()
    world.ec2("StopInstances", InstanceIds=[instance])
    world.clock.advance(120)
    world.ec2("StartInstances", InstanceIds=[instance])
    world.clock.advance(45)

    fresh = status(world, instance)
    world.clock.advance(600)

    assert fresh == ("running", "initializing", "initializing")
    assert status(world, instance) == ("running", "ok", "ok")


def test_only_running_instances_are_described_when_not_all_are_asked_for() -> None:
    world = World(scenario(1))
    instance = world.launched()
    world.ec2("StopInstances", InstanceIds=[instance])
    world.clock.advance(300)

    assert world.ec2("DescribeInstanceStatus")["InstanceStatuses"] == []
    assert status(world, instance) == ("stopped", "not-applicable", "not-applicable")


def test_checks_never_pass_when_the_scenario_impairs_the_instance() -> None:
    world = World(scenario(1, faults={"throttling": [], "impaired_instances": ["app-*"]}))
    instance = world.launched()

    world.clock.advance(3600)

    assert status(world, instance)[:2] == ("running", "impaired")


def test_instance_ends_stopped_when_the_launch_settings_say_so() -> None:
    groups = [{"name": "app-{n}", "per_customer": 1, "wave": 1, "launch_disposition": "STOPPED"}]
    world = World(scenario(servers=groups))
    instance = world.launched()

    stopped = state(world, instance)
    world.ec2("StartInstances", InstanceIds=[instance])
    world.clock.advance(60)

    assert stopped == "stopped"
    assert state(world, instance) == "running"


def test_instance_passes_through_stopping_when_it_is_stopped() -> None:
    world = World(scenario(1))
    instance = world.launched()

    change = world.ec2("StopInstances", InstanceIds=[instance])["StoppingInstances"][0]
    world.clock.advance(120)

    assert (change["PreviousState"]["Name"], change["CurrentState"]) == ("running", {"Code": 64, "Name": "stopping"})
    assert state(world, instance) == "stopped"


def test_call_is_refused_when_an_instance_is_unknown_or_malformed() -> None:
    world = World()

    for name, code in (("i-00000000000000000", "NotFound"), ("nonsense", "Malformed")):
        with pytest.raises(EstateError) as refused:
            world.ec2("DescribeInstances", InstanceIds=[name])
        assert refused.value.code == f"InvalidInstanceID.{code}"


def test_terminated_instance_cannot_be_started_when_asked() -> None:
    world = World(scenario(1))
    instance = world.launched()
    world.ec2("TerminateInstances", InstanceIds=[instance])
    world.clock.advance(120)

    with pytest.raises(EstateError) as refused:
        world.ec2("StartInstances", InstanceIds=[instance])

    assert refused.value.code == "IncorrectInstanceState"


def test_terminated_instance_is_forgotten_when_an_hour_has_passed() -> None:
    world = World(scenario(1))
    instance = world.launched()
    world.ec2("TerminateInstances", InstanceIds=[instance])

    world.clock.advance(300)
    soon = world.ec2("DescribeInstances")["Reservations"]
    world.clock.advance(4000)

    assert len(soon) == 1
    assert world.ec2("DescribeInstances")["Reservations"] == []


def test_dry_run_changes_nothing_when_it_would_have_succeeded() -> None:
    world = World(scenario(1))
    instance = world.launched()

    with pytest.raises(EstateError) as refused:
        world.ec2("StopInstances", InstanceIds=[instance], DryRun=True)

    assert refused.value.code == "DryRunOperation"
    assert state(world, instance) == "running"


def test_filters_by_tag_and_state_apply_when_given() -> None:
    world = World(scenario(2))
    world.finish(world.start(world.servers()))
    filters = [
        {"Name": "tag:AWSElasticDisasterRecoverySourceServerID", "Values": world.servers()[:1]},
        {"Name": "instance-state-name", "Values": ["running"]},
    ]

    assert len(world.ec2("DescribeInstances", Filters=filters)["Reservations"]) == 1


def test_page_size_and_ids_exclude_each_other_when_both_are_given() -> None:
    world = World(scenario(1))
    instance = world.launched()

    with pytest.raises(EstateError) as refused:
        world.ec2("DescribeInstances", InstanceIds=[instance], MaxResults=5)

    assert refused.value.code == "InvalidParameterCombination"
