"""The scenario: an estate described by patterns, not by lists."""

import string
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from rehearsal.estate.scenario.checks import Checks, WebPage
from rehearsal.estate.scenario.faults import Faults
from rehearsal.estate.scenario.landing import Landing, ZoneLetter
from rehearsal.estate.scenario.member import Member
from rehearsal.estate.scenario.story import Story
from rehearsal.estate.scenario.strict import Part
from rehearsal.estate.scenario.systems import Systems
from rehearsal.estate.scenario.templates import Template
from rehearsal.estate.scenario.times import DrsTimes, Oddities, Times

Account = Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]

DEFAULT_QUOTAS: dict[str, float] = {
    # DRS, as AWS has them
    "L-D88FAC3A": 20,
    "L-B827C881": 100,
    "L-05AFA8C6": 500,
    "L-DD6D028C": 1,
    "L-C1D14A2B": 300,
    "L-E28BE5E0": 4000,
    # vCPUs of On-Demand instances, and TiB of EBS volumes: of an account that was made ready for its disaster
    "L-1216C47A": 100_000,
    "L-7295265B": 1_000,
    "L-DB2E81BA": 1_000,
    "L-7A658B76": 10_000,
    "L-D18FCD1D": 10_000,
    "L-FD252861": 1_000,
}


class ServerGroup(Member):
    """So many servers for each customer, replicated by DRS into the target Region."""

    name: Template
    per_customer: int = Field(ge=1)
    launch_disposition: Literal["STARTED", "STOPPED"] = "STARTED"
    instance_type: str = Field("m5.large", description="in the launch template")
    recommended_type: str | None = Field(None, description="by right-sizing; None is that of the launch template")
    right_sizing: Literal["NONE", "BASIC", "IN_AWS"] = "NONE"
    copy_private_ip: bool = Field(False, description="it is launched with the address of its source")
    disk_gib: int = Field(100, ge=1, description="the one disk of each server; launched as gp3")
    subnet: ZoneLetter | None = Field("a", description="the letter of its zone; None: no subnet is named")
    times: DrsTimes | None = Field(None, description="this group's own durations, instead of times.drs")


class AuroraGroup(Member):
    """Aurora global databases for each customer: the writer in the primary Region, a secondary in the target Region."""

    name: Template
    per_customer: int = Field(1, ge=1)
    engine: Literal["aurora-postgresql", "aurora-mysql"] = "aurora-postgresql"
    version: str | None = Field(None, description="of the engine, e.g. 16.6 or 8.0.mysql_aurora.3.08.0")
    secondary_version: str | None = Field(None, description="of the secondary; None is that of the writer")
    secondary_instances: int = Field(1, ge=0, description="0 is a headless secondary")
    serverless_min_capacity: float | None = Field(None, ge=0, description="ACUs; None is provisioned")


class RecordGroup(Member):
    """One DNS name for each customer with a pair of record sets, one to each Region."""

    name: Template = Field(description="without the zone, e.g. app.{customer}")
    routing: Literal["weighted", "failover"]
    type: Literal["A", "CNAME"] = "CNAME"
    ttl: int = Field(60, ge=0)
    health_checks: bool = Field(False, description="weighted sets have one each; failover sets always do")


class Dns(Part):
    """A hosted zone of this name in each account, and the names in it."""

    zone: str = "example."
    records: tuple[RecordGroup, ...] = ()


class Customers(Part):
    """How many customers there are and what they are called: a letter each, or a number beyond 26."""

    count: int = Field(20, ge=1, le=2000)
    prefix: str = "customer-"

    def names(self) -> list[str]:
        """All customers, in order."""
        letters = string.ascii_lowercase
        if self.count <= len(letters):
            return [self.prefix + letter for letter in letters[: self.count]]
        return [f"{self.prefix}{number:03}" for number in range(1, self.count + 1)]


class Scenario(Part):
    """An estate and its behaviour. Customers are dealt to the accounts in turn."""

    name: str = "unnamed"
    description: str = ""
    seed: int = 1
    environment: str = "production"
    primary_region: Region = "us-east-1"
    target_region: Region = "us-west-2"
    accounts: tuple[Account, ...] = Field(min_length=1)
    customers: Customers = Customers()
    servers: tuple[ServerGroup, ...] = ()
    aurora: tuple[AuroraGroup, ...] = ()
    dns: Dns = Dns()
    systems: Systems = Systems()
    checks: Checks = Checks()
    web: tuple[WebPage, ...] = Field((), description="what https checks meet; in process only")
    page_size: int = Field(100, ge=1, description="the most items that a service returns at once")
    quotas: dict[str, float] = Field(
        default_factory=DEFAULT_QUOTAS.copy, description="Service Quotas of DRS, EC2 and EBS, by quota code"
    )
    landing: Landing = Landing()
    times: Times = Times()
    oddities: Oddities = Oddities()
    faults: Faults = Faults()
    story: Story | None = None

    @model_validator(mode="after")
    def _story_mends_what_is_broken(self) -> "Scenario":
        broken = {rule.servers for rule in self.faults.launch_failures}
        if self.story and (unknown := sorted(self.story.mended - broken)):
            named = ", ".join(sorted(broken)) or "none"
            raise ValueError(f"story mends {', '.join(unknown)}; the servers of faults.launch_failures are {named}")
        return self

    @model_validator(mode="after")
    def _regions_differ(self) -> "Scenario":
        if self.primary_region == self.target_region:
            raise ValueError(f"primary_region and target_region are both {self.primary_region}; they must differ")
        return self

    @model_validator(mode="after")
    def _known_quotas(self) -> "Scenario":
        unknown = sorted(set(self.quotas) - set(DEFAULT_QUOTAS))
        if unknown:
            raise ValueError(f"quotas: unknown code {', '.join(unknown)}; allowed: {', '.join(DEFAULT_QUOTAS)}")
        return self

    def quota(self, code: str) -> float:
        """The value in force of a quota."""
        return self.quotas.get(code, DEFAULT_QUOTAS[code])

    def homes(self) -> list[tuple[str, str]]:
        """Each customer with the account that holds it."""
        return [(name, self.accounts[index % len(self.accounts)]) for index, name in enumerate(self.customers.names())]
