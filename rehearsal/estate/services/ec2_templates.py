"""EC2: the launch templates that DRS keeps, one a source server, as DescribeLaunchTemplateVersions shows them.

DRS names the server in the tags that the template gives to what it launches.
"""

from collections.abc import Sequence

from rehearsal.estate.clock import to_datetime
from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.services.ec2_landing import subnet_id
from rehearsal.estate.services.ec2_shared import page, tags_of
from rehearsal.estate.state.drs import SourceServer
from rehearsal.estate.state.world import World


def template_id(world: World, server: SourceServer) -> str:
    """The id of the server's launch template."""
    return "lt-" + world.dice.token("template", server.server_id)


@operation("ec2", "DescribeLaunchTemplateVersions", subject=("LaunchTemplateId", "Versions"))
def describe_launch_template_versions(call: Call) -> Reply:
    """Versions of one template; or, where none is named, the default versions of all of them. Each has but one."""
    name, versions = call.ask.text("LaunchTemplateId"), call.ask.texts("Versions")
    servers = list(call.site.servers.values())
    if name:
        servers = [server for server in servers if template_id(call.world, server) == name]
        if not servers:
            message = f"The specified launch template, with template ID {name}, does not exist."
            raise EstateError("InvalidLaunchTemplateId.NotFound", message)
    elif not versions or set(versions) - {"$Default", "$Latest"}:
        message = "You must specify either a launch template ID, or $Default or $Latest as versions."
        raise EstateError("MissingParameter", message)
    found = [_version(call, server) for server in servers]
    return page(call, "LaunchTemplateVersions", found, "LaunchTemplateId", most=200)


def _version(call: Call, server: SourceServer) -> Reply:
    name = template_id(call.world, server)
    return {
        "LaunchTemplateId": name,
        "LaunchTemplateName": f"{name}-created-and-used-by-drs",
        "VersionNumber": 1,
        "DefaultVersion": True,
        "CreateTime": to_datetime(server.added),
        "LaunchTemplateData": {
            "InstanceType": server.launch.instance_type,
            "NetworkInterfaces": _interfaces(call, server),
            "BlockDeviceMappings": [],
            "TagSpecifications": [{"ResourceType": kind, "Tags": _tags(server)} for kind in ("instance", "volume")],
        },
    }


def _interfaces(call: Call, server: SourceServer) -> Sequence[Reply]:
    zone = server.launch.zone
    if zone is None:
        return []
    return [{"DeviceIndex": 0, "SubnetId": subnet_id(call.world, call.caller, zone)}]


def _tags(server: SourceServer) -> list[Reply]:
    return tags_of(
        {
            "AWSElasticDisasterRecoveryManaged": "drs.amazonaws.com",
            "AWSElasticDisasterRecoverySourceServerID": server.server_id,
            "Name": server.name,
        }
    )
