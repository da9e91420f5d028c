"""How many servers DRS would take on now."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from groundswell.technologies.contract import Look
from groundswell.technologies.drs.jobs import running_jobs

READS = ("drs:DescribeJobs", "servicequotas:ListServiceQuotas")

_JOBS, _SERVERS_A_JOB, _SERVERS_IN_JOBS = "L-D88FAC3A", "L-B827C881", "L-05AFA8C6"
_DOCUMENTED = {_JOBS: 20, _SERVERS_A_JOB: 100, _SERVERS_IN_JOBS: 500}
"""Defaults, https://docs.aws.amazon.com/general/latest/gr/drs.html"""


def room(look: Look) -> int:
    """Servers that the next job may have: 0 where all jobs that may run at once do."""
    quotas, running = _quotas(look), running_jobs(look)
    if len(running) >= quotas[_JOBS]:
        return 0
    busy = sum(len(job.get("participatingServers", [])) for job in running)
    return max(0, min(quotas[_SERVERS_A_JOB], quotas[_SERVERS_IN_JOBS] - busy))


def _quotas(look: Look) -> dict[str, int]:
    """What Service Quotas says. If it cannot say, the defaults: DRS itself refuses what is too much."""
    try:
        pages = look.clients.client("service-quotas").get_paginator("list_service_quotas").paginate(ServiceCode="drs")
        found = {quota["QuotaCode"]: int(quota["Value"]) for page in pages for quota in page["Quotas"]}
    except (BotoCoreError, ClientError):
        found = {}
    return {code: found.get(code, default) for code, default in _DOCUMENTED.items()}
