"""DRS: source servers, their tags, launch settings and snapshots."""

from rehearsal.estate.clock import to_iso
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.services.drs_shared import at_most, not_found, ready_site, reply_page, server_ids
from rehearsal.estate.services.ec2_templates import template_id
from rehearsal.estate.services.replication import lag_seconds, replication_state, spell_duration
from rehearsal.estate.state.drs import SourceServer
from rehearsal.estate.state.world import World

DEVICE = "/dev/xvda"
_SNAPSHOT_EVERY = 600.0
_SNAPSHOTS_KEPT = 6


@operation("drs", "DescribeSourceServers", subject=("filters",))
def describe_source_servers(call: Call) -> Reply:
    """Source servers of the caller's Region, which is the recovery Region: their origin may be down."""
    site = ready_site(call)
    filters = call.ask.node("filters")
    wanted = set(server_ids(filters))
    staging = set(at_most(filters.texts("stagingAccountIDs"), 200, "filters.stagingAccountIDs"))
    hardware = filters.text("hardwareId")
    servers = [
        server
        for server in site.servers.values()
        if (not wanted or server.server_id in wanted)
        and (not staging or server.home.account in staging)
        and (not hardware or server.origin_instance == hardware)
    ]
    return reply_page(
        call, servers, lambda server: server.server_id, lambda server: render(call.world, server, call.now)
    )


def render(world: World, server: SourceServer, now: float) -> Reply:
    """A source server as DescribeSourceServers shows it."""
    reply: Reply = {
        "sourceServerID": server.server_id,
        "arn": server.arn,
        "tags": dict(server.tags),
        "lastLaunchResult": _last_result(server, now),
        "dataReplicationInfo": _replication(world, server, now),
        "lifeCycle": _life_cycle(server, now),
        "sourceProperties": {
            "lastUpdatedDateTime": to_iso(server.added),
            "recommendedInstanceType": server.launch.recommended_type,
            "disks": [{"deviceName": DEVICE, "bytes": server.launch.disk_gib * 2**30}],
            "identificationHints": {
                "fqdn": f"{server.name}.corp.example",
                "hostname": server.name,
                "awsInstanceID": server.origin_instance,
            },
            "networkInterfaces": [{"ips": [server.private_ip], "isPrimary": True}],
            "os": {"fullString": "Linux"},
            "supportsNitroInstances": True,
        },
        "sourceCloudProperties": {
            "originAccountID": server.origin.account,
            "originRegion": server.origin.region,
            "originAvailabilityZone": f"{server.origin.region}a",
        },
        "stagingArea": {"status": "NOT_EXTENDED", "stagingAccountID": server.home.account},
        "replicationDirection": "FAILOVER",
    }
    recovery_instance = server.recovery_instance.at(now)
    if recovery_instance is not None:
        reply["recoveryInstanceId"] = recovery_instance
    return reply


def _last_result(server: SourceServer, now: float) -> str:
    if server.last_launch is None:
        return "NOT_STARTED"
    status = server.last_launch.status.at(now)
    return {"LAUNCHED": "SUCCEEDED", "FAILED": "FAILED"}.get(status, "PENDING")


def _replication(world: World, server: SourceServer, now: float) -> Reply:
    """DisconnectSourceServer leaves no lag and no bytes (API reference)."""
    state, size = replication_state(world, server, now), server.launch.disk_gib * 2**30
    is_connected = state != "DISCONNECTED"
    info: Reply = {
        "dataReplicationState": state,
        "stagingAvailabilityZone": f"{server.home.region}a",
        "replicatedDisks": [
            {"deviceName": DEVICE, "totalStorageBytes": size * is_connected, "replicatedStorageBytes": size},
        ],
    }
    if is_connected:
        info["lagDuration"] = spell_duration(lag_seconds(world, server, now))
    if state == "STALLED":
        info["dataReplicationError"] = {"error": "AGENT_NOT_SEEN"}
    return info


