"""The course of a launch job: what each server goes through, and when. Known as soon as the job is accepted."""

from dataclasses import dataclass, field

from rehearsal.estate.operations import Call
from rehearsal.estate.services.drs_cleanup import clean_up_previous
from rehearsal.estate.services.ec2_launch import launch_instance
from rehearsal.estate.services.ec2_refusals import launch_refusal
from rehearsal.estate.services.replication import NOT_LAUNCHABLE, replication_state
from rehearsal.estate.state.drs import Job, JobLogItem, LastLaunch, Participant, RecoveryInstance, SourceServer
from rehearsal.estate.timeline import Timeline

_RESULT_EVENT = ("aws.drs", "DRS Source Server Launch Result")


@dataclass(frozen=True, slots=True)
class Launch:
    """A server to launch, and the moment of its data."""

    server: SourceServer
    point_in_time: float


@dataclass(slots=True)
class _Course:
    """A participant with the moments of its launch: when it gets its instance, and when it ends well or not."""

    participant: Participant
    converted: float
    ends: float
    error: str | None
    late: bool
    cleaned_up: list[str] = field(default_factory=list)


def plan_launches(call: Call, job: Job, launches: list[Launch], *, is_drill: bool) -> None:
    """Plan the job to its end: statuses, instances, log, events, and how long it holds its servers."""
    started = call.now + call.world.lasts(call.world.scenario.times.drs.pending, "pending", job.job_id)
    job.log.append(JobLogItem(started, "JOB_START", {}))
    courses = [_plan(call, job, launch, started) for launch in launches]
    call.effects["cleaned_up"] = [name for course in courses for name in course.cleaned_up]
    done = max((course.ends for course in courses if not course.late), default=max(c.converted for c in courses))
    ended = done + call.world.lasts(call.world.scenario.times.drs.wrap_up, "wrap up", job.job_id)
    job.status.then(started, "STARTED").then(ended, "COMPLETED")
    for launch, course in zip(launches, courses, strict=True):
        if course.late:
            course.ends = ended + call.world.lasts(launch.server.times.launch, "late", job.job_id)
        _settle(call, job, launch, course, is_drill=is_drill)
        launch.server.busy_until = max(ended, course.ends)
    job.log.append(JobLogItem(ended, "JOB_END", {}))
    job.log.sort(key=lambda item: item.at)


def _plan(call: Call, job: Job, launch: Launch, started: float) -> _Course:
    server, world = launch.server, call.world
    participant = Participant(server.server_id, Timeline(call.now, "PENDING"))
    job.participants.append(participant)
    server.launches += 1
    if replication_state(world, server, call.now) in NOT_LAUNCHABLE:
        job.log.append(JobLogItem(started, "SERVER_SKIPPED", {"sourceServerID": server.server_id}))
        return _Course(participant, started, started, "The server has no snapshot to launch from.", late=False)
    cleaned_up = clean_up_previous(call, job, server, started)
    key = (server.server_id, server.launches)
    snapshot = started + world.lasts(server.times.snapshot, "snapshot", *key)
    converted = snapshot + world.lasts(server.times.conversion, "conversion", *key)
    ends = converted + world.lasts(server.times.launch, "launch", *key)
    participant.status.then(started, "IN_PROGRESS")
    _log_steps(call, job, server, (started, snapshot, converted))
    error = world.faults.launch_error(server.name, server.failed_launches) or launch_refusal(call, server)
    late = error is None and world.odds(world.scenario.oddities.launching_after_job_end, "late", *key)
    return _Course(participant, converted, ends, error, late, cleaned_up)


def _log_steps(call: Call, job: Job, server: SourceServer, moments: tuple[float, float, float]) -> None:
    started, snapshot, converted = moments
    data: dict[str, object] = {"sourceServerID": server.server_id}
    converter = {**data, "conversionServerID": "i-" + call.world.dice.token("converter", job.job_id)}
    seen = replication_state(call.world, server, call.now) == "CONTINUOUS"
    job.log += [
        JobLogItem(started, "SNAPSHOT_START" if seen else "USING_PREVIOUS_SNAPSHOT", data),
        JobLogItem(snapshot, "CONVERSION_START", converter),
        JobLogItem(converted, "CONVERSION_END", converter),
    ]
    if seen:
        job.log.append(JobLogItem(snapshot, "SNAPSHOT_END", data))


def _settle(call: Call, job: Job, launch: Launch, course: _Course, *, is_drill: bool) -> None:
    server = launch.server
    data: dict[str, object] = {"sourceServerID": server.server_id}
    if course.error is not None:
        server.failed_launches += 1
        course.participant.status.then(course.ends, "FAILED")
        if course.ends > course.converted:
            job.log.append(JobLogItem(course.ends, "LAUNCH_FAILED", {**data, "rawError": course.error}))
    else:
        _launch(call, job, launch, course, is_drill=is_drill)
        data["targetInstanceID"] = course.participant.instance.instance_id if course.participant.instance else ""
        job.log.append(JobLogItem(course.converted, "LAUNCH_START", data))
    server.last_launch = LastLaunch(call.now, job.job_id, is_drill, course.participant.status)
    _announce(call, job, server, course, is_drill=is_drill)


def _launch(call: Call, job: Job, launch: Launch, course: _Course, *, is_drill: bool) -> None:
    server, participant = launch.server, course.participant
    participant.status.then(course.ends, "LAUNCHED")
    instance = launch_instance(call, server, course.converted, course.ends)
    participant.instance = instance
    unnamed = call.world.odds(call.world.scenario.oddities.instance_id_missing, "unnamed", instance.instance_id)
    participant.named_at = None if unnamed else course.ends
    server.recovery_instance.then(course.ends, instance.instance_id)
    call.site.recovery_instances[instance.instance_id] = RecoveryInstance(
        instance, server.server_id, job.job_id, is_drill, launch.point_in_time
    )


def _announce(call: Call, job: Job, server: SourceServer, course: _Course, *, is_drill: bool) -> None:
    detail = {
        "state": "RECOVERY_LAUNCH_FAILED" if course.error else "RECOVERY_LAUNCH_SUCCEEDED",
        "job-id": job.job_id,
        "is-drill": "TRUE" if is_drill else "FALSE",
    }
    call.world.events.plan(course.ends, call.caller, _RESULT_EVENT, resources=[server.arn], detail=detail)
