"""One message, one order, one look: claim it, look, act, say, save, and number the next look."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from groundswell.domain.errors import GroundswellError, StaleWriteError
from groundswell.domain.ids import ExecutionId, OrderId
from groundswell.domain.instants import from_text
from groundswell.domain.operations import Phase
from groundswell.domain.records import Ending, OrderStatus, Resource, WorkOrder
from groundswell.domain.states import OPEN_RESOURCE
from groundswell.ledger import orders, reading
from groundswell.ledger.orders import Save
from groundswell.ports.clients import ClientSource
from groundswell.ports.store import Store
from groundswell.ports.world import Bus, Clock, LookQueue
from groundswell.reactions.recover.acting import CALL_SECONDS, ReadError, act_on
from groundswell.reactions.recover.claiming import Claimed, claim, killer_failure
from groundswell.reactions.recover.observing import observe_phase
from groundswell.reactions.recover.session import Session
from groundswell.reactions.recover.telling import tell
from groundswell.technologies.contract import Look, Step, Technology

CLAIM_GRACE = timedelta(seconds=15)
"""A claim ends this long after the invocation's hard end: time for what it had in flight to land."""


@dataclass(frozen=True)
class LookAt:
    """What a message asks for: a numbered look, or (number None) one as soon as may be, whatever the timer says."""

    execution_id: ExecutionId
    wave: int
    order_id: OrderId
    number: int | None = None
    is_request: bool = False
    """It came over the bus: somebody waits for the outcomes, and gets those of an order that has ended again."""

    @property
    def body(self) -> str:
        """The message of a numbered look in the technology's own queue."""
        look = {"execution_id": self.execution_id, "wave": self.wave, "order_id": self.order_id, "number": self.number}
        return json.dumps({"look": look})


@dataclass(frozen=True)
class Pace:
    """How soon an order is looked at again: growing while nothing moves."""

    first: timedelta
    longest: timedelta
    growth: float = 1.5

    def delay(self, idle_looks: int) -> timedelta:
        """The delay after so many looks at which nothing moved."""
        return min(self.first * self.growth ** min(idle_looks, 20), self.longest)


