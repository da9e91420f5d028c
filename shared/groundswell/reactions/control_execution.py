"""People's decisions: each takes effect wholly, or is refused with the reason; delivered again it changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from groundswell.domain.control import AboutResources, named_in_full, objection, objection_to_resources
from groundswell.domain.errors import StaleWriteError
from groundswell.domain.events.commands import (
    DOOR_SOURCE,
    Command,
    DRCancelRequested,
    DRPauseRequested,
    DRResumeRequested,
    ResourceRetryRequested,
    ResourceSkipRequested,
    WaveApproveRequested,
    WaveRejectRequested,
)
from groundswell.domain.events.facts import CommandRefused
from groundswell.domain.identity import Names
from groundswell.domain.ids import ExecutionId, ResourceId, retry_id_of
from groundswell.domain.instants import to_text
from groundswell.domain.records import Execution, IntentState, Resource, StoredEvent, Wave, WorkOrder
from groundswell.domain.states import ResourceState
from groundswell.ledger import control, reading, reopening
from groundswell.ledger.control import Decision
from groundswell.ports.store import Store
from groundswell.ports.world import Clock, Tokens
from groundswell.reactions.attempts import until_committed
from groundswell.reactions.close_wave import try_close


@dataclass(frozen=True)
class Commanded:
    """A command as it came over the bus; what AWS vouches for is its source."""

    source: str
    command_id: str
    execution_id: ExecutionId
    said_at: datetime
    command: Command


@dataclass(frozen=True)
class _Seen:
    """The execution as it stands when a command is decided about."""

    execution: Execution
    waves: Sequence[Wave]
    is_answered: bool
    """It has taken effect, perhaps in part, or was refused."""
    is_refused: bool

    def wave(self, number: int) -> Wave:
        """The wave of this number, which it has."""
        return next(wave for wave in self.waves if wave.wave == number)


@dataclass(frozen=True)
class Controller:
    """Lets people decide."""

    store: Store
    clock: Clock
    tokens: Tokens
    order_size: Callable[[str], int]
    """Resources that an order of a technology holds at most."""

    def decide(self, commanded: Commanded) -> str | None:
        """Let a command take effect, or refuse it; why it was refused just now, None where it was not.

        Raises:
            StaleWriteError: it comes from somebody whose identity nobody vouches for, or is about no execution.
            TransientError: the execution moves on faster than it can be decided about; the message comes again.
        """
        if commanded.source != DOOR_SOURCE:
            raise StaleWriteError(
                f"{commanded.command.detail_type} from source {commanded.source} is refused: decisions come through "
                "the door, which knows who decides; use dr"
            )
        refused = list[str]()
        until_committed(lambda: self._decide_once(commanded, refused), f"deciding about {commanded.execution_id}")
        return refused[0] if refused else None

    def _decide_once(self, commanded: Commanded, refused: list[str]) -> bool:
        """One transaction; whether there may be more to do. A refusal's reason is added to `refused`."""
        seen = self._look(commanded)
        if seen.is_refused:
            return False
        decision = Decision(commanded.command_id, commanded.command, self.clock.now())
        if isinstance(commanded.command, AboutResources):
            return self._about_resources(seen, commanded, commanded.command, decision, refused)
        if seen.is_answered:
            return False
        against = objection(commanded.command, seen.execution, seen.waves)
        if against:
            self._refuse(seen, decision, against, refused)
        else:
            self._carry_out(seen, decision)
        return False

    def _refuse(self, seen: _Seen, decision: Decision, against: str, refused: list[str]) -> None:
        control.refuse(self.store, seen.execution, decision, against)
        refused.append(against)

    def _look(self, commanded: Commanded) -> _Seen:
        """The execution first, its facts last: so a decision that was taken before is not overlooked."""
        execution = reading.find_execution(self.store, commanded.execution_id)
        if execution is None:
            raise StaleWriteError(f"the ledger holds no execution {commanded.execution_id}; the command is dropped")
        waves = reading.waves(self.store, commanded.execution_id)
        facts = reading.facts(self.store, commanded.execution_id)
        answers = {fact.detail_type for fact in facts if _cause_of(fact) == commanded.command_id}
        return _Seen(execution, waves, bool(answers), CommandRefused.detail_type in answers)

    def _carry_out(self, seen: _Seen, decision: Decision) -> None:
        match decision.command:
            case DRPauseRequested():
                control.pause(self.store, seen.execution, decision)
            case DRResumeRequested():
                control.resume(self.store, seen.execution, seen.waves, decision)
            case DRCancelRequested():
                control.cancel(self.store, seen.execution, decision)
            case WaveApproveRequested(wave=number):
                control.approve(self.store, seen.execution, seen.wave(number), decision, waves=seen.waves)
            case WaveRejectRequested(wave=number):
                control.reject_wave(self.store, seen.execution, seen.wave(number), decision)

    def _about_resources(
        self, seen: _Seen, commanded: Commanded, command: AboutResources, decision: Decision, refused: list[str]
    ) -> bool:
        """Retry or skip one transaction's worth, and close the wave where nothing is left to wait for."""
        against = objection(command, seen.execution, seen.waves)
        if against is None:
            command, against = self._in_full(command, seen)
        if against is None:
            meant = self._meant(command, commanded, seen)
            against = None if seen.is_answered else objection_to_resources(command, meant, self._in_doubt(meant))
            if against is None:
                left = [each for each in meant.values() if each.state in _DECIDABLE[type(command)]]
                is_more = self._take_chunk(seen, command, left, decision)
                try_close(self.store, self.clock, commanded.execution_id, command.wave, cause=decision.command_id)
                return is_more
        if not seen.is_answered:
            self._refuse(seen, decision, against, refused)
        return False

    def _in_full(self, command: AboutResources, seen: _Seen) -> tuple[AboutResources, str | None]:
        """The command with the ids of what it names, and what of it is not clear."""
        if not command.resource_ids:
            return command, None
        known = reading.resources(self.store, seen.wave(command.wave).lanes)
        return named_in_full(command, Names(each.resource_id for each in known))

    def _meant(self, command: AboutResources, commanded: Commanded, seen: _Seen) -> Mapping[ResourceId, Resource]:
        """The resources that the command is about: those that it names, or else all that had failed when it was said.

        What failed after it was carried out in part, or whole, was perhaps tried again by it, and is not meant.
        """
        named = set(command.resource_ids)
        everything = reading.resources(self.store, seen.wave(command.wave).lanes)
        wanted = (each for each in everything if (each.resource_id in named if named else _has_failed(each)))
        until = None if named and not seen.is_answered else to_text(commanded.said_at)
        return {each.resource_id: each for each in wanted if until is None or _had_failed(each, until)}

    def _take_chunk(self, seen: _Seen, command: AboutResources, left: list[Resource], decision: Decision) -> bool:
        """Commit the first of what is left; whether something more is."""
        if not left:
            return False
        wave = seen.wave(command.wave)
        if isinstance(command, ResourceRetryRequested):
            chunk = self._first_group(left)
            order = self._order(seen.execution, chunk, decision)
            reopening.retry(self.store, seen.execution, wave, chunk, order, decision)
        else:
            chunk = left[: reopening.MAX_RESOURCES]
            reopening.skip(self.store, seen.execution, wave, chunk, decision)
        return len(chunk) < len(left)

    def _first_group(self, left: Sequence[Resource]) -> list[Resource]:
        """As many of the first one's technology, place and attempt as an order takes."""
        first = left[0]
        same = [each for each in left if _group_of(each) == _group_of(first)]
        return same[: min(self.order_size(first.technology), reopening.MAX_RESOURCES)]

    def _order(self, execution: Execution, resources: Sequence[Resource], decision: Decision) -> WorkOrder:
        first = resources[0]
        assert execution.operation  # noqa: S101 - narrows: only valid requests have waves
        return WorkOrder(
            execution_id=execution.execution_id,
            order_id=retry_id_of(
                execution.execution_id, first.wave, first.technology, decision.command_id, first.resource_id
            ),
            wave=first.wave,
            technology=first.technology,
            account=first.account,
            region=first.region,
            operation=execution.operation,
            attempt=first.attempt + 1,
            token=self.tokens.new(),
            resource_ids=tuple(resource.resource_id for resource in resources),
            correlation_id=execution.correlation_id,
            causation_id=decision.command_id,
            created_at=to_text(decision.at),
        )

    def _in_doubt(self, meant: Mapping[ResourceId, Resource]) -> Mapping[ResourceId, str]:
        """Those with a call of which nobody knows what became, with that call's key."""
        found = dict[ResourceId, str]()
        for order in self._orders_of(meant.values()):
            for intent in reading.intents(self.store, order):
                if intent.state is IntentState.OPEN:
                    found |= {name: intent.key for name in intent.resource_ids if name in meant}
        return found

    def _orders_of(self, resources: Iterable[Resource]) -> Iterable[WorkOrder]:
        for lane, order_id in sorted({(each.lane, each.order_id) for each in resources if each.order_id}):
            order = reading.find_order(self.store, lane, order_id)
            if order is not None:
                yield order


_DECIDABLE = {
    ResourceRetryRequested: (ResourceState.FAILED,),
    ResourceSkipRequested: (ResourceState.FAILED, ResourceState.PENDING),
}
"""The states from which a command takes a resource that it names."""


def _cause_of(fact: StoredEvent) -> str:
    return str(json.loads(fact.detail)["metadata"]["causation_id"])


def _has_failed(resource: Resource) -> bool:
    return resource.state is ResourceState.FAILED


def _had_failed(resource: Resource, until: str) -> bool:
    return not _has_failed(resource) or (resource.ended_at or "") <= until


def _group_of(resource: Resource) -> tuple[str, str, str, int]:
    return resource.technology, resource.account, resource.region, resource.attempt
