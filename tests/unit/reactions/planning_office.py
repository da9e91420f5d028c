"""A planner over an estate of a few findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import JsonValue

from groundswell.adapters.aws_errors import read_error
from groundswell.adapters.recording_clients import RecordingClients
from groundswell.domain.acceptance import Asked, Rules
from groundswell.domain.conditions import Item
from groundswell.domain.ids import ExecutionId, ResourceId, execution_id_of
from groundswell.domain.inventory import Contents
from groundswell.domain.plan import Served
from groundswell.domain.protection import Finding
from groundswell.domain.records import Execution, Hold
from groundswell.ledger import keys, reading
from groundswell.ports.world import Clock, Inventory
from groundswell.reactions.dry_run.calls import DryRun
from groundswell.reactions.plan_execution import Planner
from groundswell.reactions.preflight import Preflight
from groundswell.reactions.preview_plan import Previewer
from groundswell.reactions.survey import Survey
from groundswell.technologies.contract import Look, Technology
from tests.declared import declared
from tests.trusting import ROLES
from tests.unit.domain.builders import finding
from tests.unit.reactions.bench import Bench

A = TypeVar("A")
B = TypeVar("B")
RULES = Rules("us-west-2", True, timedelta(minutes=15), (900, 1800), 1000, timedelta(seconds=35))
REQUEST: Mapping[str, JsonValue] = {"customer": "customer-a", "environment": "production", "operation": "failover"}


def one_by_one(function: Callable[[A], B], arguments: Iterable[A]) -> Sequence[B]:
    """No threads in tests."""
    return [function(argument) for argument in arguments]


def in_turn(things: Sequence[Callable[[], object]], *, within: timedelta) -> None:  # noqa: ARG001 - the port's
    """No threads in tests, and time enough."""
    for thing in things:
        thing()


@dataclass
class Declared:
    """An inventory of these entries."""

    given: list[tuple[str, JsonValue]] = field(default_factory=list)
    error: Exception | None = None

    def read(self) -> Contents:
        """The entries, or the error."""
        if self.error:
            raise self.error
        return declared(self.given)


@dataclass
class Office:
    """A planner and what it looks at."""

    findings: list[Finding] = field(default_factory=list)
    bench: Bench = field(default_factory=Bench)
    rules: Rules = RULES
    supports: Callable[[str, Any], bool] = lambda *_: True
    find: Callable[[Look], Iterable[Finding]] | None = None
    inventory: Inventory = field(default_factory=Declared)
    acting: dict[str, Technology | None] = field(default_factory=dict)
    """Technologies by name, as a dry run tries them; None: a program that is not ours."""

    @property
    def technology(self) -> Technology:
        """Finds what the office says."""
        return Technology("drs", "Servers", "For tests.", {}, find=self.find or (lambda _: self.findings))

    def survey(self, *technologies: Technology) -> Survey:
        """The survey of one account."""
        return Survey(
            accounts=("222222222201",),
            account="111111111111",
            region="us-west-2",
            technologies=technologies or (self.technology,),
            clients=self.bench.accounts,
            inventory=self.inventory,
            role="groundswell-inventory",
            clock=self.bench.clock,
            spread=one_by_one,
            read_error=read_error,
        )

    @property
    def dry_run(self) -> DryRun:
        """What finds calls: those of the technologies that the office is told of."""
        return DryRun(
            technology=lambda name: self.acting.get(name, self.technology),
            clients=self.bench.accounts,
            inventory_role="groundswell-inventory",
            recovery_role=lambda name: f"groundswell-{name}",
            order_size=lambda _: 90,
            record=RecordingClients,
            clock=self.bench.clock,
            spread=one_by_one,
            read_error=read_error,
        )

    def preflight(self, *technologies: Technology) -> Preflight:
        """What checks plans against the world."""
        survey = self.survey(*technologies)
        return Preflight(
            store=self.bench.store,
            technologies=survey.technologies,
            region=survey.region,
            clients=survey.clients,
            role=survey.role,
            recovery=ROLES,
            clock=self.bench.clock,
            side_by_side=in_turn,
            read_error=read_error,
        )

    def planner(self, clock: Clock | None = None) -> Planner:
        """A run of the planner; a zombie has a clock of its own."""
        served = Served(supports=self.supports, answers=lambda _: True)
        bench = self.bench
        return Planner(
            bench.store,
            bench.bus,
            clock or bench.clock,
            self.survey(),
            served,
            self.rules,
            self.dry_run,
            self.preflight(),
            read_error,
        )

    def previewer(self) -> Previewer:
        """What shows plans."""
        served = Served(supports=self.supports, answers=lambda _: True)
        return Previewer(self.bench.store, self.survey(), served, self.rules, self.dry_run, self.preflight())

    def ask(self, event_id: str = "event-1", *, at: datetime | None = None, **changes: JsonValue) -> None:
        """Deliver a request for customer-a's production, with changes."""
        detail = {**REQUEST, **changes}
        asked = Asked(event_id, "operator", "111111111111", at or self.bench.clock.now(), detail)
        self.planner().plan(asked)

    def execution(self, request_id: str = "event-1") -> Execution:
        """The execution of a request."""
        return reading.execution(self.bench.store, execution_id_of(request_id))

    def items(self) -> list[Item]:
        """Everything that is in the ledger."""
        return list(self.bench.store.everything())

    def facts(self, request_id: str = "event-1") -> list[str]:
        """The types of an execution's facts."""
        return [fact.detail_type for fact in reading.facts(self.bench.store, execution_id_of(request_id))]

    def resources(self, request_id: str = "event-1") -> dict[int, list[str]]:
        """What was written of each wave."""
        found = self.execution(request_id)
        written = {lane.wave: list[str]() for lane in found.planned_lanes}
        for resource in reading.resources(self.bench.store, found.planned_lanes):
            written[resource.wave].append(name_of(resource.resource_id))
        return written

    def holders(self, *names: str) -> dict[str, ExecutionId | None]:
        """Who holds each of these."""
        items = {name: self.bench.store.get(keys.hold_key(id_of(name))) for name in names}
        return {name: Hold.of(item).execution_id if item else None for name, item in items.items()}


def id_of(name: str) -> ResourceId:
    """The id of a server that goes by this name."""
    return ResourceId(f"drs/222222222201/{name}")


def name_of(resource_id: ResourceId) -> str:
    """What a server of this id is called."""
    return resource_id.removeprefix("drs/222222222201/")


def servers(*names: str, wave: int = 1, tags: dict[str, str] | None = None) -> list[Finding]:
    """Findings that go by these names."""
    return [finding(name, tags={"dr:resource-id": name, "dr:wave": str(wave), **(tags or {})}) for name in names]