@dataclass(frozen=True)
class Worker:
    """Works on the orders of one technology."""

    technology: Technology
    store: Store
    bus: Bus
    queue: LookQueue
    clients: ClientSource
    clock: Clock
    pace: Pace
    role: str
    read_error: ReadError

    def look(self, wanted: LookAt, *, seconds_left: Callable[[], float]) -> None:
        """Look at an order, unless it is looked at already or the message is overtaken."""
        order = reading.find_order(self.store, wanted.execution_id, wanted.wave, wanted.order_id)
        if order is None or order.technology != self.technology.name:
            raise StaleWriteError(f"the ledger holds no {self.technology.name} order {wanted.order_id}; it is ignored")
        if order.status is OrderStatus.ENDED:
            return self._say_again(order) if wanted.is_request else None
        if wanted.number is not None and wanted.number != order.look:
            return self._after_overtaken(order, wanted)
        now = self.clock.now()
        if (
            wanted.number is None
            and order.looked_at
            and now < (soonest := from_text(order.looked_at) + self.pace.first)
        ):
            return self._schedule(order, None, soonest)
        until = now + timedelta(seconds=seconds_left()) + CLAIM_GRACE
        claimed = claim(self.store, order, now=now, until=until)
        if claimed is not None:
            return self._work(claimed, seconds_left)
        if wanted.number is None:
            orders.ask_another_look(self.store, order)
        return None

    def _say_again(self, order: WorkOrder) -> None:
        tell(self.bus, order, order.progress.items(), at=self.clock.now())

    def _after_overtaken(self, order: WorkOrder, wanted: LookAt) -> None:
        """The timer before the awaited one again: its worker may have died before it set the next, so set that."""
        if wanted.number == order.look - 1 and order.claim_until is None:
            self._schedule(order, order.look, from_text(order.next_look) if order.next_look else self.clock.now())

    def _work(self, claimed: Claimed, seconds_left: Callable[[], float]) -> None:
        """Work under the claim; only a worker that dies, or has a bug, leaves it behind."""
        try:
            session = self._session(claimed, seconds_left)
            self._leave_out(session)
            self._go_through_phases(session)
            self._finish(session)
        except GroundswellError:
            orders.lay_down(self.store, claimed.claim, claimed.order)
            raise

    def _session(self, claimed: Claimed, seconds_left: Callable[[], float]) -> Session:
        order = claimed.order
        clients = self.clients.open(
            account=order.account,
            region=order.region,
            role=self.role,
            session_name=order.execution_id,
            calls_per_second=self.technology.calls_per_second,
        )
        return Session(
            order=order,
            execution=reading.execution(self.store, order.execution_id),
            resources=reading.resources_named(self.store, order.execution_id, order.wave, order.resource_ids),
            technology=self.technology,
            claim=claimed.claim,
            look=Look(order.account, order.region, order.operation, self.clock.now(), clients),
            intents=reading.intents(self.store, order),
            progress=dict(order.progress),
            seconds_left=seconds_left,
        )

    def _leave_out(self, session: Session) -> None:
        """What a person skipped or cancelled is not looked at any more, and what kills its workers is given up."""
        for name in session.order.pending:
            if not self._is_ours(session.order, session.resources.get(name)):
                session.end(name, Ending.DROPPED, note="ended by somebody else meanwhile")
            elif failure := killer_failure(session.progress[name].kills):
                session.end(name, Ending.FAILED, failure=failure)

    @staticmethod
    def _is_ours(order: WorkOrder, resource: Resource | None) -> bool:
        if resource is None or (resource.order_id, resource.attempt) != (order.order_id, order.attempt):
            return False
        return resource.state in OPEN_RESOURCE

    def _go_through_phases(self, session: Session) -> None:
        for phase in session.phases:
            step = session.step(phase)
            if step is None:
                continue
            if session.seconds_left() < CALL_SECONDS:
                session.cut_short = True
                return
            self._take_phase(session, phase, step)

    def _take_phase(self, session: Session, phase: Phase, step: Step) -> None:
        try:
            due = observe_phase(session, phase, step)
            act_on(self.store, session, phase, step, due, self.read_error)
        except Exception as error:
            told = self.read_error(error)
            if told is None:
                raise
            for name in session.in_phase(phase):
                session.change(name, note=f"could not be looked at: {told.words}")

    def _finish(self, session: Session) -> None:
        """Say, then save, then set the timer: a crash in between costs a repetition, never an outcome."""
        order, now = session.order, self.clock.now()
        tell(self.bus, order, session.ended_now, at=now)
        idle = 0 if session.moved else order.idle_looks + 1
        over = all(progress.ending for progress in session.progress.values())
        next_look = None if over else now + self._delay(session, idle)
        save = Save(
            progress=session.progress,
            calls=_sum(order.calls, session.look.clients.calls),
            idle_looks=idle,
            next_look=next_look,
            at=now,
        )
        orders.release(self.store, order, session.claim, save)
        if next_look is not None:
            self._schedule(order, order.look + 1, self._sooner_if_woken(order, next_look))

    def _delay(self, session: Session, idle: int) -> timedelta:
        return timedelta(0) if session.cut_short else self.pace.delay(idle)

    def _sooner_if_woken(self, order: WorkOrder, next_look: datetime) -> datetime:
        latest = reading.find_order(self.store, order.execution_id, order.wave, order.order_id)
        return self.clock.now() if latest and latest.look_again else next_look

    def _schedule(self, order: WorkOrder, number: int | None, at: datetime) -> None:
        delay = max(0, ceil((at - self.clock.now()).total_seconds()))
        wanted = LookAt(order.execution_id, order.wave, order.order_id, number)
        self.queue.send(wanted.body, delay_seconds=min(delay, 900))


def _sum(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    return {name: before.get(name, 0) + now.get(name, 0) for name in sorted({*before, *now})}
