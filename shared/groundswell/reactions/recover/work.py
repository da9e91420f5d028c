"""One message, one order, one look: claim it, look, act, say, save, and number the next look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from groundswell.domain.errors import GroundswellError, StaleWriteError, UnreachableAccountError
from groundswell.domain.ids import Lane
from groundswell.domain.instants import from_text
from groundswell.domain.operations import Phase
from groundswell.domain.records import Ending, OrderStatus, Resource, WorkOrder
from groundswell.domain.states import OPEN_RESOURCE
from groundswell.ledger import orders, reading
from groundswell.ledger.orders import Save
from groundswell.ports.clients import Clients, ClientSource, ReadError
from groundswell.ports.store import Store
from groundswell.ports.world import Bus, Clock
from groundswell.reactions.recover.acting import CALL_SECONDS, act_on, settle_doubts
from groundswell.reactions.recover.claiming import Claimed, claim, killer_failure
from groundswell.reactions.recover.observing import observe_phase, pass_over, put_off
from groundswell.reactions.recover.session import NoClients, Session
from groundswell.reactions.recover.telling import tell
from groundswell.reactions.recover.timetable import LookAt, Timetable
from groundswell.technologies.contract import Look, Step, Technology

CLAIM_GRACE = timedelta(seconds=15)
"""A claim ends this long after the invocation's hard end: time for what it had in flight to land."""


@dataclass(frozen=True)
class Worker:
    """Works on the orders of one technology."""

    technology: Technology
    store: Store
    bus: Bus
    timetable: Timetable
    clients: ClientSource
    clock: Clock
    role: str
    read_error: ReadError

    def look(self, wanted: LookAt, *, seconds_left: Callable[[], float]) -> None:
        """Look at an order, unless it is looked at already or the message is overtaken.

        Raises:
            StaleWriteError: there is no such order, or another worker has taken it over meanwhile.
            TransientError: the ledger or the bus does not answer; nothing is saved, and the message comes again.
        """
        lane = Lane(wanted.execution_id, wanted.wave, self.technology.name)
        order = reading.find_order(self.store, lane, wanted.order_id)
        if order is None:
            raise StaleWriteError(f"the ledger holds no {self.technology.name} order {wanted.order_id}; it is ignored")
        if order.status is OrderStatus.ENDED:
            self._say_again(order, wanted)
        elif self.timetable.is_due(order, wanted):
            self._claim_and_work(order, wanted, seconds_left)
        elif wanted.comes_again:
            self.timetable.set_again(order)

    def _say_again(self, order: WorkOrder, wanted: LookAt) -> None:
        """For those who ask since it ended. A request from before, such as a late wake-up, was answered as it ended."""
        ended_at = from_text(order.ended_at) if order.ended_at else None
        is_answered = wanted.asked_at is not None and ended_at is not None and wanted.asked_at < ended_at
        if wanted.is_request and not is_answered:
            tell(self.bus, order, order.progress.items(), at=self.clock.now())

    def _claim_and_work(self, order: WorkOrder, wanted: LookAt, seconds_left: Callable[[], float]) -> None:
        now = self.clock.now()
        until = now + timedelta(seconds=seconds_left()) + CLAIM_GRACE
        claimed = claim(self.store, order, now=now, until=until)
        if claimed is not None:
            self._work(claimed, seconds_left)
        elif wanted.number is None:
            orders.ask_another_look(self.store, order)

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
        return Session(
            order=order,
            execution=reading.execution(self.store, order.execution_id),
            resources=reading.resources_named(self.store, order.lane, order.resource_ids),
            technology=self.technology,
            claim=claimed.claim,
            look=Look(order.account, order.region, order.operation, self.clock.now(), self._clients(order)),
            intents=reading.intents(self.store, order),
            progress=dict(order.progress),
            seconds_left=seconds_left,
        )

    def _clients(self, order: WorkOrder) -> Clients:
        """Clients in the order's account; an account that cannot be reached is like one that cannot be read."""
        try:
            return self.clients.open(
                account=order.account,
                region=order.region,
                role=self.role,
                session_name=order.execution_id,
                calls_per_second=self.technology.calls_per_second,
            )
        except UnreachableAccountError as error:
            return NoClients(error)

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
                pass_over(session, phase)
                continue
            if session.seconds_left() < CALL_SECONDS:
                session.cut_short = True
                return
            self._take_phase(session, phase, step)

    def _take_phase(self, session: Session, phase: Phase, step: Step) -> None:
        try:
            due = observe_phase(session, phase, step, self.read_error)
            act_on(self.store, session, phase, step, due, self.read_error)
        except Exception as error:
            told = self.read_error(error)
            if told is None:
                raise
            put_off(session, session.in_phase(phase), f"could not be looked at: {told.words}")

    def _finish(self, session: Session) -> None:
        """Say, then save, then set the timer: a crash in between costs a repetition, never an outcome."""
        now = self.clock.now()
        settle_doubts(self.store, session)
        tell(self.bus, session.order, session.ended_now, at=now)
        idle = 0 if session.moved else session.order.idle_looks + 1
        over = all(progress.ending for progress in session.progress.values())
        save = Save(
            progress=session.progress,
            calls=_sum(session.order.calls, session.look.clients.calls),
            idle_looks=idle,
            next_look=None if over else now + self._delay(session, idle),
            at=now,
        )
        orders.release(self.store, session.order, session.claim, save)
        if save.next_look is not None:
            self.timetable.set_next(session.order, at=self._sooner_if_woken(session.order, save.next_look))

    def _delay(self, session: Session, idle: int) -> timedelta:
        """Until the next look; where each look is at one resource alone, each comes as often as otherwise all do."""
        if session.cut_short:
            return timedelta(0)
        delay = self.timetable.pace.delay(idle, session.forecast)
        return delay / len(session.order.pending) if session.order.suspect else delay

    def _sooner_if_woken(self, order: WorkOrder, next_look: datetime) -> datetime:
        latest = reading.find_order(self.store, order.lane, order.order_id)
        return self.clock.now() if latest and latest.look_again else next_look


def _sum(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    return {name: before.get(name, 0) + now.get(name, 0) for name in sorted({*before, *now})}
