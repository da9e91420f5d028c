"""DRS: jobs and their logs, and the limits on them."""

from rehearsal.estate.clock import to_iso
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.services.drs_shared import at_most, conflict, invalid, over_quota, ready_site, reply_page
from rehearsal.estate.state.drs import Job, JobLogItem, Participant
from rehearsal.estate.state.world import Site
from rehearsal.estate.timeline import Timeline


@operation("drs", "DescribeJobs", subject=("filters",))
def describe_jobs(call: Call) -> Reply:
    """Jobs, newest first. A new job shows up some seconds late: the list is eventually consistent."""
    site = ready_site(call)
    filters = call.ask.node("filters")
    wanted = set(at_most(filters.texts("jobIDs"), 1000, "filters.jobIDs"))
    after, before = filters.moment("fromDate") or 0.0, filters.moment("toDate") or call.now
    jobs = [
        job
        for job in site.jobs.values()
        if job.visible_at <= call.now and (not wanted or job.job_id in wanted) and after <= job.created <= before
    ]
    jobs.sort(key=Job.sort_key)
    return reply_page(call, jobs, Job.sort_key, lambda job: render(job, call.now))


def render(job: Job, now: float) -> Reply:
    """A job as StartRecovery and DescribeJobs show it. It never fails: the truth is per server."""
    reply: Reply = {
        "jobID": job.job_id,
        "arn": job.arn,
        "type": job.kind,
        "initiatedBy": job.initiated_by,
        "creationDateTime": to_iso(job.created),
        "status": job.status.at(now),
        "participatingServers": [_participant(participant, now) for participant in job.participants],
        "tags": dict(job.tags),
    }
    if job.status.at(now) == "COMPLETED":
        reply["endDateTime"] = to_iso(job.status.last()[0])
    return reply


def _participant(participant: Participant, now: float) -> Reply:
    reply: Reply = {"sourceServerID": participant.server_id, "launchStatus": participant.status.at(now)}
    if participant.instance is not None and participant.named_at is not None and participant.named_at <= now:
        reply["recoveryInstanceID"] = participant.instance.instance_id
    return reply


@operation("drs", "DescribeJobLogItems", subject=("jobID",))
def describe_job_log_items(call: Call) -> Reply:
    """What has happened in a job so far, in order."""
    job = ready_site(call).jobs.get(call.ask.text("jobID"))
    if job is None or job.visible_at > call.now:
        raise invalid(f"Job {call.ask.text('jobID')} does not exist.")
    past = [(number, item) for number, item in enumerate(job.log) if item.at <= call.now]
    return reply_page(call, past, lambda pair: f"{pair[0]:06}", lambda pair: _log_item(pair[1]))


def _log_item(item: JobLogItem) -> Reply:
    return {"logDateTime": to_iso(item.at), "event": item.event, "eventData": dict(item.data)}


def check_limits(call: Call, site: Site, count: int) -> None:
    """Refuse a new job of `count` servers above the quotas on jobs. Source: Service Quotas of DRS."""
    active = [job for job in site.jobs.values() if job.status.at(call.now) != "COMPLETED"]
    servers = sum(len(job.participants) for job in active)
    scenario = call.world.scenario
    if count > scenario.quota("L-B827C881"):
        raise over_quota("L-B827C881", "Max source servers in a single Job exceeded.")
    if len(active) + 1 > scenario.quota("L-D88FAC3A"):
        raise over_quota("L-D88FAC3A", "Concurrent jobs in progress exceeded.")
    if servers + count > scenario.quota("L-05AFA8C6"):
        raise over_quota("L-05AFA8C6", "Max source servers in all Jobs exceeded.")


def check_free(call: Call, site: Site, server_ids: list[str]) -> None:
    """Refuse the whole call if one of the servers is in a job (L-DD6D028C); the message does not say which."""
    if any(site.servers[name].busy_until > call.now for name in server_ids if name in site.servers):
        raise conflict("One or more of the Source Servers included in API call are currently being processed by a Job")


def new_job(call: Call, kind: str, initiated_by: str, tags: dict[str, str]) -> Job:
    """A job that was just accepted, PENDING, not yet visible in lists."""
    site, world = call.site, call.world
    job_id = "drsjob-" + world.dice.token("job", call.caller, len(site.jobs))
    job = Job(
        job_id=job_id,
        arn=f"arn:aws:drs:{call.caller.region}:{call.caller.account}:job/{job_id}",
        kind=kind,
        initiated_by=initiated_by,
        created=call.now,
        visible_at=call.now + world.lasts(world.scenario.times.drs.listed_after, "listed", job_id),
        status=Timeline(call.now, "PENDING"),
        tags=tags,
    )
    site.jobs[job_id] = job
    return job
