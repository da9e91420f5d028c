"""Every minute: whatever went silent is taken up again, deadlines are told, and what is due is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from groundswell.domain.ids import ExecutionId
from groundswell.domain.instants import from_text, to_text
from groundswell.domain.records import Execution, Wave, WorkOrder
from groundswell.domain.states import OPEN_RESOURCE, WORKED_WAVE, ExecutionStatus
from groundswell.ledger import reading, waves
from groundswell.ledger.holding import chunks
from groundswell.ports.store import Store, TransactionRefusedError
from groundswell.ports.world import Bus, Clock
from groundswell.reactions.advance_execution import advance
from groundswell.reactions.close_wave import try_close
from groundswell.reactions.ordering import Ordering
from groundswell.reactions.plan_execution import plan_again
from groundswell.reactions.relay_events import Relay

_RELAY_CHUNK = 50


@dataclass
class Swept:
    """What a sweep found."""

    open_executions: int = 0
    renewed_orders: int = 0
    relayed_facts: int = 0
    refused_facts: int = 0
    resumed_plans: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sweeper:
    """Sweeps."""

    store: Store
    bus: Bus
    clock: Clock
    ordering: Ordering
    relay: Relay
    fan_out: Callable[[ExecutionId, int, str], None]
    silence: timedelta
    """How long something may be overdue before it is taken up again."""

    def sweep(self, *, cause: str) -> Swept:
        """Look at everything that is open; an error with one execution hides no other."""
        swept = Swept()
        self._relay_facts(swept)
        for execution in reading.open_executions(self.store):
            swept.open_executions += 1
            try:
                self._sweep_execution(execution, swept, cause)
            except Exception as error:
                swept.errors.append(f"{execution.execution_id}: {error!r}")
        return swept

    def _relay_facts(self, swept: Swept) -> None:
        silent = to_text(self.clock.now() - self.silence)
        for chunk in chunks(reading.unpublished(self.store, up_to=silent), _RELAY_CHUNK):
            refused = self.relay.publish(chunk)
            swept.refused_facts += len(refused)
            swept.relayed_facts += len(chunk) - len(refused)

    def _sweep_execution(self, listed: Execution, swept: Swept, cause: str) -> None:
        execution = reading.execution(self.store, listed.execution_id)
        if execution.status is ExecutionStatus.PLANNING:
            self._plan_again(execution, swept)
            return
        for wave in reading.waves(self.store, execution.execution_id):
            if wave.status in WORKED_WAVE:
                self._sweep_wave(execution, wave, swept, cause)
        advance(self.store, self.clock, execution.execution_id, cause=cause)

    def _plan_again(self, execution: Execution, swept: Swept) -> None:
        if execution.planner_until and self._is_silent_since(execution.planner_until):
            self.bus.publish([plan_again(execution)])
            swept.resumed_plans += 1

    def _sweep_wave(self, execution: Execution, wave: Wave, swept: Swept, cause: str) -> None:
        number = wave.wave
        try_close(self.store, self.clock, execution.execution_id, number, cause=cause)
        self._tell_missed_deadline(execution.execution_id, number, cause)
        if wave.remaining == 0:
            return
        if self._is_cut(execution.execution_id, wave):
            silent = list(self._silent_orders(execution.execution_id, number))
            self.ordering.request(silent)
            swept.renewed_orders += len(silent)
        elif wave.started_at and self._is_silent_since(wave.started_at):
            self.fan_out(execution.execution_id, number, cause)

    def _is_cut(self, execution_id: ExecutionId, wave: Wave) -> bool:
        orders = reading.orders(self.store, execution_id, wave.wave)
        return sum(len(order.resource_ids) for order in orders if order.attempt == 1) >= wave.total

    def _tell_missed_deadline(self, execution_id: ExecutionId, number: int, cause: str) -> None:
        wave = reading.wave(self.store, execution_id, number)
        is_missed = wave.status in WORKED_WAVE and self.clock.now() > from_text(wave.deadline_at)
        if not is_missed or wave.deadline_missed_at or wave.remaining == 0:
            return
        execution = reading.execution(self.store, execution_id)
        try:
            waves.miss_deadline(self.store, execution, wave, cause=cause, at=self.clock.now())
        except TransactionRefusedError:
            # Something moved on at the same moment; the next sweep tells it if it is still so.
            return

    def _silent_orders(self, execution_id: ExecutionId, number: int) -> Iterable[WorkOrder]:
        """Orders with a resource not yet marked of which nothing was heard for too long."""
        unmarked = {
            resource.order_id
            for resource in reading.resources(self.store, execution_id, number)
            if resource.state in OPEN_RESOURCE
        }
        for order in reading.orders(self.store, execution_id, number):
            if order.order_id in unmarked and self._is_silent(order):
                yield order

    def _is_silent(self, order: WorkOrder) -> bool:
        signs = (order.claim_until, order.next_look, order.requested_at, order.ended_at, order.created_at)
        return self._is_silent_since(max(sign for sign in signs if sign))

    def _is_silent_since(self, text: str) -> bool:
        return from_text(text) + self.silence < self.clock.now()
