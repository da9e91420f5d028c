"""The scenario: an estate described by patterns, not by lists."""

import string
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from rehearsal.estate.scenario.faults import Faults
from rehearsal.estate.scenario.strict import Part
from rehearsal.estate.scenario.times import DrsTimes, Oddities, Times

_FIELDS = {"customer": "customer-a", "environment": "production", "account": "222222222201", "n": 1}


def _formattable(template: str) -> str:
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
        if names - set(_FIELDS):
            raise ValueError(f"no such field as {', '.join(sorted(names - set(_FIELDS)))}")
        template.format(**_FIELDS)
    except (ValueError, KeyError, IndexError) as error:
        raise ValueError(f"{error}; a template may use {', '.join('{' + name + '}' for name in _FIELDS)}") from error
    return template


Template = Annotated[str, Field(min_length=1), AfterValidator(_formattable)]
Account = Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
Wave = Annotated[int, Field(ge=1, le=90)]

DEFAULT_QUOTAS: dict[str, float] = {
    "L-D88FAC3A": 20,
    "L-B827C881": 100,
    "L-05AFA8C6": 500,
    "L-DD6D028C": 1,
    "L-C1D14A2B": 300,
    "L-E28BE5E0": 4000,
}


class Member(Part):
    """What every resource of an estate carries: its wave and its tags. `tags` adds to and overrides the dr:* ones."""

    wave: Wave
    priority: Literal["critical", "high", "medium", "low"] | None = None
    impact: Literal["critical", "optional"] | None = None
    rto_target: int | None = Field(None, ge=0, description="minutes")
    rpo_target: int | None = Field(None, ge=0, description="minutes")
    application: Template | None = None
    enabled: bool = True
    tags: dict[str, str] = Field(default_factory=dict)


class ServerGroup(Member):
    """So many servers for each customer, replicated by DRS into the target Region."""

    name: Template
    per_customer: int = Field(ge=1)
    launch_disposition: Literal["STARTED", "STOPPED"] = "STARTED"
    times: DrsTimes | None = Field(None, description="this group's own durations, instead of times.drs")


class AuroraGroup(Member):
    """Aurora global databases for each customer: the writer in the primary Region, a secondary in the target Region."""

    name: Template
    per_customer: int = Field(1, ge=1)
    engine: Literal["aurora-postgresql", "aurora-mysql"] = "aurora-postgresql"
    secondary_instances: int = Field(1, ge=0, description="0 is a headless secondary")
    serverless_min_capacity: float | None = Field(None, ge=0, description="ACUs; None is provisioned")


class RecordGroup(Member):
    """One DNS name for each customer with a pair of record sets, one to each Region."""

    name: Template = Field(description="without the zone, e.g. app.{customer}")
    routing: Literal["weighted", "failover"]
    type: Literal["A", "CNAME"] = "CNAME"
    ttl: int = Field(60, ge=0)


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
    page_size: int = Field(100, ge=1, description="the most items that a service returns at once")
    quotas: dict[str, float] = Field(
        default_factory=DEFAULT_QUOTAS.copy, description="Service Quotas of DRS, by quota code"
    )
    times: Times = Times()
    oddities: Oddities = Oddities()
    faults: Faults = Faults()

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
        """The value in force of a DRS quota."""
        return self.quotas.get(code, DEFAULT_QUOTAS[code])

    def homes(self) -> list[tuple[str, str]]:
        """Each customer with the account that holds it."""
        return [(name, self.accounts[index % len(self.accounts)]) for index, name in enumerate(self.customers.names())]
