"""EC2: subnets with their free addresses, and where which instance types are offered."""

import re

from rehearsal.estate.caller import Caller
from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.scenario.landing import Landing, Subnet
from rehearsal.estate.services.ec2_shared import Values, filtered, page, paged
from rehearsal.estate.state.world import World

VCPUS = {
    f"{family}.{size}": vcpus
    for families, sizes in (
        (("t3", "t3a"), {"micro": 2, "small": 2, "medium": 2, "large": 2, "xlarge": 4, "2xlarge": 8}),
        (("m5", "r5", "m6i", "r6i", "c6i"), {"large": 2, "xlarge": 4, "2xlarge": 8, "4xlarge": 16, "8xlarge": 32}),
        (("c5",), {"large": 2, "xlarge": 4, "2xlarge": 8, "4xlarge": 16, "9xlarge": 36}),
        (("x1e",), {"xlarge": 4, "2xlarge": 8}),
        (("g4dn",), {"xlarge": 4, "2xlarge": 8}),
    )
    for family in families
    for size, vcpus in sizes.items()
}
"""The instance types of the estate's Region, with their default vCPUs (EC2 instance types guide)."""

_NOT_THERE = frozenset({"terminated", "shutting-down"})
_SUBNET_ID = re.compile(r"subnet-([0-9a-f]{8}|[0-9a-f]{17})")


def subnet_id(world: World, owner: Caller, zone: str) -> str:
    """The id of the account's subnet in the zone of this letter, whether there is one or not."""
    return "subnet-" + world.dice.token("subnet", owner.account, owner.region, zone)


@operation("ec2", "DescribeSubnets", subject=("SubnetIds", "Filters"))
def describe_subnets(call: Call) -> Reply:
    """The subnets of the caller's target Region; an id that is not there refuses the call as a whole."""
    subnets = [_subnet(call, one) for one in _landing(call).subnets]
    named = call.ask.texts("SubnetIds")
    for name in named:
        if not _SUBNET_ID.fullmatch(name):
            raise EstateError("InvalidSubnetID.Malformed", f'Invalid id: "{name}"')
        if name not in {one["SubnetId"] for one in subnets}:
            raise EstateError("InvalidSubnetID.NotFound", f"The subnet ID '{name}' does not exist")
    chosen = [one for one in subnets if not named or one["SubnetId"] in named]
    return page(call, "Subnets", filtered(call, chosen, _of_subnet), "SubnetId")


@operation("ec2", "DescribeInstanceTypes", subject=("InstanceTypes", "Filters"))
def describe_instance_types(call: Call) -> Reply:
    """The instance types of the Region; a name that is none refuses the call as a whole."""
    named = call.ask.texts("InstanceTypes")
    wrong = sorted(set(named) - set(VCPUS))
    if wrong:
        message = f"The following supplied instance types do not exist: [{', '.join(wrong)}]"
        raise EstateError("InvalidInstanceType", message)
    found: list[Reply] = [
        {"InstanceType": name, "VCpuInfo": {"DefaultVCpus": vcpus}, "CurrentGeneration": True}
        for name, vcpus in VCPUS.items()
        if not named or name in named
    ]
    kept = filtered(call, found, lambda one: {"instance-type": [str(one["InstanceType"])]})
    return page(call, "InstanceTypes", kept, "InstanceType", most=100)


@operation("ec2", "DescribeInstanceTypeOfferings", subject=("LocationType", "Filters"))
def describe_instance_type_offerings(call: Call) -> Reply:
    """Which types are offered in which zone, or in the Region."""
    kind = call.ask.text("LocationType", "region")
    if kind not in ("region", "availability-zone"):
        raise EstateError("InvalidParameterValue", f"The simulated estate knows no offerings by {kind}")
    missing = _landing(call).not_offered if kind == "availability-zone" else {}
    letters = ("a", "b", "c", "d") if kind == "availability-zone" else ("",)
    found: list[Reply] = [
        {"InstanceType": name, "LocationType": kind, "Location": f"{call.caller.region}{letter}"}
        for letter in letters
        for name in VCPUS
        if name not in missing.get(letter, ())
    ]
    kept = sorted(filtered(call, found, _of_offering), key=_place)
    chosen, token = paged(call, "InstanceTypeOfferings", kept, _place, most=1000)
    return {"InstanceTypeOfferings": list(chosen), **token}


def _place(offering: Reply) -> str:
    return f"{offering['Location']} {offering['InstanceType']}"


def _landing(call: Call) -> Landing:
    """What the scenario says of the caller's account; in other Regions than the target's there is nothing of ours."""
    scenario = call.world.scenario
    if call.caller.region != scenario.target_region:
        return Landing(subnets=())
    return scenario.landing.of(call.caller.account)


def _subnet(call: Call, subnet: Subnet) -> Reply:
    name = subnet_id(call.world, call.caller, subnet.zone)
    taken = sum(
        one.subnet_id == name and one.launched_at <= call.now and one.state.at(call.now) not in _NOT_THERE
        for one in call.site.instances.values()
    )
    return {
        "SubnetId": name,
        "VpcId": "vpc-" + call.world.dice.token("vpc", call.caller.account, call.caller.region),
        "AvailabilityZone": f"{call.caller.region}{subnet.zone}",
        "CidrBlock": subnet.block,
        "AvailableIpAddressCount": max(0, subnet.free_addresses - taken),
        "DefaultForAz": False,
        "State": "available",
        "OwnerId": call.caller.account,
    }


def _of_subnet(one: Reply) -> Values:
    return {
        "subnet-id": [str(one["SubnetId"])],
        "vpc-id": [str(one["VpcId"])],
        "availability-zone": [str(one["AvailabilityZone"])],
        "default-for-az": [str(one["DefaultForAz"]).lower()],
    }


def _of_offering(one: Reply) -> Values:
    return {"instance-type": [str(one["InstanceType"])], "location": [str(one["Location"])]}
