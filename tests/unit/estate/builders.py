"""Small estates for tests, with the oddities switched off unless a test asks for them."""

from collections.abc import Mapping
from typing import Any, cast

from rehearsal.estate.caller import Caller
from rehearsal.estate.clock import VirtualClock
from rehearsal.estate.engine import Estate
from rehearsal.estate.fault_plan import FaultPlan
from rehearsal.estate.scenario.load import parse_scenario
from rehearsal.estate.scenario.model import Scenario

ACCOUNT = "222222222201"
HERE = Caller(ACCOUNT, "us-west-2")
THERE = Caller(ACCOUNT, "us-east-1")
QUIET = {"instance_id_missing": 0, "launching_after_job_end": 0, "events_dropped": 0}

Json = dict[str, Any]


def scenario(count: int = 3, /, **changes: object) -> Scenario:
    """One account, one customer, so many servers called app-01 …; `changes` replace parts of the scenario."""
    parts: dict[str, object] = {
        "accounts": [ACCOUNT],
        "customers": {"count": 1},
        "servers": [{"name": "app-{n:02}", "per_customer": count, "wave": 1}] if count else [],
        "oddities": QUIET,
        "faults": {"throttling": []},
    }
    return Scenario.model_validate(parts | changes)


def database_scenario(**changes: object) -> Scenario:
    """One global database, `customer-a-db`, and no server."""
    return scenario(0, **({"aurora": [{"name": "{customer}-db", "wave": 1}]} | changes))


def dns_scenario(**changes: object) -> Scenario:
    """One weighted name, app.customer-a.example., and one failover name, api.customer-a.example."""
    records = [
        {"name": "app.{customer}", "wave": 1, "routing": "weighted", "type": "CNAME"},
        {"name": "api.{customer}", "wave": 1, "routing": "failover", "type": "A"},
    ]
    return scenario(0, **({"dns": {"zone": "example.", "records": records}} | changes))


class World:
    """An estate on a virtual clock, with short ways to call it as the workload account in the target Region."""

    def __init__(self, of: Scenario | None = None, faults: FaultPlan | None = None) -> None:
        self.clock = VirtualClock()
        self.estate = Estate(of or scenario(), self.clock, faults=faults)

    def call(self, service: str, operation: str, params: Mapping[str, object] | None = None, **kw: object) -> Json:
        caller = cast(Caller, kw.get("caller", HERE))
        return self.estate.call(caller, service, operation, params or {})

    def drs(self, operation: str, **params: object) -> Json:
        return self.call("drs", operation, params)

    def ec2(self, operation: str, **params: object) -> Json:
        return self.call("ec2", operation, params)

    def rds(self, operation: str, **params: object) -> Json:
        return self.call("rds", operation, params)

    def route53(self, operation: str, **params: object) -> Json:
        return self.call("route53", operation, params)

    def ssm(self, operation: str, **params: object) -> Json:
        return self.call("ssm", operation, params)

    def servers(self) -> list[str]:
        """The ids of all source servers, in the order of their names."""
        items: list[Json] = self.all_of("drs", "DescribeSourceServers", "items")
        return [item["sourceServerID"] for item in sorted(items, key=lambda item: str(item["tags"]["Name"]))]

    def all_of(self, service: str, operation: str, name: str) -> list[Json]:
        """All pages of a list that pages with nextToken."""
        found: list[Json] = []
        token: str | None = None
        while True:
            page = self.call(service, operation, {"nextToken": token} if token else {})
            found += page[name]
            token = page.get("nextToken")
            if token is None:
                return found

    def start(self, ids: list[str], **params: object) -> str:
        """The id of a new recovery job."""
        asked = [{"sourceServerID": name} for name in ids]
        return str(self.drs("StartRecovery", sourceServers=asked, **params)["job"]["jobID"])

    def job(self, job_id: str) -> Json:
        """The job as DescribeJobs shows it now."""
        items: list[Json] = self.drs("DescribeJobs", filters={"jobIDs": [job_id]})["items"]
        return items[0]

    def finish(self, job_id: str) -> Json:
        """Let time pass until the job is COMPLETED."""
        for _ in range(400):
            self.clock.advance(10)
            job = self.job(job_id)
            if job["status"] == "COMPLETED":
                return job
        raise AssertionError(f"{job_id} did not end within 4,000 s")

    def launched(self) -> str:
        """Launch the first server; the id of its recovery instance."""
        return str(self.finish(self.start(self.servers()[:1]))["participatingServers"][0]["recoveryInstanceID"])


__all__ = [
    "ACCOUNT",
    "HERE",
    "QUIET",
    "THERE",
    "World",
    "database_scenario",
    "dns_scenario",
    "parse_scenario",
    "scenario",
]
