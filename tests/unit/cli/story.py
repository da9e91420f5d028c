"""Tells an execution's story into a memory ledger, by the ledger's own transitions, at instants that a test says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.conditions import Value
from groundswell.domain.events.commands import DRPauseRequested, DRResumeRequested
from groundswell.domain.events.facts import DRAccepted, DRRejected, PlannedWave, Remark
from groundswell.domain.failure import Failure
from groundswell.domain.ids import Lane, OrderId, ResourceId, execution_id_of, order_id_of
from groundswell.domain.instants import to_text
from groundswell.domain.operations import Phase
from groundswell.domain.policy import WavePolicy
from groundswell.domain.protection import Impact, Protected
from groundswell.domain.records import Execution, Wave, WorkOrder
from groundswell.domain.request import DRRequested
from groundswell.domain.states import ExecutionStatus, WaveStatus
from groundswell.ledger import control, executions, holding, marking, orders, reading, waves
from groundswell.ledger.control import Decision
from groundswell.ledger.marking import Outcome
from groundswell.reactions.advance_execution import advance
from groundswell.reactions.close_wave import try_close

START = datetime(2026, 1, 31, 3, 0, tzinfo=UTC)
ACCOUNT = "222222222201"
REGION = "us-west-2"
REQUEST = DRRequested(operation="failover", customer="customer-a", environment="production", request_id="r-1")


def protected(name: str, wave: int = 1, technology: str = "drs", **also: object) -> Protected:
    """A resource as it was planned."""
    resource = Protected(
        resource_id=ResourceId(f"{technology}/{name}"),
        technology=technology,
        account=ACCOUNT,
        region=REGION,
        source_region="us-east-1",
        name=name,
        customer="customer-a",
        environment="production",
        application=None,
        wave=wave,
        impact=Impact.CRITICAL,
        rto_minutes=None,
        rpo_minutes=None,
        depends_on=(),
        parameters={},
        wake_key=None,
        fitness=None,
        warnings=(),
    )
    return resource.model_copy(update=also)


@dataclass
class StoryClock:
    """Stands still until it is told, or waited for."""

    at: datetime = START

    def now(self) -> datetime:
        """The instant that it stands at."""
        return self.at

    def pass_(self, seconds: float) -> None:
        """Goes on."""
        self.at += timedelta(seconds=seconds)


@dataclass
class Story:
    """One execution in a ledger."""

    request: DRRequested = REQUEST
    store: MemoryStore = field(default_factory=MemoryStore)
    clock: StoryClock = field(default_factory=StoryClock)

    @property
    def execution(self) -> Execution:
        """As the ledger has it."""
        return reading.execution(self.store, execution_id_of(self.request.request_id or ""))

    @property
    def waves(self) -> list[Wave]:
        """As the ledger has them."""
        return reading.waves(self.store, self.execution.execution_id)

    def wave(self, number: int) -> Wave:
        """One of them."""
        return reading.wave(self.store, self.execution.execution_id, number)

    def begin(self) -> Execution:
        """The request came; planning goes on."""
        execution = Execution(
            execution_id=execution_id_of(self.request.request_id or ""),
            request_id=self.request.request_id or "",
            content_hash=self.request.content_hash,
            request=self.request.model_dump(mode="json", exclude_none=True),
            requested_via="groundswell.cli in account 111111111111",
            operation=self.request.operation,
            scope=self.request.scope,
            target_region=REGION,
            dry_run=self.request.dry_run,
            status=ExecutionStatus.PLANNING,
            correlation_id="e-1",
            planner=1,
            created_at=to_text(self.clock.now()),
        )
        assert executions.begin(self.store, execution) is None
        return execution

    def reject(self, *reasons: str) -> Execution:
        """The request came, and was found wanting."""
        execution = self.begin()
        told = DRRejected(request_id=execution.request_id, reasons=reasons)
        executions.reject(self.store, execution, 1, told, cause="e-1", at=self.clock.now())
        return self.execution

    def accept(
        self,
        planned: Sequence[Protected],
        *,
        policies: Mapping[int, WavePolicy] | None = None,
        left_out: Sequence[Remark] = (),
    ) -> Execution:
        """The request was accepted with these resources."""
        execution, at = self.begin(), self.clock.now()
        numbers = defaultdict[int, Counter[str]](Counter)
        for resource in planned:
            numbers[resource.wave][resource.technology] += 1
        made = [self._wave(wave, numbers[wave], policies or {}) for wave in sorted(numbers)]
        told = DRAccepted(
            operation=self.request.operation,
            scope=self.request.scope,
            target_region=REGION,
            dry_run=self.request.dry_run,
            resources=len(planned),
            waves=tuple(
                PlannedWave(wave=each.wave, resources=each.total, technologies=dict(numbers[each.wave]), deadline_at=at)
                for each in made
            ),
            left_out=tuple(left_out),
            left_out_count=len(left_out),
            warnings=(),
            warnings_count=0,
        )
        if self.request.dry_run:
            executions.accept_dry_run(self.store, execution, 1, told, cause="e-1", at=at)
        else:
            lanes = {Lane(execution.execution_id, each.wave, each.technology) for each in planned}
            executions.note_lanes(self.store, execution, 1, lanes)
            holding.take(self.store, execution, 1, planned, at=at)
            executions.accept(self.store, execution, 1, made, told, cause="e-1", at=at)
        return self.execution

    def _wave(self, number: int, counts: Counter[str], policies: Mapping[int, WavePolicy]) -> Wave:
        policy = policies.get(number, WavePolicy(deadline_seconds=900 * number))
        return Wave(
            execution_id=execution_id_of(self.request.request_id or ""),
            wave=number,
            technologies=tuple(sorted(counts)),
            status=WaveStatus.PENDING,
            policy=policy,
            total=counts.total(),
            remaining=counts.total(),
            deadline_at=to_text(self.clock.now() + timedelta(seconds=policy.deadline_seconds)),
        )

    def advance(self) -> None:
        """What is due is done: the next wave opens, or the execution ends."""
        advance(self.store, self.clock, self.execution.execution_id, cause="e-1")

    def order(self, wave: int, *, calls: Mapping[str, int] | None = None, technology: str = "drs") -> WorkOrder:
        """The resources of a technology and wave are ordered."""
        execution_id, at = self.execution.execution_id, to_text(self.clock.now())
        found = reading.resources(self.store, [Lane(execution_id, wave, technology)])
        order = WorkOrder(
            execution_id=execution_id,
            order_id=order_id_of(execution_id, wave, technology, f"{ACCOUNT}.{REGION}", 0),
            wave=wave,
            technology=technology,
            account=ACCOUNT,
            region=REGION,
            operation=self.request.operation,
            token="t",
            resource_ids=tuple(each.resource_id for each in found),
            calls=dict(calls or {}),
            correlation_id="e-1",
            causation_id="e-1",
            created_at=at,
        )
        orders.cut(self.store, order)
        return order

    def call(self, order: WorkOrder) -> None:
        """The first call for the order's resources is about to be made."""
        now = self.clock.now()
        claim = orders.claim(self.store, order, now=now, until=now + timedelta(seconds=60))
        assert claim
        intent = orders.intent_for(order, Phase.INSTANTIATE, 1, order.resource_ids, now)
        assert orders.begin_intent(self.store, order, claim, intent)

    def end(
        self,
        wave: int,
        *names: str,
        failure: Failure | None = None,
        order_id: str | None = None,
        evidence: Mapping[str, Value] | None = None,
    ) -> None:
        """The named resources recovered, or failed, and the wave is closed if nothing is left."""
        execution_id, at = self.execution.execution_id, self.clock.now()
        everything = {each.resource_id: each for each in reading.resources(self.store, self.wave(wave).lanes)}
        found = {name: everything[ResourceId(name)] for name in names}
        outcomes = [
            Outcome(
                event_id=f"o-{each.resource_id}",
                resource=each,
                order_id=OrderId(order_id or each.order_id or ""),
                attempt=each.attempt,
                evidence={} if failure else {"instance": "i-1", **(evidence or {})},
                failure=failure,
                claimed_at=to_text(at),
            )
            for each in found.values()
        ]
        marked = marking.mark(self.store, execution_id, wave, outcomes, at=at)
        if marked.duplicates:
            marking.count_duplicates(self.store, execution_id, wave, len(marked.duplicates))
        try_close(self.store, self.clock, execution_id, wave, cause="e-1")

    def pause(self) -> None:
        """Somebody pauses it."""
        command = DRPauseRequested(decided_by="somebody")
        control.pause(self.store, self.execution, Decision(f"pause {self.clock.now()}", command, self.clock.now()))

    def resume(self) -> None:
        """Somebody lets it go on."""
        decision = Decision(f"resume {self.clock.now()}", DRResumeRequested(decided_by="somebody"), self.clock.now())
        control.resume(self.store, self.execution, self.waves, decision)

    def miss_deadline(self, wave: int) -> None:
        """The sweep found the wave late."""
        found = reading.wave(self.store, self.execution.execution_id, wave)
        waves.miss_deadline(self.store, self.execution, found, cause="e-1", at=self.clock.now())
