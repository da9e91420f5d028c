"""DRS: TerminateRecoveryInstances, which also makes DRS forget them."""

from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.services.drs_jobs import check_free, check_limits, new_job, render
from rehearsal.estate.services.drs_shared import at_most, invalid, not_found, ready_site
from rehearsal.estate.services.ec2_launch import terminate_instance
from rehearsal.estate.state.drs import Job, JobLogItem, Participant, RecoveryInstance
from rehearsal.estate.timeline import Timeline


@operation("drs", "TerminateRecoveryInstances", mutating=True, subject=("recoveryInstanceIDs",))
def terminate_recovery_instances(call: Call) -> Reply:
    """Begin a job of type TERMINATE; refused as a whole if one instance is unknown or its server is in a job."""
    site = ready_site(call)
    ids = list(at_most(call.ask.texts("recoveryInstanceIDs"), 200, "recoveryInstanceIDs"))
    if not ids:
        raise invalid("Value at 'recoveryInstanceIDs' failed to satisfy constraint: Member must have length at least 1")
    for instance_id in ids:
        known = site.recovery_instances.get(instance_id)
        if known is None or not known.exists(call.now):
            raise not_found("RecoveryInstance", instance_id)
    instances = [site.recovery_instances[instance_id] for instance_id in ids]
    check_limits(call, site, len(ids))
    check_free(call, site, [instance.server_id for instance in instances])
    job = new_job(call, "TERMINATE", "TERMINATE_RECOVERY_INSTANCES", {})
    _plan(call, job, instances)
    call.effects.update(job=job.job_id, instances=ids)
    return {"job": render(job, call.now)}


def _plan(call: Call, job: Job, instances: list[RecoveryInstance]) -> None:
    times = call.world.scenario.times.drs
    started = call.now + call.world.lasts(times.pending, "pending", job.job_id)
    ended = started + call.world.lasts(times.terminate, "terminate", job.job_id)
    job.status.then(started, "STARTED").then(ended, "COMPLETED")
    job.log += [JobLogItem(started, "JOB_START", {}), JobLogItem(ended, "JOB_END", {})]
    for instance in instances:
        status = Timeline(call.now, "PENDING").then(started, "IN_PROGRESS").then(ended, "TERMINATED")
        job.participants.append(Participant(instance.server_id, status, instance.instance, named_at=call.now))
        terminate_instance(call, instance.instance, started)
        instance.removed_at = ended
        server = call.site.servers[instance.server_id]
        server.recovery_instance.then(ended, None)
        server.busy_until = ended
