"""DRS: recovery instances, the launched copies of source servers."""

from rehearsal.estate.clock import to_iso
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.services.drs_shared import at_most, ready_site, reply_page, server_ids
from rehearsal.estate.state.drs import RecoveryInstance, SourceServer


@operation("drs", "DescribeRecoveryInstances", subject=("filters",))
def describe_recovery_instances(call: Call) -> Reply:
    """Recovery instances, with the job that launched each: here a launch is found when its job does not name it."""
    site = ready_site(call)
    filters = call.ask.node("filters")
    wanted = set(at_most(filters.texts("recoveryInstanceIDs"), 200, "filters.recoveryInstanceIDs"))
    of_servers = set(server_ids(filters))
    found = [
        instance
        for instance in site.recovery_instances.values()
        if instance.exists(call.now)
        and (not wanted or instance.recovery_instance_id in wanted)
        and (not of_servers or instance.server_id in of_servers)
    ]
    found.sort(key=lambda instance: instance.recovery_instance_id)
    return reply_page(
        call,
        found,
        lambda instance: instance.recovery_instance_id,
        lambda instance: _render(instance, site.servers[instance.server_id], call.now),
    )


def _render(instance: RecoveryInstance, server: SourceServer, now: float) -> Reply:
    ec2 = instance.instance
    return {
        "recoveryInstanceID": instance.recovery_instance_id,
        "ec2InstanceID": ec2.instance_id,
        "ec2InstanceState": ec2.state.at(now).upper(),
        "sourceServerID": instance.server_id,
        "jobID": instance.job_id,
        "arn": f"arn:aws:drs:{ec2.region}:{ec2.account}:recovery-instance/{ec2.instance_id}",
        "isDrill": instance.is_drill,
        "pointInTimeSnapshotDateTime": to_iso(instance.point_in_time),
        "originEnvironment": "AWS",
        "originAvailabilityZone": f"{server.origin.region}a",
        "failback": {"state": "FAILBACK_NOT_STARTED"},
        "dataReplicationInfo": {"dataReplicationState": "NOT_STARTED"},
        "tags": dict(ec2.tags),
        "recoveryInstanceProperties": {
            "identificationHints": {"hostname": server.name, "awsInstanceID": ec2.instance_id},
            "networkInterfaces": [{"ips": [ec2.private_ip], "isPrimary": True}],
        },
    }
