"""INSTANTIATE: launches a recovery instance of a source server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from groundswell.domain.evidence import RECOVERY_POINT
from groundswell.domain.ids import ResourceId
from groundswell.domain.instants import from_text, to_text
from groundswell.domain.operations import Operation
from groundswell.domain.protection import Fitness
from groundswell.technologies.contract import (
    Done,
    Evidence,
    Failed,
    InProgress,
    Look,
    NotBegun,
    Observation,
    Target,
    Waiting,
    creation_tags,
)
from groundswell.technologies.drs.jobs import Jobs, failed_actions, is_running, participant, read_jobs
from groundswell.technologies.drs.live_copies import is_live, launched_at
from groundswell.technologies.drs.replication import fitness_of

if TYPE_CHECKING:
    from mypy_boto3_drs.type_defs import JobTypeDef, RecoveryInstanceTypeDef, SourceServerTypeDef

READS = (
    "drs:DescribeJobs",
    "drs:DescribeJobLogItems",
    "drs:DescribeRecoveryInstances",
    "drs:DescribeSourceServers",
    "ec2:DescribeInstances",  # DescribeRecoveryInstances looks with our credentials
)
WRITES = ("drs:StartRecovery",)

MOST_LAG = 30.0
"""Seconds of lag with which a switchover may still launch: above it replication does not keep up. A server that keeps
up shows some seconds; nothing is lost because its writers are stopped before, and the launch takes a new snapshot."""

SETTLE = timedelta(seconds=120)
"""How long after a call whose answer was lost its job may still be unseen."""
_GOING_ON = ("PENDING", "IN_PROGRESS")
"""What DRS says of a server that a job still launches."""


@dataclass
class _Seen:
    jobs: Jobs
    servers: Sequence[str]
    instances: Sequence[RecoveryInstanceTypeDef]
    replication: Mapping[str, Fitness]

    def launched_at(self, instance: RecoveryInstanceTypeDef) -> datetime | None:
        """When the instance of a job that is no longer listed was launched; asked once for all servers."""
        look = self.jobs.look
        servers = look.once("drs:DescribeSourceServers", lambda: _source_servers(look, self.servers))
        named = (each for each in servers if each["sourceServerID"] == instance.get("sourceServerID"))
        return next((launched_at(server, instance) for server in named), None)


def observe(look: Look, targets: Sequence[Target]) -> dict[ResourceId, Observation]:
    """Looks at jobs, recovery instances and, for a switchover, replication: so many calls, however many servers."""
    jobs = read_jobs(look, targets)
    servers = [target.text("source_server_id") for target in targets if not _is_being_launched(jobs, target)]
    replication = _replication(look, servers) if look.operation is Operation.SWITCHOVER else {}
    seen = _Seen(jobs, servers, _recovery_instances(look, servers), replication)
    return {target.resource_id: _judge(seen, target) for target in targets}


def _is_being_launched(jobs: Jobs, target: Target) -> bool:
    """Whether all that our calls for a server show is that its launch goes on: nothing else matters until it ends."""
    known = [jobs.of(intent) for intent in target.intents]
    parts = [participant(job, target.text("source_server_id")) for job in known if job]
    return bool(known) and all(known) and all(part and part.get("launchStatus") in _GOING_ON for part in parts)


def act(look: Look, targets: Sequence[Target], key: str) -> str:
    """One job for all of them, from their latest data. DRS refuses the call as a whole for one server at fault."""
    answer = look.clients.client("drs").start_recovery(
        sourceServers=[{"sourceServerID": target.text("source_server_id")} for target in targets],
        isDrill=False,
        tags=creation_tags(key),
    )
    return answer["job"]["jobID"]


def _judge(seen: _Seen, target: Target) -> Observation:
    """What our own calls did comes first; then what others do or did; last whether now is the time."""
    server = target.text("source_server_id")
    return _by_our_jobs(seen, target, server) or _by_others(seen, target, server) or _by_replication(seen, server)


def _by_our_jobs(seen: _Seen, target: Target, server: str) -> Observation | None:
    outcomes = [
        _in_job(seen, job, server, intent.at) if job else InProgress(f"job {intent.handle} is not listed yet")
        for intent in target.intents
        if (job := seen.jobs.of(intent)) or intent.handle
    ]
    for hopeful in (Done, InProgress):
        for outcome in outcomes:
            if isinstance(outcome, hopeful):
                return outcome
    in_doubt = bool(target.intents) and seen.jobs.of(target.intents[-1]) is None
    return outcomes[-1] if outcomes and not in_doubt else None


def _in_job(seen: _Seen, job: JobTypeDef, server: str, asked_at: datetime) -> Observation:
    """A job never fails; the truth is per server, and may come after the job is COMPLETED."""
    part = participant(job, server)
    status = part.get("launchStatus", "PENDING") if part else "absent"
    if status == "LAUNCHED":
        return _launched(seen, job, server, asked_at)
    if status == "TERMINATED":
        cause = f"job {job['jobID']} launched {server}, and what it launched was terminated"
        return Failed.because(cause, advice="Find out who terminated it and why; then retry the resource.")
    if status == "FAILED" and is_running(job):
        return InProgress(f"FAILED in job {job['jobID']}, which still runs: it keeps {server} until it is over")
    if status == "FAILED" or (status == "absent" and not is_running(job)):
        cause = f"job {job['jobID']} did not launch {server}: {seen.jobs.reason(job, server)}"
        advice = "Read the job's log in the DRS console of the target Region, mend the cause, then retry the resource."
        return Failed.because(cause, advice=advice, retry=True)
    return InProgress(f"{status} in job {job['jobID']}, which is {job.get('status', 'PENDING')}")


def _launched(seen: _Seen, job: JobTypeDef, server: str, asked_at: datetime) -> Observation:
    """The job often does not name its recovery instance, but the recovery instance names its job."""
    for instance in seen.instances:
        if instance.get("sourceServerID") == server and instance.get("jobID") == job["jobID"]:
            actions = failed_actions(participant(job, server))
            told: Evidence = {"post_launch_actions": actions} if actions else {}
            return Done({**_evidence(instance), **_recovery_point(instance, asked_at), **told})
    return InProgress(f"launched by job {job['jobID']}; its recovery instance is not listed yet")


def _by_others(seen: _Seen, target: Target, server: str) -> Observation | None:
    job = seen.jobs.at_work_on(server)
    if job is not None:
        return Waiting(f"{server} is in job {job['jobID']} ({job.get('initiatedBy', job.get('type', 'unknown'))})")
    if target.relaunch:
        return None
    for instance in seen.instances:
        if instance.get("sourceServerID") == server and is_live(instance):
            launch = seen.jobs.known(instance.get("jobID"))
            if launch is None and _is_unsettled(seen, target):
                return InProgress("launched by a job that is not listed yet: DRS may still stop it, as settings say")
            asked_at = from_text(launch["creationDateTime"]) if launch and "creationDateTime" in launch else None
            return _already_there(seen, target, instance, asked_at)
    return None


def _already_there(
    seen: _Seen, target: Target, instance: RecoveryInstanceTypeDef, asked_at: datetime | None
) -> Observation:
    """What others launched counts, unless it is older than the plan would have let pass: then it knew nothing of it."""
    since = asked_at or seen.launched_at(instance)
    if target.oldest_copy and (since is None or since < target.oldest_copy):
        told = f"launched {to_text(since)}" if since else "launched nobody knows when"
        cause = f"{instance.get('ec2InstanceID')} is there already, {told}, and the plan did not know of it"
        advice = "Skip the resource if it is good, or ask anew with relaunch or accept_existing of it."
        return Failed.because(cause, advice=advice)
    dated: Evidence = {"launched_at": to_text(since)} if since else {}
    return Done({"already_there": True, **dated, **_evidence(instance), **_recovery_point(instance, asked_at)})


def _is_unsettled(seen: _Seen, target: Target) -> bool:
    """Whether the answer to our last call was lost, and the job that it may have begun may still be unseen."""
    if not target.intents or target.intents[-1].handle:
        return False
    return seen.jobs.look.now < target.intents[-1].at + SETTLE


def _by_replication(seen: _Seen, server: str) -> Observation:
    fitness = seen.replication.get(server)
    if fitness is None or (fitness.fit and (fitness.lag_seconds or 0.0) <= MOST_LAG):
        return NotBegun()
    lag = "unknown" if fitness.lag_seconds is None else f"{fitness.lag_seconds:g} s"
    return Waiting(f"replication is {fitness.state}, lag {lag}; a switchover needs CONTINUOUS, at most {MOST_LAG:g} s")


def _evidence(instance: RecoveryInstanceTypeDef) -> Evidence:
    seen: Evidence = {
        "job": instance.get("jobID"),
        "recovery_instance": instance.get("recoveryInstanceID"),
        "instance": instance.get("ec2InstanceID"),
        "point_in_time": instance.get("pointInTimeSnapshotDateTime"),
    }
    return {name: value for name, value in seen.items() if value}


def _recovery_point(instance: RecoveryInstanceTypeDef, asked_at: datetime | None) -> Evidence:
    """How old the launched data was when the launch was asked for; a snapshot taken after that lacks nothing."""
    point_in_time = instance.get("pointInTimeSnapshotDateTime")
    if not point_in_time or asked_at is None:
        return {}
    return {RECOVERY_POINT: max(0, round((asked_at - from_text(point_in_time)).total_seconds()))}


def _recovery_instances(look: Look, servers: list[str]) -> list[RecoveryInstanceTypeDef]:
    if not servers:
        return []
    paginator = look.clients.client("drs").get_paginator("describe_recovery_instances")
    found = (one for page in paginator.paginate(filters={"sourceServerIDs": servers}) for one in page["items"])
    return [one for one in found if one.get("ec2InstanceID")]


def _replication(look: Look, servers: list[str]) -> dict[str, Fitness]:
    return {server["sourceServerID"]: fitness_of(server) for server in _source_servers(look, servers)}


def _source_servers(look: Look, servers: Sequence[str]) -> list[SourceServerTypeDef]:
    if not servers:
        return []
    paginator = look.clients.client("drs").get_paginator("describe_source_servers")
    return [one for page in paginator.paginate(filters={"sourceServerIDs": list(servers)}) for one in page["items"]]
