"""What launching each server takes, from its EC2 launch template and what DRS recommends.

Templates are read in bulk, as the default versions of all of the account's; each names its server in the tags that it
gives to what it launches. That leaves open whether right-sizing puts the recommended type in the place of the
template's, and whether a server is launched into an instance that is there already. Both are asked of DRS, server by
server, only where it matters: where the greater of two types would not fit, or where there is such an instance at all.
https://docs.aws.amazon.com/drs/latest/userguide/ec2-key-considerations.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from groundswell.technologies.contract import Look
from groundswell.technologies.drs.preflight import reads

if TYPE_CHECKING:
    from mypy_boto3_drs import DrsClient
    from mypy_boto3_drs.type_defs import LaunchConfigurationTypeDef, SourceServerTypeDef
    from mypy_boto3_ec2.type_defs import (
        InstanceTypeDef,
        LaunchTemplateEbsBlockDeviceTypeDef,
        ResponseLaunchTemplateDataTypeDef,
        TagTypeDef,
    )

    from groundswell.technologies.drs.preflight.jobs import Standing

MANAGED_TAG = "AWSElasticDisasterRecoveryManaged"
SERVER_TAG = "AWSElasticDisasterRecoverySourceServerID"
_LAUNCH_INTO_TAG = ("AWSDRS", "AllowLaunchingIntoThisInstance")
_AT_ONCE = 10
"""Requests to DRS that are under way at once."""
DEFAULT_VOLUME = "gp3"
"""What DRS launches a disk as that the template says nothing of."""


@dataclass(frozen=True)
class Launch:
    """One server as it will be launched, as far as its settings tell."""

    server: str
    name: str
    is_ours: bool
    """Whether the plan has it, rather than another open execution."""
    types: frozenset[str] = frozenset()
    """The instance types of which it gets one; none: nothing says which."""
    subnet: str | None = None
    """Its subnet's id; None: one of the default VPC's."""
    storage: Mapping[str, float] = field(default_factory=dict)
    """GiB by volume type."""
    keys: frozenset[str] = frozenset()
    into: str | None = None
    """The instance that it is launched into: that one has its address already."""
    address: str | None = None
    """The private address that its template names or, where `copies` it, that of its source."""
    copies: bool | None = None
    """Whether it is launched with that address; None: only DRS itself could tell, and was not asked."""
    is_exact: bool = False
    """Whether DRS itself was asked for its settings."""


@dataclass
class Launches:
    """All launches that an account will see: ours, and those of other open executions."""

    look: Look
    of: dict[str, Launch]
    """By source server."""
    instances: Sequence[InstanceTypeDef]
    """What EC2 runs in the account, or has stopped, without what the launches replace."""
    servers: Mapping[str, SourceServerTypeDef]
    templates: Mapping[str, ResponseLaunchTemplateDataTypeDef]
    """By their own ids, and by the servers that they name."""
    freed: Mapping[str, int] = field(default_factory=dict)
    """Addresses by subnet that come free, because the launches replace what has them."""
    unread: dict[str, Exception] = field(default_factory=dict)
    """Why the launch settings of a server could not be read; it counts as its template alone tells it."""

    @classmethod
    def read(cls, look: Look, standing: Standing, names: Mapping[str, str]) -> Launches:
        """The launches that are to come of servers that there are; `names`: those of the plan's servers."""
        servers = {one["sourceServerID"]: one for one in reads.source_servers(look, sorted(standing.to_launch))}
        wanted = sorted(standing.to_launch & set(servers))
        templates = {key: data for name, data in reads.launch_templates(look) for key in (name, *_server_of(data))}
        instances = list(reads.instances(look))
        gone = Counter(one.get("SubnetId", "") for one in instances if one.get("InstanceId") in standing.replaced)
        kept = [one for one in instances if one.get("InstanceId") not in standing.replaced]
        found = cls(look, {}, kept, servers, templates, gone)
        for name in wanted:
            launch = Launch(name, names.get(name, name), name in names)
            found.of[name] = found._by_template(launch, templates.get(name))
        found._make_exact(found.of if any(map(_may_be_launched_into, instances)) else set(wanted) - set(templates))
        return found

    def settle_types(self, launches: Iterable[Launch]) -> bool:
        """Ask DRS which of two types it is, for those where that is open; whether there were any."""
        return self._make_exact({each.server for each in launches if len(each.types) > 1 and not each.is_exact})

    def settle_addresses(self, launches: Iterable[Launch]) -> None:
        """Ask DRS whether these keep the address of their source, where that is open."""
        self._make_exact({each.server for each in launches if each.copies is None and not each.is_exact})

    def _make_exact(self, servers: Iterable[str]) -> bool:
        """Ask DRS for the launch settings of these servers; whether there were any."""
        due = sorted(servers)
        if not due:
            return False
        client = self.look.clients.client("drs")
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            answers = list(pool.map(partial(_settings_of, client), due))
        for name, answer in zip(due, answers, strict=True):
            if isinstance(answer, Exception):
                self.unread[name] = answer
            else:
                self.of[name] = self._by_settings(self.of[name], answer)
        return True

    def _by_template(self, launch: Launch, data: ResponseLaunchTemplateDataTypeDef | None) -> Launch:
        """As the template alone tells it: right-sizing may be on or off."""
        data = data or {}
        in_template = data.get("InstanceType")
        types = {in_template, self._recommended(launch.server)} if in_template else set()
        address = _address(data)
        return Launch(
            launch.server,
            launch.name,
            launch.is_ours,
            types=frozenset(filter(None, types)),
            subnet=_subnet(data),
            storage=_storage(data, self.servers.get(launch.server, {})),
            keys=frozenset(ebs["KmsKeyId"] for ebs in _disks(data).values() if ebs.get("KmsKeyId")),
            address=address or self._source_address(launch.server),
            copies=True if address else None,
        )

    def _by_settings(self, launch: Launch, settings: LaunchConfigurationTypeDef) -> Launch:
        """As DRS itself tells it. IN_AWS follows the source's own type, by changing the template now and then."""
        data = self.templates.get(settings.get("ec2LaunchTemplateID", ""), {})
        known = self._by_template(launch, data)
        into = settings.get("launchIntoInstanceProperties", {}).get("launchIntoEC2InstanceID") or None
        method, recommended = settings.get("targetInstanceTypeRightSizingMethod"), self._recommended(launch.server)
        types: set[str | None] = {*known.types}
        if into:
            types = {one.get("InstanceType") for one in self.instances if one.get("InstanceId") == into}
        elif method in ("NONE", "BASIC"):
            types = {data.get("InstanceType") if method == "NONE" else recommended}
        copies = known.copies or settings.get("copyPrivateIp", False)
        return replace(known, types=frozenset(filter(None, types)), into=into, copies=copies, is_exact=True)

    def _source_address(self, server: str) -> str | None:
        """The first address of the server's primary interface."""
        interfaces = self.servers.get(server, {}).get("sourceProperties", {}).get("networkInterfaces", [])
        ordered = sorted(interfaces, key=lambda one: not one.get("isPrimary"))
        return next((address for one in ordered for address in one.get("ips", [])), None)

    def _recommended(self, server: str) -> str | None:
        return self.servers.get(server, {}).get("sourceProperties", {}).get("recommendedInstanceType")


