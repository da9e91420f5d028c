"""A hostile world: the real functions on the template's own queues, over one ledger and one estate, by one seed."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.conditions import Item
from groundswell.domain.decisions import close_due
from groundswell.domain.ids import ExecutionId
from groundswell.domain.records import Execution, Wave
from groundswell.domain.standstill import WAITING_WAVE
from groundswell.domain.states import OPEN_EXECUTION, WaveStatus
from groundswell.ledger import holding, keys, reading
from groundswell.ports.store import Key
from groundswell.ports.world import BusEntry
from rehearsal.estate.clock import VirtualClock
from rehearsal.estate.engine import Estate
from rehearsal.estate.web import SimulatedWeb
from tests.simulation import foreign
from tests.simulation.deployment import Deployment, Queue, deployment
from tests.simulation.errands import Errands
from tests.simulation.foreign import Mainframe
from tests.simulation.functions import HUB_ACCOUNT, Functions
from tests.simulation.machine import KilledError, Machine, current_invocation
from tests.simulation.outside import as_event
from tests.simulation.people import People
from tests.simulation.queues import Message, Queues
from tests.simulation.setting import HOUR, MINUTE, Setting
from tests.simulation.stream import Stream
from tests.simulation.trouble import Strike, Trouble, random_of
from tests.simulation.watch import Watch

SETTLES_WITHIN = 12 * HOUR
LATEST = 4 * MINUTE
"""How much later than otherwise a message comes at most."""
AFTERWARDS = LATEST + 2 * MINUTE
"""Time for what is still on its way when all is settled."""

T = TypeVar("T")


class World:
    """One world; its setting decides everything. `only` leaves of its trouble just these strikes."""

    def __init__(self, setting: Setting, *, only: Collection[Strike] | None = None) -> None:
        self.setting = setting
        self.scenario = setting.scenario
        self.clock = VirtualClock()
        self.machine = Machine(self.clock)
        self.trouble = Trouble(setting.seed, setting.chances, only=only)
        self.estate = Estate(setting.scenario, self.clock, seed=setting.seed)
        self.web = SimulatedWeb(self.estate)
        self.deployment: Deployment = deployment()
        self.ledger = MemoryStore(self._changed)
        self.published: list[BusEntry] = []
        """All that was put on the hub's bus, in order."""
        self.writes = 0
        """Transactions of the ledger that were committed."""
        self.said = set[str]()
        """The ids of our events among them."""
        self.happened: list[tuple[float, str, str]] = []
        self.mainframe = Mainframe(self)
        self.functions = Functions(self)
        self.queues = Queues(self.deployment.queues, self.machine, self.trouble, self.functions.invoke, self.tell)
        self.stream = Stream(self.deployment.stream, self.machine, self.trouble, self.functions.relay, self.tell)
        self.watch = Watch(self)
        self._errands = Errands(self)
        self._numbers = itertools.count(1)
        self._heads: list[ExecutionId] = []
        self._asked = 0
        self._troubled_until = setting.trouble_lasts
        self._is_quiet: bool | None = None
        self._aws_events_planned = False
        if setting.watched:
            self.queues.finished = self._finished
        self.people = People(self, random_of(setting.seed), meddling=setting.meddling) if setting.people else None
        self._tick()
        self.machine.after(self.trouble.between(300, 1800, "redriver"), self._redrive)

    def next_number(self) -> int:
        """A number that nothing else in this world has."""
        return next(self._numbers)

    # ── Trouble ──────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def is_troubled(self) -> bool:
        """Whether trouble has not ended yet."""
        return self.machine.time <= self._troubled_until

    def strikes(self, kind: str, place: str) -> bool:
        """Whether trouble of a kind strikes now; nothing strikes after the quiet begins."""
        if not self.is_troubled or not self.trouble.strikes(kind, place):
            return False
        self.tell(f"! {kind}")
        return True

    def happens(self, kind: str) -> bool:
        """Whether trouble strikes the function that is running."""
        running = current_invocation()
        return running is not None and self.strikes(kind, running.name)

    def tell(self, what: str) -> None:
        """Keep what happened, for the story of a world that fails."""
        running = current_invocation()
        self.happened.append((self.machine.time, running.name if running else "", what))

    def story(self) -> list[str]:
        """What happened, a line each: when, in which function, what."""
        return [
            f"{int(at // HOUR):02}:{int(at % HOUR // MINUTE):02}:{at % MINUTE:06.3f} {who or 'the world'}: {what}"
            for at, who, what in self.happened
        ]

    def call_out(self, effect: Callable[[], T]) -> T:
        """A call to the outside: it takes time, and the process may die before or after it."""
        running = current_invocation()
        if running is None:
            return effect()
        if self.strikes("crash_before", running.name):
            raise KilledError
        if self.strikes("stall", running.name):
            running.is_zombie = True
            running.give_way(self.trouble.between(100, 400, running.name))
        longest = 25.0 if self.strikes("slow", running.name) else 0.05
        running.give_way(self.trouble.between(0.001, longest, running.name))
        answer = effect()
        if self.strikes("crash_after", running.name):
            raise KilledError
        return answer

    # ── Bus and ledger ───────────────────────────────────────────────────────────────────────────────────────────────

    def put_on_bus(self, entries: Iterable[BusEntry]) -> None:
        """Deliver events to the queues that the template's rules name; perhaps twice, perhaps late."""
        for entry in entries:
            self.published.append(entry)
            event = as_event(entry, number=self.next_number(), at=self.clock.now().isoformat(), account=HUB_ACCOUNT)
            self.said.add(event["detail"].get("metadata", {}).get("event_id", ""))
            for queue in self.deployment.targets(event):
                self._deliver(queue, json.dumps(event))
            if entry.detail_type == "RecoveryRequested" and entry.source == "groundswell":
                self._show_to_others(event)

    def publish(self, entries: Iterable[BusEntry]) -> None:
        """Our functions put events on the bus."""
        for entry in entries:
            self.tell(f"says {entry.detail_type}")
            if entry.source.startswith("groundswell.technology."):
                self.watch.answered(entry)
            self.watch.published(entry)
            self.put_on_bus([entry])

    def answer(self, entry: BusEntry) -> None:
        """A foreign technology answers, rightfully."""
        self.watch.answered(entry)
        self.put_on_bus([entry])

    def _show_to_others(self, event: Mapping[str, Any]) -> None:
        if self.strikes("forged", "forger"):
            foreign.forge(event, self)
        if self.people is not None:
            self.people.tempt(event["detail"]["metadata"]["execution_id"])
        if event["detail"]["data"]["technology"] == foreign.NAME:
            delay = self.trouble.between(0.1, 5, foreign.PLACE)
            self.machine.after(delay, partial(self.mainframe.asked, event))

    def _deliver(self, queue: str, body: str) -> None:
        for _ in range(2 if self.strikes("duplicate", queue) else 1):
            late = self.strikes("late", queue)
            delay = self.trouble.between(20, LATEST, queue) if late else self.trouble.between(0.005, 0.2, queue)
            self.queues.put(queue, body, delay=delay)

    def send_look(self, queue: str, body: str, delay: float) -> None:
        """A worker asks itself to look again; the message may come twice."""
        for _ in range(2 if self.strikes("duplicate", queue) else 1):
            self.queues.put(queue, body, delay=delay)

    def _changed(self, key: Key, old: Item | None, new: Item | None) -> None:
        if self.setting.watched:
            self.watch.changed(key, old, new)
        if key.sk == "META" or key.sk.startswith(keys.WAVE_PREFIX):
            self._is_quiet = None
        if old is None and new is not None and key.sk == "META":
            self._heads.append(Execution.of(new).execution_id)
        if old is None and new is not None and key.sk.startswith(keys.EVENT_PREFIX):
            self.stream.append(new)

    def _finished(self, queue: Queue, message: Message) -> None:
        self.watch.found += self._errands.left_undone(queue, message)

    # ── AWS and people ───────────────────────────────────────────────────────────────────────────────────────────────

    def plan_aws_events(self) -> None:
        """Let AWS's own events come when they are due."""
        at = self.estate.next_event_at()
        if at is not None and not self._aws_events_planned:
            self._aws_events_planned = True
            self.machine.after(max(0.001, (at - self.clock.now()).total_seconds()), self._deliver_aws_events)

    def _deliver_aws_events(self) -> None:
        self._aws_events_planned = False
        for event in self.estate.due_events():
            if not self.strikes("aws_event_lost", "aws"):
                for queue in self.deployment.aws_targets(event):
                    self._deliver(queue, json.dumps(event))
        self.plan_aws_events()

    def _tick(self) -> None:
        if not self.strikes("tick_lost", "schedule"):
            entry = BusEntry("aws.events", "Scheduled Event", "{}")
            at = self.clock.now().isoformat()
            tick = as_event(entry, number=self.next_number(), at=at, account=HUB_ACCOUNT)
            self.queues.put(self.deployment.tick_queue, json.dumps(tick), delay=0.0)
        self.machine.after(MINUTE, self._tick)

    def _redrive(self) -> None:
        if self.queues.dead and self.strikes("redrive", "redriver"):
            self.tell(f"redrives {self.queues.redrive()} dead letters")
        self.machine.after(self.trouble.between(300, 1800, "redriver"), self._redrive)

    def request(self, after: float = 0.0, *, said_before: float = 0.0, **detail: object) -> None:
        """Somebody puts a `DRRequested`; `said_before`: seconds that it was under way."""
        entry = BusEntry("operator", "DRRequested", json.dumps(detail))
        self._asked += 1

        def put() -> None:
            self._asked -= 1
            self.tell(f"asks {detail}")
            at = (self.clock.now() - timedelta(seconds=said_before)).isoformat()
            event = as_event(entry, number=self.next_number(), at=at, account=HUB_ACCOUNT)
            for queue in self.deployment.targets(event):
                self._deliver(queue, json.dumps(event))

        self.machine.after(after, put)

    # ── The end ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def executions(self) -> list[Execution]:
        """All executions of the ledger, in the order in which they began."""
        return [reading.execution(self.ledger, name) for name in self._heads]

    def is_settled(self) -> bool:
        """Whether everybody has asked, and each execution has ended or waits for a person."""
        if self._asked or any(self.queues.unfinished(self.deployment.request_queue)):
            return False
        if self._is_quiet is None:  # asked at every step: told anew only when an execution or a wave has changed
            self._is_quiet = all(self._is_settled(execution) for execution in self.executions())
        return self._is_quiet

    def _is_settled(self, execution: Execution) -> bool:
        if execution.status not in OPEN_EXECUTION:
            return True
        if self.people is not None:
            return False
        waves = reading.waves(self.ledger, execution.execution_id)
        return any(wave.status in WAITING_WAVE and not _may_change(execution, wave) for wave in waves)

    def live(self) -> bool:
        """Let the world run until all is settled, or something is wrong; False where that takes too long.

        Then trouble ends, and what is still on its way arrives.
        """
        with _chunks_of(self.setting.hold_chunk):
            return self._live()

    def _live(self) -> bool:
        wrong = self.watch.found
        settled = self.machine.run(
            until=lambda: bool(wrong) or self.is_settled(), seconds=self.setting.trouble_lasts + SETTLES_WITHIN
        )
        self._troubled_until = min(self._troubled_until, self.machine.time)
        self.machine.run(until=lambda: bool(wrong), seconds=AFTERWARDS)
        return settled


def _may_change(execution: Execution, wave: Wave) -> bool:
    """Whether a wave may still change without a person: one that is held at its deadline goes on."""
    return wave.status is WaveStatus.HELD and (wave.remaining > 0 or close_due(execution, wave) is not None)


@contextmanager
def _chunks_of(resources: int) -> Iterator[None]:
    """Let the planner hold so many resources a transaction, in this world alone."""
    before, holding.CHUNK = holding.CHUNK, resources
    try:
        yield
    finally:
        holding.CHUNK = before
