"""A launch removes what earlier launches of the same server left.

Source: DRS User Guide, "Managing recovery instances": "Launch of a new recovery instance from the same source server
cleans up all the previous recovery instances, regardless if they have been disconnected and deleted from DRS."
"""

from rehearsal.estate.operations import Call
from rehearsal.estate.services.ec2_launch import terminate_instance
from rehearsal.estate.state.drs import Job, JobLogItem, SourceServer


def clean_up_previous(call: Call, job: Job, server: SourceServer, at: float) -> list[str]:
    """From `at` on terminate every earlier recovery instance of this server, and return their ids."""
    previous = [
        instance
        for instance in call.site.recovery_instances.values()
        if instance.server_id == server.server_id and instance.removed_at is None
    ]
    data: dict[str, object] = {"sourceServerID": server.server_id}
    for instance in previous:
        gone = terminate_instance(call, instance.instance, at)
        instance.removed_at = gone
        job.log += [JobLogItem(at, "CLEANUP_START", data), JobLogItem(gone, "CLEANUP_END", data)]
    if previous:
        server.recovery_instance.then(at, None)
    return [instance.recovery_instance_id for instance in previous]