def tags_of(tags: Iterable[TagTypeDef]) -> dict[str, str]:
    """EC2's list of tags as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in tags if "Key" in tag and "Value" in tag}


def _server_of(data: ResponseLaunchTemplateDataTypeDef) -> list[str]:
    """The server that a template is of, as the tags of what it launches say."""
    for specification in data.get("TagSpecifications", []):
        if specification.get("ResourceType") == "instance":
            server = tags_of(specification.get("Tags", [])).get(SERVER_TAG)
            return [server] if server else []
    return []


def _may_be_launched_into(instance: InstanceTypeDef) -> bool:
    key, value = _LAUNCH_INTO_TAG
    return tags_of(instance.get("Tags", [])).get(key) == value


def _subnet(data: ResponseLaunchTemplateDataTypeDef) -> str | None:
    interfaces = sorted(data.get("NetworkInterfaces", []), key=lambda one: one.get("DeviceIndex", 0))
    return next((one["SubnetId"] for one in interfaces if one.get("SubnetId")), None)


def _address(data: ResponseLaunchTemplateDataTypeDef) -> str | None:
    """The private address that the template gives to what it launches."""
    interfaces = sorted(data.get("NetworkInterfaces", []), key=lambda one: one.get("DeviceIndex", 0))
    return next((one["PrivateIpAddress"] for one in interfaces if one.get("PrivateIpAddress")), None)


def _settings_of(client: DrsClient, server: str) -> LaunchConfigurationTypeDef | Exception:
    try:
        return client.get_launch_configuration(sourceServerID=server)
    except (BotoCoreError, ClientError) as error:
        return error


def _disks(data: ResponseLaunchTemplateDataTypeDef) -> dict[str, LaunchTemplateEbsBlockDeviceTypeDef]:
    """What the template says of EBS volumes, by device."""
    return {one.get("DeviceName", ""): one.get("Ebs", {}) for one in data.get("BlockDeviceMappings", [])}


def _storage(data: ResponseLaunchTemplateDataTypeDef, server: SourceServerTypeDef) -> dict[str, float]:
    """A volume for each disk of the server; disks that only the template has are ignored, as DRS ignores them."""
    in_template, found = _disks(data), dict[str, float]()
    for disk in server.get("sourceProperties", {}).get("disks", []):
        ebs = in_template.get(disk.get("deviceName", ""), {})
        kind = ebs.get("VolumeType", DEFAULT_VOLUME)
        found[kind] = found.get(kind, 0.0) + max(disk.get("bytes", 0) / 2**30, ebs.get("VolumeSize", 0))
    return found
