"""Whether DRS takes the servers on: its jobs, and what other jobs leave of them. What is too much at once queues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from groundswell.domain.preflight import PreflightCheck
from groundswell.technologies.contract import Look
from groundswell.technologies.drs import quotas
from groundswell.technologies.drs.jobs import running_jobs
from groundswell.technologies.drs.live_copies import LIVE
from groundswell.technologies.drs.preflight import reads

CHECK = "servers in DRS jobs"


@dataclass(frozen=True)
class Standing:
    """What of the servers is done or under way already."""

    to_launch: frozenset[str]
    """Those that have no live recovery instance and are in no running job."""
    replaced: frozenset[str]
    """EC2 instances of drills that DRS terminates when it launches their servers."""
    jobs: int
    """How many run."""
    busy: int
    """Servers in them."""

    @classmethod
    def read(cls, look: Look, servers: Sequence[str]) -> Standing:
        """How these servers stand."""
        live = [one for one in reads.recovery_instances(look, servers) if one.get("ec2InstanceState") in LIVE]
        running = running_jobs(look)
        busy = [part.get("sourceServerID", "") for job in running for part in job.get("participatingServers", [])]
        launched = {one.get("sourceServerID", "") for one in live if not one.get("isDrill")}
        to_launch = frozenset(servers) - launched - set(busy)
        drills = {
            one["ec2InstanceID"]
            for one in live
            if one.get("isDrill") and one.get("sourceServerID") in to_launch and one.get("ec2InstanceID")
        }
        return cls(to_launch, frozenset(drills), len(running), len(busy))


def check(
    look: Look, place: str, standing: Standing, waves: Mapping[int, int], others: int
) -> Iterator[PreflightCheck]:
    """Whether there is room in jobs for these servers by wave, and in how many turns; `others`: of other executions."""
    limits = quotas.limits(look)
    at_once = min(limits.jobs * limits.servers_a_job, limits.servers_in_jobs)
    most, wave = max(((count, number) for number, count in waves.items()), default=(0, 0))
    allowed = f"{limits.jobs} jobs of {limits.servers_a_job} servers, {limits.servers_in_jobs} in all"
    now = f"{standing.jobs} jobs with {standing.busy} servers run now, {others} servers of other executions are to come"
    if at_once <= 0:
        found = f"{most} servers in wave {wave}, but no job is allowed: {allowed}"
        yield PreflightCheck.judged(place, CHECK, found, advice=f"Raise the quotas of DRS: {quotas.NAMED}.")
    elif most and (standing.jobs >= limits.jobs or standing.busy >= limits.servers_in_jobs):
        found = f"{most} servers in wave {wave}, but jobs of others fill the quota: {now}; allowed are {allowed}"
        yield PreflightCheck.judged(
            place, CHECK, found, advice="Wait until those jobs end, or find out whose they are."
        )
    else:
        turns = max(1, -(-(most + others) // at_once))
        at_most = f"at most {most} in a wave, in {turns} turn{'s' if turns > 1 else ''}"
        found = f"{sum(waves.values())} servers to launch, {at_most}; {now}; "
        yield PreflightCheck.judged(place, CHECK, f"{found}allowed are {allowed}", advice="")
