"""Servers on a work bench, and what tests of their launch do and ask."""

from __future__ import annotations

from collections.abc import Mapping

from groundswell.domain.operations import Operation, Phase
from groundswell.technologies.contract import Observation
from groundswell.technologies.drs import TECHNOLOGY
from tests.unit.technologies.bench import Bench, bench

LAUNCH = TECHNOLOGY.steps[Operation.FAILOVER, Phase.INSTANTIATE]
PER_CUSTOMER = 3


def servers(count: int = PER_CUSTOMER, **more: object) -> Bench:
    """A bench with so many servers, named app-01 and so on."""
    return bench({"servers": [{"name": "app-{n:02}", "wave": 1, "per_customer": count}], **more})


def faulty(faults: Mapping[str, object], count: int = PER_CUSTOMER) -> Bench:
    """The same with faults."""
    return servers(count, faults={"throttling": [], **faults})


def drill(at: Bench, server_id: str) -> str:
    """Somebody begins a drill of the server."""
    answer = at.clients.client("drs").start_recovery(sourceServers=[{"sourceServerID": server_id}], isDrill=True)
    return str(answer["job"]["jobID"])


def kinds(seen: list[Observation]) -> list[type[Observation]]:
    """What was seen, without the words."""
    return [type(one) for one in seen]


def status_of_the_job(at: Bench) -> str:
    """Of the one job that there is, as DRS tells it."""
    jobs = at.clients.client("drs").describe_jobs()["items"]
    return str(jobs[0]["status"]) if jobs else "not listed"
