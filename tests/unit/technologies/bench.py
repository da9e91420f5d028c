"""A work bench for technologies: the simulated estate, a look at it, and the little of a runner that a step needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from pydantic import JsonValue

from groundswell.domain.ids import ResourceId
from groundswell.domain.operations import PHASES, Operation
from groundswell.technologies.contract import (
    Done,
    Evidence,
    Failed,
    Intent,
    Look,
    NotBegun,
    Observation,
    Step,
    Target,
    Technology,
)
from rehearsal.estate.caller import Caller
from rehearsal.estate.clock import VirtualClock
from rehearsal.estate.engine import Estate
from rehearsal.estate.scenario.model import Scenario
from rehearsal.estate.scenario_faults import ScenarioFaults
from tests.unit.technologies.account import Account

ACCOUNT = "222222222201"
TARGET = "us-west-2"
SOURCE = "us-east-1"
STEP_SECONDS = 20.0
MOST_LOOKS = 600


@dataclass
class Bench:
    """An estate with its clock, and the clients of one account in the target Region."""

    estate: Estate
    clock: VirtualClock
    clients: Account
    caller: Caller
    keys: int = field(default=0)

    def look(self, operation: Operation = Operation.FAILOVER) -> Look:
        """A look at the estate as it is now."""
        return Look(account=ACCOUNT, region=TARGET, operation=operation, now=self.clock.now(), clients=self.clients)

    @property
    def scenario_faults(self) -> ScenarioFaults:
        """What goes wrong in the estate: more can be added while it runs."""
        assert isinstance(self.estate.faults, ScenarioFaults)
        return self.estate.faults

    def asked(self) -> int:
        """How many calls that change something were made, and web addresses asked."""
        return len(self.estate.log.select(mutating=True)) + self.clients.web.asked.total()

    def found(self, technology: Technology) -> list[Target]:
        """What the technology finds, ready for its first phase."""
        assert technology.find is not None
        return [target_of(one.resource_id, one.parameters) for one in technology.find(self.look())]

    def act(self, step: Step, targets: Sequence[Target], *, operation: Operation = Operation.FAILOVER) -> list[Target]:
        """Makes the call; the targets with its intent, whose handle is missing where the answer was lost."""
        assert step.act is not None
        self.keys += 1
        key, at = f"dr-0123456789abcdef.w001.test.{self.keys}", self.clock.now()
        try:
            handle = step.act(self.look(operation), targets, key)
        except (EndpointConnectionError, ReadTimeoutError):
            handle = None
        return [replace(one, intents=(*one.intents, Intent(key, at, handle))) for one in targets]

    def observe(
        self, step: Step, targets: Sequence[Target], *, operation: Operation = Operation.FAILOVER
    ) -> list[Observation]:
        """What observing says of each target, in their order."""
        seen = step.observe(self.look(operation), targets)
        return [seen[target.resource_id] for target in targets]

    def settle(
        self, step: Step, targets: Sequence[Target], *, operation: Operation = Operation.FAILOVER
    ) -> list[Observation]:
        """Looks again and again, without a call, until all targets are done or failed."""
        for _ in range(MOST_LOOKS):
            seen = self.observe(step, targets, operation=operation)
            if all(isinstance(one, Done | Failed) for one in seen):
                return seen
            self.clock.advance(STEP_SECONDS)
        raise AssertionError(f"not settled after {MOST_LOOKS} looks: {seen}")

    def recover(self, technology: Technology, operation: Operation, targets: Sequence[Target]) -> list[Target]:
        """Takes the targets through all phases as a runner does, and returns them with the evidence of all."""
        for phase in PHASES[operation]:
            if (operation, phase) in technology.steps:
                targets = self.take_through(technology.steps[operation, phase], targets, operation)
        return list(targets)

    def take_through(self, step: Step, targets: Sequence[Target], operation: Operation) -> list[Target]:
        """Takes the targets through one phase, to Done."""
        open_targets = {target.resource_id: replace(target, intents=()) for target in targets}
        done: dict[ResourceId, Target] = {}
        for _ in range(MOST_LOOKS):
            seen = step.observe(self.look(operation), list(open_targets.values()))
            for name, observation in seen.items():
                if isinstance(observation, Done):
                    done[name] = _with_evidence(open_targets.pop(name), observation.evidence)
            if not open_targets:
                return [done[target.resource_id] for target in targets]
            self._act_on_due(step, open_targets, seen, operation)
            self.clock.advance(STEP_SECONDS)
        raise AssertionError(f"not done after {MOST_LOOKS} looks: {seen}")

    def _act_on_due(
        self,
        step: Step,
        open_targets: dict[ResourceId, Target],
        seen: Mapping[ResourceId, Observation],
        operation: Operation,
    ) -> None:
        due = [one for name, one in open_targets.items() if isinstance(seen[name], NotBegun) and not one.intents]
        for group in {step.group(target) for target in due}:
            room = step.room(self.look(operation)) if step.room else len(due)
            members = [target for target in due if step.group(target) == group][: min(step.batch, room)]
            for target in self.act(step, members, operation=operation):
                open_targets[target.resource_id] = target


def bench(estate: Mapping[str, object] | None = None, *, initialised: bool = True) -> Bench:
    """An estate of one customer; `estate` adds to the scenario or replaces parts of it."""
    quiet = {"instance_id_missing": 0, "launching_after_job_end": 0, "events_dropped": 0}
    given = {"accounts": [ACCOUNT], "customers": {"count": 1}, "oddities": quiet, "faults": {"throttling": []}}
    scenario = Scenario.model_validate({**given, **(estate or {})})
    clock = VirtualClock()
    built = Estate(scenario, clock)
    caller = Caller(ACCOUNT, TARGET)
    built.world.site(caller).drs_initialised = initialised
    return Bench(built, clock, Account(built, caller), caller)


def target_of(
    resource_id: str, parameters: Mapping[str, JsonValue], *, evidence: Evidence | None = None, relaunch: bool = False
) -> Target:
    """A resource before its first call."""
    return Target(
        resource_id=ResourceId(resource_id),
        name=resource_id,
        parameters=parameters,
        evidence=evidence or {},
        relaunch=relaunch,
    )


def _with_evidence(target: Target, evidence: Evidence) -> Target:
    return replace(target, evidence={**target.evidence, **evidence}, intents=())
