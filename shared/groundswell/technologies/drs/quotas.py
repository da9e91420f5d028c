"""How many servers DRS would take on now."""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from groundswell.technologies.contract import Look
from groundswell.technologies.drs.jobs import running_jobs

READS = ("drs:DescribeJobs", "servicequotas:ListServiceQuotas")

_JOBS, _SERVERS_A_JOB, _SERVERS_IN_JOBS = "L-D88FAC3A", "L-B827C881", "L-05AFA8C6"
SERVERS_IN_JOBS = 500
"""Servers of an account and Region in all jobs at a time, unless its quota was raised."""
NAMED = f"{_JOBS} (concurrent jobs), {_SERVERS_A_JOB} (servers in a job), {_SERVERS_IN_JOBS} (servers in all jobs)"


@dataclass(frozen=True)
class Limits:
    """What an account and Region may have of jobs; as documented where nothing else is known."""

    jobs: int = 20
    servers_a_job: int = 100
    servers_in_jobs: int = SERVERS_IN_JOBS
    # Defaults, https://docs.aws.amazon.com/general/latest/gr/drs.html


def room(look: Look) -> int:
    """Servers that the next job may have: 0 where all jobs that may run at once do."""
    allowed, running = _limits_or_defaults(look), running_jobs(look)
    if len(running) >= allowed.jobs:
        return 0
    busy = sum(len(job.get("participatingServers", [])) for job in running)
    return max(0, min(allowed.servers_a_job, allowed.servers_in_jobs - busy))


def limits(look: Look) -> Limits:
    """What Service Quotas says; raises what the SDK raises."""
    pages = look.clients.client("service-quotas").get_paginator("list_service_quotas").paginate(ServiceCode="drs")
    found = {quota["QuotaCode"]: int(quota["Value"]) for page in pages for quota in page["Quotas"]}
    default = Limits()
    return Limits(
        jobs=found.get(_JOBS, default.jobs),
        servers_a_job=found.get(_SERVERS_A_JOB, default.servers_a_job),
        servers_in_jobs=found.get(_SERVERS_IN_JOBS, default.servers_in_jobs),
    )


def _limits_or_defaults(look: Look) -> Limits:
    """The defaults where Service Quotas cannot say: DRS itself refuses what is too much."""
    try:
        return limits(look)
    except (BotoCoreError, ClientError):
        return Limits()
