"""Where people decide about one execution: its ledger, and what takes their decisions."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Barrier, Thread, current_thread
from typing import Any

from groundswell.domain.conditions import Item
from groundswell.domain.events.commands import (
    DOOR_SOURCE,
    Command,
    DRPauseRequested,
    DRResumeRequested,
    WaveApproveRequested,
    WaveRejectRequested,
)
from groundswell.domain.ids import ExecutionId
from groundswell.domain.records import Resource, StoredEvent, WorkOrder
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import reading
from groundswell.ports.store import Write
from groundswell.reactions.control_execution import Commanded, Controller
from rehearsal.estate.clock import VirtualClock
from tests.unit.domain.builders import KINDS
from tests.unit.ledger.rulings import FAILURE, by_alice, execution_of, held, mark, put_policy
from tests.unit.ledger.stories import X, accepted, facts, resource, server, set_status
from tests.unit.reactions.bench import CrashingStore, Tokens


class WatchedStore(CrashingStore):
    """A ledger that lets a test step in before each write."""

    def __init__(self) -> None:
        self.before_write: Callable[[], object] = lambda: None
        super().__init__()

    def write(self, *writes: Write) -> None:
        """Write, after the test did what it wants."""
        self.before_write()
        super().write(*writes)


@dataclass
class Room:
    """One execution, `dr-1`, and who lets people decide about it."""

    store: WatchedStore = field(default_factory=WatchedStore)
    clock: VirtualClock = field(default_factory=VirtualClock)
    order_size: Callable[[str], int] = lambda _: 90

    def say(
        self,
        kind: type[Command],
        *,
        command_id: str = "command-1",
        source: str = DOOR_SOURCE,
        execution_id: ExecutionId = X,
        said_at: datetime | None = None,
        **data: Any,
    ) -> str | None:
        """Let somebody decide, now or earlier; why it was refused just now."""
        command = by_alice(kind, **{**KINDS[kind], **data})
        when = said_at or self.clock.now()
        return self.controller.decide(Commanded(source, command_id, execution_id, when, command))

    @property
    def controller(self) -> Controller:
        """What lets people decide."""
        return Controller(self.store, self.clock, Tokens(), self.order_size)

    @property
    def kinds(self) -> list[str]:
        """The types of the facts by sequence."""
        return [kind for _, kind in facts(self.store)]

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The data of all facts of a type."""
        return [json.loads(fact.detail)["data"] for fact in self.facts if fact.detail_type == kind]

    @property
    def facts(self) -> list[StoredEvent]:
        """The facts by sequence."""
        return reading.facts(self.store, X)

    @property
    def refusals(self) -> list[str]:
        """The reasons why decisions were refused."""
        return [str(data["reason"]) for data in self.told("CommandRefused")]

    @property
    def orders(self) -> list[WorkOrder]:
        """The orders by which something is tried again."""
        return [
            order for order in reading.orders(self.store, reading.wave(self.store, X, 1).lanes) if order.attempt > 1
        ]

    def resource(self, name: str) -> Resource:
        """A resource of wave 1 as it stands."""
        return resource(self.store, name)

    def fail_again(self, name: str) -> None:
        """Let what is tried again fail once more, now."""
        mark(self.store, name, FAILURE, ended=self.clock.now())

    def everything(self) -> list[Item]:
        """All that the ledger holds."""
        return self.store.everything()


def held_room(**changes: Any) -> Room:
    """Wave 1 is held at second 40: `a` failed and `b` is recovered. It is second 100."""
    room = Room(**changes)
    held(room.store)
    room.clock.advance(100)
    return room


def asking_room() -> Room:
    """Wave 1 needs an approval; it is second 100."""
    room = Room()
    accepted(room.store, server("a"))
    put_policy(room.store, approval=True)
    room.clock.advance(100)
    return room


def room_for(kind: type[Command]) -> Room:
    """An execution about which this can be decided."""
    room = asking_room() if kind in (WaveApproveRequested, WaveRejectRequested) else held_room()
    if kind is DRResumeRequested:
        room.say(DRPauseRequested, command_id="before")
    return room


def room_against(kind: type[Command]) -> Room:
    """An execution about which this cannot be decided, for now."""
    if kind is DRResumeRequested:
        return held_room()
    room = room_for(kind)
    set_status(room.store, ExecutionStatus.CANCELLING)
    return room


def let_apply(room: Room, kind: type[Command]) -> None:
    """Let what was refused be possible after all."""
    status = ExecutionStatus.PAUSED if kind is DRResumeRequested else ExecutionStatus.RUNNING
    set_status(room.store, status)
    assert execution_of(room.store).status is status


def at_once(room: Room, *decisions: Callable[[], object]) -> list[Exception]:
    """Take decisions at the same moment, each having read before any is written; what went wrong."""
    meeting, met, errors = Barrier(len(decisions)), set[str](), list[Exception]()

    def meet() -> None:
        name = current_thread().name
        if name not in met:
            met.add(name)
            meeting.wait(10)

    def take(decision: Callable[[], object]) -> None:
        try:
            decision()
        except Exception as error:
            errors.append(error)

    room.store.before_write = meet
    threads = [Thread(target=take, args=(each,), name=f"t{place}") for place, each in enumerate(decisions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    room.store.before_write = lambda: None
    return errors
