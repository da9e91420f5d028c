"""An open wave with one work order, and the worker that looks at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from groundswell.adapters.aws_errors import read_error
from groundswell.domain.ids import ResourceId
from groundswell.domain.instants import from_text
from groundswell.domain.operations import Phase
from groundswell.domain.records import OrderStatus, Progress, WorkOrder
from groundswell.domain.states import ExecutionStatus, ResourceState
from groundswell.ledger import keys, orders, reading
from groundswell.ports.store import Update
from groundswell.reactions.recover.pace import Pace
from groundswell.reactions.recover.timetable import LookAt, Timetable
from groundswell.reactions.recover.work import Worker
from groundswell.technologies.contract import Technology
from tests.unit.ledger.stories import X, latest, opened_wave, order_of, server, set_status
from tests.unit.reactions.bench import Bench
from tests.unit.reactions.fake_service import Service, technology_of

MOST_LOOKS = 2000
FIRST = 15.0


@dataclass
class Workshop:
    """A worker for one order of the resources `a`, `b`, …"""

    service: Service
    technology: Technology
    bench: Bench = field(default_factory=Bench)
    seconds_left: Callable[[], float] = lambda: 30.0

    @property
    def worker(self) -> Worker:
        """The worker, with timers of 15 to 60 seconds."""
        pace = Pace(first=timedelta(seconds=FIRST), longest=timedelta(seconds=60))
        bench = self.bench
        timetable = Timetable(bench.queue, bench.clock, pace)
        return Worker(
            technology=self.technology,
            store=bench.store,
            bus=bench.bus,
            timetable=timetable,
            clients=bench.accounts,
            clock=bench.clock,
            role="groundswell-fake",
            read_error=read_error,
        )

    @property
    def order(self) -> WorkOrder:
        """The order as it stands."""
        return latest(self.bench.store)

    def progress(self, name: str) -> Progress:
        """The order's progress with a resource."""
        return next(progress for each, progress in self.order.progress.items() if each == name)

    def note(self, name: str) -> str:
        """What the order notes of a resource."""
        return self.progress(name).note

    def look(self, number: int | None = None, **changes: Any) -> None:
        """React to a message: a request over the bus, or the look of a number."""
        given = {"asked_at": self.bench.clock.now(), "is_request": True} if number is None else {}
        wanted = LookAt(X, 1, self.order.order_id, number, **{**given, **changes})
        self.worker.look(wanted, seconds_left=lambda: self.seconds_left())

    def next_look(self) -> None:
        """Let time pass until the awaited timer, and look."""
        assert self.order.next_look
        self.bench.clock.move_to(from_text(self.order.next_look))
        self.look(self.order.look)

    def die(self, number: int | None = None) -> None:
        """A worker dies at its look, by a bug; its claim is left behind and runs out."""
        try:
            self.look(number)
        except RuntimeError:
            self.bench.clock.advance(120)
        else:
            raise AssertionError("the worker did not die")

    def look_until(self, is_so: Callable[[], bool]) -> None:
        """Look whenever the timer says, also after deaths, until something is so."""
        for _ in range(MOST_LOOKS):
            if is_so():
                return
            try:
                self.next_look() if self.order.next_look else self.look()
            except RuntimeError:
                self.bench.clock.advance(120)
        raise AssertionError(f"not so after {MOST_LOOKS} looks: {self.order}")

    def is_over(self) -> bool:
        """Whether the order has ended."""
        return self.order.status is OrderStatus.ENDED

    def put_in(self, status: ExecutionStatus) -> None:
        """Let the execution be paused, cancelled, ended or resumed."""
        set_status(self.bench.store, status)

    def skip(self, name: str) -> None:
        """Let a person have skipped a resource."""
        key = keys.resource_key(self.order.lane, ResourceId(name))
        self.bench.store.write(Update(key, set={"state": ResourceState.SKIPPED}))

    def outcomes(self) -> dict[str, str]:
        """What was said of each resource last."""
        told = [entry for entry in self.bench.bus.entries if entry.detail_type.startswith("Resource")]
        named = zip(self.bench.bus.said(), told, strict=True)
        return {data["resource_id"]: entry.detail_type.removeprefix("Resource") for data, entry in named}

    def failure(self, name: str) -> str:
        """The cause that was said of a resource's failure."""
        return str(next(data["cause"] for data in self.bench.bus.said("ResourceFailed") if data["resource_id"] == name))

    def intents(self) -> list[tuple[Phase, int, str]]:
        """The calls that were written down."""
        return [(each.phase, each.number, each.state) for each in reading.intents(self.bench.store, self.order)]


def workshop(names: str = "ab", /, *, service: Service | None = None, **technology: Any) -> Workshop:
    """A worker before its first look; the rest changes the technology."""
    service = service or Service()
    shop = Workshop(service, technology_of(service, **technology))
    opened_wave(shop.bench.store, *(server(name).model_copy(update={"technology": "fake"}) for name in names))
    orders.cut(shop.bench.store, order_of(names, technology="fake"))
    shop.bench.clock.advance(60)
    return shop
