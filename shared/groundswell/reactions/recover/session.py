"""One claimed look at a work order: what its parts share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from types import MappingProxyType
from typing import NoReturn

from groundswell.domain.errors import UnreachableAccountError
from groundswell.domain.ids import ResourceId
from groundswell.domain.instants import from_text
from groundswell.domain.operations import PHASES, Phase
from groundswell.domain.records import (
    Ending,
    Execution,
    IntentRecord,
    IntentState,
    Progress,
    Resource,
    WorkOrder,
)
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger.orders import Claim
from groundswell.reactions.recover.pace import Forecast
from groundswell.technologies.contract import Intent, Look, Step, Target, Technology


@dataclass(frozen=True)
class Refusals:
    """How often in a row, up to now, and since when AWS has refused the calls for a resource with the same code."""

    code: str
    times: int
    since: datetime
    words: str
    """The last."""

    def __str__(self) -> str:
        how_often = f", {self.times} times in a row" if self.times > 1 else ""
        return f"the last refusal{how_often}: {self.words}"


class NoClients:
    """The clients of an account that cannot be reached: whoever asks for one is told so."""

    calls: Mapping[str, int] = MappingProxyType({})

    def __init__(self, error: UnreachableAccountError) -> None:
        self._error = error

    def client(self, service: str) -> NoReturn:  # noqa: ARG002 - the port's signature
        """Raises what opening them raised."""
        raise self._error


@dataclass
class Session:
    """A work order under one claim, with the progress that the look makes."""

    order: WorkOrder
    execution: Execution
    resources: dict[ResourceId, Resource]
    technology: Technology
    claim: Claim
    look: Look
    intents: list[IntentRecord]
    progress: dict[ResourceId, Progress]
    seconds_left: Callable[[], float]
    """Until the invocation is ended from outside."""
    moved: bool = False
    """Something changed: the next look comes soon."""
    barred: bool = False
    """The ledger let no call begin: paused, cancelled, ended, or the claim is lost."""
    refused_in_a_row: int = 0
    """Calls of this phase and look that AWS refused for now, since it last took one."""
    cut_short: bool = False
    """The invocation's time ran out: the rest follows at once, in the next."""
    under_way: set[ResourceId] = field(default_factory=set)
    """What this look saw on its way, or asked for."""

    @property
    def may_act(self) -> bool:
        """Whether calls may be begun as far as is known; the intent's transaction decides."""
        return self.execution.status is ExecutionStatus.RUNNING and not self.barred

    @property
    def started(self) -> set[ResourceId]:
        """The resources for which a call was begun before this look."""
        return {name for name, resource in self.resources.items() if resource.started_at}

    @property
    def phases(self) -> Sequence[Phase]:
        """The phases of the order's operation."""
        return PHASES[self.order.operation]

    def step(self, phase: Phase) -> Step | None:
        """What the technology declares for the phase; None where it has nothing to do in it."""
        return self.technology.steps.get((self.order.operation, phase))

    def in_phase(self, phase: Phase) -> list[ResourceId]:
        """The resources of this claim that are in the phase and not ended with."""
        names = [self.order.suspect] if self.order.suspect else self.order.resource_ids
        return [name for name in names if (at := self.progress[name]).phase is phase and at.ending is None]

    def targets(self, names: Sequence[ResourceId], phase: Phase) -> list[Target]:
        """The resources as a step sees them."""
        return [self._target(name, phase) for name in names]

    def _target(self, name: ResourceId, phase: Phase) -> Target:
        resource = self.resources[name]
        return Target(
            resource_id=name,
            name=resource.name,
            parameters=resource.parameters,
            evidence=self.progress[name].evidence,
            intents=tuple(
                Intent(key=intent.key, at=from_text(intent.at), handle=intent.handle)
                for intent in self.intents_of(name, phase)
            ),
            relaunch=resource.relaunch,
            oldest_copy=from_text(resource.oldest_copy) if resource.oldest_copy else None,
            since=from_text(self.progress[name].since),
        )

    def intents_of(self, name: ResourceId, phase: Phase) -> list[IntentRecord]:
        """The calls that were made, or perhaps made, for a resource in a phase; refused ones did nothing."""
        return [
            intent
            for intent in self.intents
            if intent.phase is phase and name in intent.resource_ids and intent.state is not IntentState.REFUSED
        ]

    def refusals(self, name: ResourceId, phase: Phase) -> Refusals | None:
        """The equal refusals in a row that the latest call for a resource in a phase met with; None if it did not."""
        calls = [intent for intent in self.intents if intent.phase is phase and name in intent.resource_ids]
        if not calls or calls[-1].state is not IntentState.REFUSED:
            return None
        last = calls[-1]
        equal = list(takewhile(lambda one: (one.state, one.code) == (last.state, last.code), reversed(calls)))
        return Refusals(last.code, len(equal), from_text(equal[-1].at), last.error or "")

    def change(self, name: ResourceId, **fields: object) -> None:
        """Note something new of a resource."""
        changed = self.progress[name].model_copy(update=fields)
        if (changed.phase, changed.ending) != (self.progress[name].phase, self.progress[name].ending):
            self.moved = True
        self.progress[name] = changed

    def end(self, name: ResourceId, ending: Ending, **fields: object) -> None:
        """The order has ended with a resource."""
        self.change(name, ending=ending, **fields)

    @property
    def forecast(self) -> Forecast:
        """How long it still takes, as far as is known."""
        left = [name for name, progress in self.progress.items() if progress.ending is None]
        ends = {name: end for name in left if (end := self._usual_end(name)) is not None}
        if not left or len(ends) < len(left):
            return Forecast(len(left), len(self.progress))
        whole = max(end + self._time_after(self.progress[name].phase) for name, end in ends.items())
        return Forecast(len(left), len(self.progress), min(ends.values()) - self.now, whole - self.now)

    def _usual_end(self, name: ResourceId) -> datetime | None:
        """When the phase of a resource that is under way is usually over, counted from its latest call."""
        progress = self.progress[name]
        step = self.step(progress.phase)
        if name not in self.under_way or step is None or step.typical is None:
            return None
        made = self.intents_of(name, progress.phase)
        return from_text(made[-1].at if made else progress.since) + step.typical

    def _time_after(self, phase: Phase) -> timedelta:
        """What the phases after this one usually take."""
        later = (self.step(each) for each in self.phases[self.phases.index(phase) + 1 :])
        return sum((step.typical for step in later if step and step.typical), timedelta(0))

    @property
    def ended_now(self) -> list[tuple[ResourceId, Progress]]:
        """What the order has ended with at this look: to be said, then saved."""
        before = self.order.progress
        return [(name, at) for name, at in self.progress.items() if at.ending and before[name].ending is None]

    @property
    def now(self) -> datetime:
        """When the look began."""
        return self.look.now
