"""Instances as DRS makes and removes them."""

from rehearsal.estate.operations import Call
from rehearsal.estate.services.ec2_landing import subnet_id
from rehearsal.estate.state.drs import SourceServer
from rehearsal.estate.state.ec2 import Instance
from rehearsal.estate.timeline import Timeline


def launch_instance(call: Call, server: SourceServer, at: float, ready: float) -> Instance:
    """A new instance: pending from `at`, running by `ready`, or stopped then if the server's settings say so.

    Tags as DRS sets them on what it launches, besides the copied ones.
    """
    world, times = call.world, call.world.scenario.times.ec2
    instance_id = "i-" + world.dice.token("instance", server.server_id, server.launches)
    running = min(at + world.lasts(times.pending, "boot", instance_id), ready)
    state = Timeline(at, "pending").then(running, "running")
    zone = server.launch.zone or "a"
    if server.disposition == "STOPPED":
        state.then(ready, "stopped")
    instance = Instance(
        instance_id=instance_id,
        name=server.name,
        account=call.caller.account,
        region=call.caller.region,
        zone=f"{call.caller.region}{zone}",
        subnet_id=subnet_id(world, call.caller, zone),
        instance_type=server.launch.launched_type,
        disk_gib=server.launch.disk_gib,
        private_ip=server.private_ip,
        tags={
            **server.tags,
            "Name": server.name,
            "AWSElasticDisasterRecoveryManaged": "drs.amazonaws.com",
            "AWSElasticDisasterRecoverySourceServerID": server.server_id,
        },
        state=state,
        launched_at=at,
        checks_pass_after=world.lasts(times.status_checks, "checks", instance_id),
        impaired=world.faults.impairs(server.name),
    )
    call.site.instances[instance_id] = instance
    return instance


def terminate_instance(call: Call, instance: Instance, at: float) -> float:
    """Shut the instance down from `at` on; when it is terminated. One that already is stays as it is."""
    moment, value = instance.state.last()
    if value == "terminated":
        return max(moment, at)
    gone = at + call.world.lasts(call.world.scenario.times.ec2.shutting_down, "shut", instance.instance_id, at)
    instance.state.then(at, "shutting-down").then(gone, "terminated")
    return gone
