"""Every minute: whatever went silent is taken up again, deadlines are told, and what is due is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from groundswell.domain.failure import Failure
from groundswell.domain.ids import ExecutionId
from groundswell.domain.instants import from_text, to_text
from groundswell.domain.policy import OnFailure
from groundswell.domain.records import Execution, Wave, WorkOrder
from groundswell.domain.standstill import deadline_of, stands_still
from groundswell.domain.states import OPEN_RESOURCE, WORKED_WAVE, ExecutionStatus, WaveStatus
from groundswell.ledger import reading, reopening, waves
from groundswell.ledger.holding import chunks
from groundswell.ports.store import Store, TransactionRefusedError
from groundswell.ports.world import Bus, Clock
from groundswell.reactions.advance_execution import advance
from groundswell.reactions.close_wave import try_close
from groundswell.reactions.ordering import Ordering
from groundswell.reactions.plan_execution import plan_again
from groundswell.reactions.relay_events import Relay

_RELAY_CHUNK = 50
STAYED_BEHIND = "facts that stayed behind"
"""The name of what is swept before the executions."""


@dataclass
class Swept:
    """What a sweep found."""

    open_executions: int = 0
    renewed_orders: int = 0
    relayed_facts: int = 0
    refused_facts: int = 0
    resumed_plans: int = 0
    errors: dict[str, Exception] = field(default_factory=dict)
    """What could not be done, by execution; facts that stayed behind are of several."""

    def figures(self) -> dict[str, Any]:
        """How much of everything there was."""
        return {name: len(value) if name == "errors" else value for name, value in vars(self).items()}


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
    approval_patience: timedelta = timedelta(minutes=15)
    """How long a wave may await approval before it is told that nobody decides."""

    def sweep(self, *, cause: str) -> Swept:
        """Look at everything that is open; an error with one execution, or with the bus, hides no other."""
        swept = Swept()
        try:
            self._relay_facts(swept)
        except Exception as error:
            swept.errors[STAYED_BEHIND] = error
        for execution in reading.open_executions(self.store):
            swept.open_executions += 1
            try:
                self._sweep_execution(execution, swept, cause)
            except Exception as error:
                swept.errors[execution.execution_id] = error
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
            elif wave.status is WaveStatus.AWAITING_APPROVAL:
                self._escalate(execution, wave, cause)
        advance(self.store, self.clock, execution.execution_id, cause=cause)

    def _plan_again(self, execution: Execution, swept: Swept) -> None:
        if execution.planner_until and self._is_silent_since(execution.planner_until):
            self.bus.publish([plan_again(execution)])
            swept.resumed_plans += 1

    def _sweep_wave(self, execution: Execution, wave: Wave, swept: Swept, cause: str) -> None:
        number = wave.wave
        try_close(self.store, self.clock, execution.execution_id, number, cause=cause)
        self._heed_deadline(execution.execution_id, number, cause)
        if wave.remaining == 0:
            return
        if self._is_cut(wave):
            silent = list(self._silent_orders(wave))
            self.ordering.request(silent)
            swept.renewed_orders += len(silent)
        elif wave.started_at and self._is_silent_since(wave.started_at):
            self.fan_out(execution.execution_id, number, cause)

    def _is_cut(self, wave: Wave) -> bool:
        orders = reading.orders(self.store, wave.lanes)
        return sum(len(order.resource_ids) for order in orders if order.attempt == 1) >= wave.total

    def _heed_deadline(self, execution_id: ExecutionId, number: int, cause: str) -> None:
        """Tell that a deadline has passed; where nobody is asked then, give up what is still to come."""
        execution, wave = reading.execution(self.store, execution_id), reading.wave(self.store, execution_id, number)
        if stands_still(execution.status):
            return
        now = self.clock.now()
        if wave.status not in WORKED_WAVE or wave.remaining == 0 or now <= deadline_of(execution, wave, now):
            return
        try:
            if not wave.deadline_missed_at:
                waves.miss_deadline(self.store, execution, wave, cause=cause, at=now)
            elif execution.status is ExecutionStatus.CANCELLING or wave.policy.on_failure is not OnFailure.HOLD:
                self._give_up(execution, wave, now)
                try_close(self.store, self.clock, execution_id, number, cause=cause)
        except TransactionRefusedError:
            # Something moved on at the same moment; the next sweep does it if it is still due.
            return

    def _give_up(self, execution: Execution, wave: Wave, now: datetime) -> None:
        everything = reading.resources(self.store, wave.lanes)
        unfinished = (each for each in everything if each.state in OPEN_RESOURCE)
        deadline = deadline_of(execution, wave, now)
        failure = Failure(
            cause=f"it was not recovered by its wave's deadline, {deadline:%Y-%m-%d %H:%M} UTC",
            advice="look at it in its account's console; what still becomes of it is kept in the report as late",
        )
        reopening.give_up(self.store, wave, list(islice(unfinished, reopening.MAX_RESOURCES)), failure, at=now)

    def _escalate(self, execution: Execution, wave: Wave, cause: str) -> None:
        """Say that nobody decides about a wave that waits for long."""
        waits_long = wave.asked_at and from_text(wave.asked_at) + self.approval_patience <= self.clock.now()
        if wave.escalated_at or wave.approved or not waits_long:
            return
        try:
            waves.escalate(self.store, execution, wave, cause=cause, at=self.clock.now())
        except TransactionRefusedError:
            # Somebody has decided at the same moment.
            return

    def _silent_orders(self, wave: Wave) -> Iterable[WorkOrder]:
        """Orders with a resource not yet marked of which nothing was heard for too long."""
        unmarked = {
            resource.order_id
            for resource in reading.resources(self.store, wave.lanes)
            if resource.state in OPEN_RESOURCE
        }
        for order in reading.orders(self.store, wave.lanes):
            if order.order_id in unmarked and self._is_silent(order):
                yield order

    def _is_silent(self, order: WorkOrder) -> bool:
        signs = (order.claim_until, order.next_look, order.requested_at, order.ended_at, order.created_at)
        return self._is_silent_since(max(sign for sign in signs if sign))

    def _is_silent_since(self, text: str) -> bool:
        return from_text(text) + self.silence < self.clock.now()
