"""What DRS and EC2 tell of an account, read page by page and for many servers at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from groundswell.technologies.apart import read_apart
from groundswell.technologies.contract import Look

if TYPE_CHECKING:
    from mypy_boto3_drs.type_defs import RecoveryInstanceTypeDef, SourceServerTypeDef
    from mypy_boto3_ec2.type_defs import (
        FilterTypeDef,
        InstanceTypeDef,
        ResponseLaunchTemplateDataTypeDef,
        SubnetTypeDef,
        VolumeTypeDef,
    )

VALUES_A_FILTER = 200
"""Values that a filter of EC2 takes, and ids that one of DRS takes."""
_NO_SERVER = ("ValidationException", "ResourceNotFoundException")
"""How DRS refuses a read for one id that is none."""
_COUNTED = ["pending", "running", "stopping", "stopped"]


def chunks(names: Sequence[str]) -> Iterator[list[str]]:
    """The names, as many at a time as one filter takes."""
    return (list(names[start : start + VALUES_A_FILTER]) for start in range(0, len(names), VALUES_A_FILTER))


def source_servers(look: Look, servers: Sequence[str]) -> Iterator[SourceServerTypeDef]:
    """Those of these source servers that there are."""
    paginator = look.clients.client("drs").get_paginator("describe_source_servers")

    def read(names: Sequence[str]) -> Iterator[SourceServerTypeDef]:
        for page in paginator.paginate(filters={"sourceServerIDs": names}):
            yield from page["items"]

    for some in chunks(servers):
        yield from read_apart(some, read, refused=_NO_SERVER)


def recovery_instances(look: Look, servers: Sequence[str]) -> Iterator[RecoveryInstanceTypeDef]:
    """What was launched of these source servers."""
    paginator = look.clients.client("drs").get_paginator("describe_recovery_instances")

    def read(names: Sequence[str]) -> Iterator[RecoveryInstanceTypeDef]:
        for page in paginator.paginate(filters={"sourceServerIDs": names}):
            yield from page["items"]

    for some in chunks(servers):
        yield from read_apart(some, read, refused=_NO_SERVER)


def launch_templates(look: Look) -> Iterator[tuple[str, ResponseLaunchTemplateDataTypeDef]]:
    """The default versions of all launch templates of the account and Region, by the template's id."""
    paginator = look.clients.client("ec2").get_paginator("describe_launch_template_versions")
    for page in paginator.paginate(Versions=["$Default"]):
        for version in page["LaunchTemplateVersions"]:
            yield version.get("LaunchTemplateId", ""), version.get("LaunchTemplateData", {})


def instances(look: Look) -> Iterator[InstanceTypeDef]:
    """The instances of the account and Region that are not gone."""
    paginator = look.clients.client("ec2").get_paginator("describe_instances")
    for page in paginator.paginate(Filters=[{"Name": "instance-state-name", "Values": _COUNTED}]):
        for reservation in page["Reservations"]:
            yield from reservation.get("Instances", [])


def volumes(look: Look) -> Iterator[VolumeTypeDef]:
    """The EBS volumes of the account and Region."""
    for page in look.clients.client("ec2").get_paginator("describe_volumes").paginate():
        yield from page["Volumes"]


def subnets(look: Look, names: Sequence[str]) -> Iterator[SubnetTypeDef]:
    """Those of these subnets that there are. By filter, because asking for ids fails as a whole where one is gone."""
    paginator = look.clients.client("ec2").get_paginator("describe_subnets")
    for some in chunks(names):
        for page in paginator.paginate(Filters=[{"Name": "subnet-id", "Values": some}]):
            yield from page["Subnets"]


def default_subnets(look: Look) -> list[SubnetTypeDef]:
    """The subnets of the default VPC, one a zone; none where there is no default VPC."""
    pages = (
        look.clients.client("ec2")
        .get_paginator("describe_subnets")
        .paginate(Filters=[{"Name": "default-for-az", "Values": ["true"]}])
    )
    return [one for page in pages for one in page["Subnets"]]


def offered_in(look: Look, zones: Sequence[str], types: Sequence[str]) -> set[tuple[str, str]]:
    """Those of these zones and instance types that go together."""
    paginator = look.clients.client("ec2").get_paginator("describe_instance_type_offerings")
    found = set[tuple[str, str]]()
    for some in chunks(types):
        filters: Sequence[FilterTypeDef] = [
            {"Name": "location", "Values": zones},
            {"Name": "instance-type", "Values": some},
        ]
        for page in paginator.paginate(LocationType="availability-zone", Filters=filters):
            found |= {(one.get("Location", ""), one.get("InstanceType", "")) for one in page["InstanceTypeOfferings"]}
    return found


def default_vcpus(look: Look, types: Sequence[str]) -> dict[str, int]:
    """The vCPUs of these instance types; one that the Region does not have is missing. Quotas count the default."""
    paginator = look.clients.client("ec2").get_paginator("describe_instance_types")
    found = dict[str, int]()
    for some in chunks(types):
        for page in paginator.paginate(Filters=[{"Name": "instance-type", "Values": some}]):
            found |= {one["InstanceType"]: one["VCpuInfo"]["DefaultVCpus"] for one in page["InstanceTypes"]}
    return found


def quota(look: Look, service: str, code: str) -> float:
    """A quota in force in the account and Region."""
    answer = look.clients.client("service-quotas").get_service_quota(ServiceCode=service, QuotaCode=code)
    return answer["Quota"]["Value"]