def _life_cycle(server: SourceServer, now: float) -> Reply:
    cycle: Reply = {
        "addedToServiceDateTime": to_iso(server.added),
        "firstByteDateTime": to_iso(server.added + 60),
        "elapsedReplicationDuration": spell_duration(now - server.added),
        "lastSeenByServiceDateTime": to_iso(now),
    }
    last = server.last_launch
    if last is not None:
        kind = "DRILL" if last.is_drill else "RECOVERY"
        initiated = {"apiCallDateTime": to_iso(last.at), "jobID": last.job_id, "type": kind}
        cycle["lastLaunch"] = {"initiated": initiated, "status": last.status.at(now)}
    return cycle


@operation("drs", "ListTagsForResource", subject=("resourceArn",))
def list_tags(call: Call) -> Reply:
    """The tags of a source server or a job, by ARN."""
    site = call.site
    kind, _, name = call.ask.text("resourceArn").rpartition(":")[2].partition("/")
    if kind == "source-server" and name in site.servers:
        return {"tags": dict(site.servers[name].tags)}
    if kind == "job" and name in site.jobs:
        return {"tags": dict(site.jobs[name].tags)}
    if kind == "recovery-instance" and name in site.recovery_instances:
        return {"tags": dict(site.recovery_instances[name].instance.tags)}
    raise not_found("Resource", call.ask.text("resourceArn"))


@operation("drs", "GetLaunchConfiguration", subject=("sourceServerID",))
def get_launch_configuration(call: Call) -> Reply:
    """The launch settings of one source server."""
    server = _server(call)
    return {
        "sourceServerID": server.server_id,
        "name": server.name,
        "ec2LaunchTemplateID": template_id(call.world, server),
        "launchDisposition": server.disposition,
        "targetInstanceTypeRightSizingMethod": server.launch.right_sizing,
        "copyPrivateIp": server.launch.copy_private_ip,
        "copyTags": True,
        "licensing": {"osByol": False},
        "postLaunchEnabled": False,
        "recoveryMode": "FAST",
    }


@operation("drs", "DescribeRecoverySnapshots", subject=("sourceServerID",))
def describe_recovery_snapshots(call: Call) -> Reply:
    """Points in time of the last hour, one every ten minutes, none younger than the end of replication."""
    server = _server(call)
    filters = call.ask.node("filters")
    after, before = filters.moment("fromDateTime") or 0.0, filters.moment("toDateTime") or call.now
    moments = [moment for moment in snapshot_moments(call.world, server, call.now) if after <= moment <= before]
    if call.ask.text("order", "ASC") == "DESC":
        return reply_page(call, moments[::-1], lambda m: f"{10**11 - m:015.1f}", lambda m: _snapshot(call, server, m))
    return reply_page(call, moments, lambda m: f"{m:015.1f}", lambda m: _snapshot(call, server, m))


def snapshot_moments(world: World, server: SourceServer, now: float) -> list[float]:
    """When the snapshots that DRS still keeps were taken, oldest first."""
    newest = (now - lag_seconds(world, server, now)) // _SNAPSHOT_EVERY * _SNAPSHOT_EVERY
    return [newest - _SNAPSHOT_EVERY * back for back in reversed(range(_SNAPSHOTS_KEPT))]


def snapshot_id(world: World, server_id: str, moment: float) -> str:
    """The id of the snapshot that DRS took of this server at this moment."""
    return "pit-" + world.dice.token("snapshot", server_id, moment)


def _snapshot(call: Call, server: SourceServer, moment: float) -> Reply:
    return {
        "snapshotID": snapshot_id(call.world, server.server_id, moment),
        "sourceServerID": server.server_id,
        "expectedTimestamp": to_iso(moment),
        "timestamp": to_iso(moment),
        "ebsSnapshots": ["snap-" + call.world.dice.token("ebs", server.server_id, moment)],
    }


def _server(call: Call) -> SourceServer:
    server = ready_site(call).servers.get(call.ask.text("sourceServerID"))
    if server is None:
        raise not_found("SourceServer", call.ask.text("sourceServerID"))
    return server
