"""Where servers land: subnets, types, templates, volumes, keys and quotas, as a scenario sets them."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.estate.clients import EstateClients
from rehearsal.estate.errors import EstateError
from rehearsal.estate.scenario.load import ScenarioError, parse_scenario
from rehearsal.estate.services.iam import grant_role
from tests.unit.estate.builders import ACCOUNT, THERE, Json, World, scenario

OTHER = "222222222202"


def subnets(world: World, **asked: object) -> dict[str, int]:
    found = world.ec2("DescribeSubnets", **asked)["Subnets"]
    return {one["AvailabilityZone"]: one["AvailableIpAddressCount"] for one in found}


def refused(world: World, service: str, operation: str, **asked: object) -> str:
    with pytest.raises(EstateError) as error:
        world.call(service, operation, asked)
    return error.value.code


def template(world: World, server: str) -> Json:
    (data,) = (
        version["LaunchTemplateData"]
        for version in world.ec2("DescribeLaunchTemplateVersions", Versions=["$Default"])["LaunchTemplateVersions"]
        if {"Key": "AWSElasticDisasterRecoverySourceServerID", "Value": server}
        in version["LaunchTemplateData"]["TagSpecifications"][0]["Tags"]
    )
    found: Json = data
    return found


def test_subnet_loses_an_address_for_each_instance_until_it_is_terminated() -> None:
    world = World(scenario(1, landing={"subnets": [{"zone": "a", "free_addresses": 2}, {"zone": "b"}]}))
    before = subnets(world)
    instance = world.launched()

    launched = subnets(world)
    world.ec2("TerminateInstances", InstanceIds=[instance])
    world.clock.advance(600)

    assert (before["us-west-2a"], launched["us-west-2a"], launched["us-west-2b"]) == (2, 1, 16_000)
    assert subnets(world) == before


def test_call_is_refused_as_a_whole_when_one_subnet_is_not_there() -> None:
    assert refused(World(), "ec2", "DescribeSubnets", SubnetIds=["subnet-" + "0" * 17]) == "InvalidSubnetID.NotFound"
    assert refused(World(), "ec2", "DescribeSubnets", SubnetIds=["nowhere"]) == "InvalidSubnetID.Malformed"


def test_filter_lets_through_what_fits_and_refuses_what_it_does_not_know() -> None:
    world = World()

    assert subnets(world, Filters=[{"Name": "availability-zone", "Values": ["*b"]}]) == {"us-west-2b": 16_000}
    assert subnets(world, Filters=[{"Name": "default-for-az", "Values": ["true"]}]) == {}
    assert refused(world, "ec2", "DescribeSubnets", Filters=[{"Name": "colour", "Values": ["a"]}]) == (
        "InvalidParameterValue"
    )


def test_filter_takes_200_values_and_no_more() -> None:
    too_many = [{"Name": "subnet-id", "Values": ["subnet-1"] * 201}]

    assert refused(World(), "ec2", "DescribeSubnets", Filters=too_many) == "FilterLimitExceeded"


def test_lists_come_in_pages_when_they_are_short() -> None:
    clients = EstateClients(World(scenario(5, page_size=2)).estate)
    ec2: Any = clients.client("ec2", account=ACCOUNT, region="us-west-2")

    pages = list(ec2.get_paginator("describe_volumes").paginate())

    assert [len(page["Volumes"]) for page in pages] == [2, 2, 1]


@pytest.mark.parametrize(("zone", "offered"), [("us-west-2a", False), ("us-west-2b", True)])
def test_type_is_offered_where_the_scenario_does_not_take_it_away(zone: str, offered: bool) -> None:
    world = World(scenario(1, landing={"not_offered": {"a": ["m5.large"]}}))

    found = world.ec2(
        "DescribeInstanceTypeOfferings",
        LocationType="availability-zone",
        Filters=[{"Name": "instance-type", "Values": ["m5.large"]}, {"Name": "location", "Values": [zone]}],
    )["InstanceTypeOfferings"]

    assert bool(found) is offered


def test_types_have_vcpus_and_a_wrong_one_refuses_the_call() -> None:
    world = World()

    (found,) = world.ec2("DescribeInstanceTypes", InstanceTypes=["m5.4xlarge"])["InstanceTypes"]

    assert found["VCpuInfo"]["DefaultVCpus"] == 16
    assert (
        refused(world, "ec2", "DescribeInstanceTypes", InstanceTypes=["m5.large", "z9.huge"]) == "InvalidInstanceType"
    )


def test_launch_template_is_of_its_server_and_gives_what_the_group_says() -> None:
    groups = [{"name": "app-{n}", "per_customer": 1, "wave": 1, "instance_type": "r5.xlarge", "subnet": "b"}]
    world = World(scenario(servers=groups))
    (server,) = world.servers()

    data = template(world, server)

    assert data["InstanceType"] == "r5.xlarge"
    (b,) = world.ec2("DescribeSubnets", Filters=[{"Name": "availability-zone", "Values": ["us-west-2b"]}])["Subnets"]
    assert data["NetworkInterfaces"] == [{"DeviceIndex": 0, "SubnetId": b["SubnetId"]}]


def test_all_launch_templates_are_described_only_by_default_or_latest_version() -> None:
    assert refused(World(), "ec2", "DescribeLaunchTemplateVersions") == "MissingParameter"
    assert refused(World(), "ec2", "DescribeLaunchTemplateVersions", Versions=["1"]) == "MissingParameter"
    assert refused(World(), "ec2", "DescribeLaunchTemplateVersions", LaunchTemplateId="lt-1") == (
        "InvalidLaunchTemplateId.NotFound"
    )


@pytest.mark.parametrize(("method", "kind"), [("NONE", "m5.large"), ("BASIC", "m5.xlarge"), ("IN_AWS", "m5.large")])
def test_instance_is_launched_as_right_sizing_says(method: str, kind: str) -> None:
    sizing = {"instance_type": "m5.large", "recommended_type": "m5.xlarge", "right_sizing": method}
    world = World(scenario(servers=[{"name": "app", "per_customer": 1, "wave": 1, "subnet": "c", **sizing}]))

    instance = world.launched()

    (found,) = world.ec2("DescribeInstances", InstanceIds=[instance])["Reservations"][0]["Instances"]
    assert (found["InstanceType"], found["Placement"]["AvailabilityZone"]) == (kind, "us-west-2c")


def test_volumes_are_those_of_the_staging_area_and_of_instances() -> None:
    world = World(scenario(1))
    before = world.ec2("DescribeVolumes")["Volumes"]
    instance = world.launched()

    after = world.ec2("DescribeVolumes")["Volumes"]

    assert [(one["Size"], one["VolumeType"], one["Attachments"]) for one in before] == [(100, "gp3", [])]
    assert [[use["InstanceId"] for use in one["Attachments"]] for one in after if one["Attachments"]] == [[instance]]


@pytest.mark.parametrize(("setting", "state"), [({}, "Enabled"), ({"ebs_key": "Disabled"}, "Disabled")])
def test_key_of_a_volume_is_as_the_scenario_says(setting: dict[str, str], state: str) -> None:
    world = World(scenario(1, landing=setting))
    key = world.ec2("DescribeVolumes")["Volumes"][0]["KmsKeyId"]

    found = world.call("kms", "DescribeKey", {"KeyId": key})["KeyMetadata"]

    assert (found["KeyState"], found["Enabled"]) == (state, state == "Enabled")
    assert world.call("kms", "DescribeKey", {"KeyId": key.rpartition("/")[2]})["KeyMetadata"] == found


def test_key_of_another_region_is_not_found() -> None:
    world = World(scenario(1))
    key = world.ec2("DescribeVolumes")["Volumes"][0]["KmsKeyId"]

    with pytest.raises(EstateError, match="does not exist"):
        world.call("kms", "DescribeKey", {"KeyId": key}, caller=THERE)


def test_what_is_lacking_is_lacking_only_in_the_accounts_that_are_named() -> None:
    landing = {"subnets": [{"zone": "a", "free_addresses": 0}], "only_in": [OTHER]}
    world = World(scenario(1, accounts=[ACCOUNT, OTHER], landing=landing))

    assert subnets(world) == {"us-west-2a": 16_000, "us-west-2b": 16_000, "us-west-2c": 16_000}


def test_there_are_no_subnets_in_other_regions_than_the_target() -> None:
    assert World().call("ec2", "DescribeSubnets", {}, caller=THERE)["Subnets"] == []


@pytest.mark.parametrize(
    ("service", "code", "value"), [("ec2", "L-1216C47A", 64.0), ("ebs", "L-7A658B76", 5.0), ("drs", "L-D88FAC3A", 20.0)]
)
def test_quota_is_as_the_scenario_sets_it_and_of_its_service(service: str, code: str, value: float) -> None:
    world = World(scenario(1, quotas={"L-1216C47A": 64, "L-7A658B76": 5}))

    quota = world.call("service-quotas", "GetServiceQuota", {"ServiceCode": service, "QuotaCode": code})["Quota"]

    assert (quota["Value"], quota["ServiceCode"]) == (value, service)
    other = "drs" if service != "drs" else "ec2"
    assert refused(world, "service-quotas", "GetServiceQuota", ServiceCode=other, QuotaCode=code) == (
        "NoSuchResourceException"
    )


def test_role_is_told_with_its_trust_as_the_sdk_gives_it() -> None:
    world = World()
    grant_role(world.estate.world, ACCOUNT, "groundswell-drs", {"Statement": [{"Effect": "Allow"}]})
    iam: Any = EstateClients(world.estate).client("iam", account=ACCOUNT, region="us-west-2")

    role = iam.get_role(RoleName="groundswell-drs")["Role"]

    assert role["AssumeRolePolicyDocument"] == {"Statement": [{"Effect": "Allow"}]}
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName="groundswell-aurora")


def test_iam_answers_also_when_the_region_is_down() -> None:
    world = World()
    grant_role(world.estate.world, ACCOUNT, "groundswell-drs", {})
    world.estate.fail_region("us-west-2")

    assert world.call("iam", "GetRole", {"RoleName": "groundswell-drs"})["Role"]["RoleName"] == "groundswell-drs"


def test_database_class_is_offered_where_the_scenario_does_not_take_it_away() -> None:
    world = World(scenario(0, landing={"db_classes_not_offered": ["db.r6g.large"]}))

    def offered(kind: str) -> int:
        asked = {"Engine": "aurora-mysql", "DBInstanceClass": kind}
        return len(world.rds("DescribeOrderableDBInstanceOptions", **asked)["OrderableDBInstanceOptions"])

    assert (offered("db.r6g.large"), offered("db.r6g.xlarge"), offered("db.huge")) == (0, 1, 0)


@pytest.mark.parametrize("landing", ["{subnets: [{zone: AB}]}", "{ebs_key: Lost}", "{free: 3}"])
def test_landing_is_refused_when_it_is_wrong(landing: str) -> None:
    with pytest.raises(ScenarioError, match="landing"):
        parse_scenario(f'accounts: ["{ACCOUNT}"]\nlanding: {landing}\n')
