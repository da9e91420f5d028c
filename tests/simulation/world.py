"""A hostile world: the real functions on the template's own queues, over one ledger and one estate, by one seed."""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.conditions import Item
from groundswell.domain.ids import ExecutionId
from groundswell.domain.records import Execution
from groundswell.domain.states import OPEN_EXECUTION, WaveStatus
from groundswell.ledger import keys, reading
from groundswell.ports.store import Key
from groundswell.ports.world import BusEntry
from rehearsal.estate.caller import Caller
from rehearsal.estate.clients import EstateClient, EstateClients
from rehearsal.estate.clock import VirtualClock
from rehearsal.estate.engine import Estate
from rehearsal.estate.scenario.model import Scenario
from tests.simulation.deployment import Deployment, Queue, deployment
from tests.simulation.functions import Functions
from tests.simulation.machine import Invocation, KilledError, Machine, current_invocation
from tests.simulation.outside import as_event
from tests.simulation.trouble import Chances

HUB_ACCOUNT = "111111111111"
TROUBLE_LASTS = timedelta(hours=1)
SETTLES_WITHIN = timedelta(hours=12)
AFTERWARDS = timedelta(minutes=10)
"""Time for what is still on its way when all is settled."""
_STREAM_ATTEMPTS = 3

T = TypeVar("T")


@dataclass
class Message:
    """A message in a queue."""

    number: int
    body: str
    receives: int = 0


@dataclass
class _Waiting:
    visible: list[Message] = field(default_factory=list)
    running: int = 0


class World:
    """One world; `seed` decides everything."""

    def __init__(self, scenario: Scenario, chances: Chances, seed: int) -> None:
        self.clock = VirtualClock()
        self.machine = Machine(self.clock)
        self.chances = chances
        self.dice = random.Random(seed)  # noqa: S311 - chance that can be repeated
        self.scenario = scenario
        self.estate = Estate(scenario, self.clock, seed=seed)
        self.ledger = MemoryStore(self._on_change)
        self.deployment: Deployment = deployment()
        self.queues: dict[str, _Waiting] = defaultdict(_Waiting)
        self.dead: list[tuple[str, Message]] = []
        self.published: list[tuple[str, dict[str, Any]]] = []
        self.happened: Counter[str] = Counter()
        self.story: list[str] = []
        self._clients = EstateClients(self.estate, validate=False)
        self._numbers = itertools.count(1)
        self._stream: list[tuple[int, Item]] = []
        self._heads: list[ExecutionId] = []
        self._relaying = False
        self._aws_events_planned = False
        self._quiet_at = self.clock.now() + TROUBLE_LASTS
        self.functions = Functions(self)
        self._tick()

    # ── Trouble ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def happens(self, kind: str) -> bool:
        """Whether a kind of trouble strikes now; nothing strikes outside of invocations, or after the quiet begins."""
        if current_invocation() is None or self.clock.now() > self._quiet_at:
            return False
        chance: float = getattr(self.chances, kind)
        if not chance or self.dice.random() >= chance:
            return False
        self.tell(kind)
        return True

    def tell(self, what: str) -> None:
        """Keep what happened, for the story of a world that fails."""
        running = current_invocation()
        self.happened[what] += 1
        self.story.append(f"{self.clock.now():%H:%M:%S.%f} {running.name if running else 'world'}: {what}")

    def call_out(self, effect: Callable[[], T]) -> T:
        """A call to the outside: it takes time, and the process may die before or after it."""
        running = current_invocation()
        if running is None:
            return effect()
        if self.happens("crash_before"):
            raise KilledError
        if self.happens("stall"):
            running.is_zombie = True
            running.give_way(self.dice.uniform(100, 400))
        running.give_way(self.dice.uniform(0.001, 0.05))
        answer = effect()
        if self.happens("crash_after"):
            raise KilledError
        return answer

    # ── Bus, queues, stream ──────────────────────────────────────────────────────────────────────────────────────────

    def put_on_bus(self, entries: Iterable[BusEntry]) -> None:
        """Deliver events to the queues that the template's rules name; perhaps twice, perhaps late."""
        for entry in entries:
            now = self.clock.now().isoformat()
            event = as_event(entry, number=next(self._numbers), at=now, account=HUB_ACCOUNT)
            self.published.append((entry.detail_type, event))
            for queue in self.deployment.targets(event):
                self._deliver(queue, json.dumps(event))

    def _deliver(self, queue: str, body: str) -> None:
        for _ in range(2 if self._strikes("duplicate") else 1):
            delay = self.dice.uniform(20, 600) if self._strikes("late") else self.dice.uniform(0.005, 0.2)
            self.enqueue(queue, body, delay)

    def _strikes(self, kind: str) -> bool:
        """Trouble on the way, which needs no invocation to be running."""
        if self.clock.now() > self._quiet_at or self.dice.random() >= getattr(self.chances, kind):
            return False
        self.happened[kind] += 1
        return True

    def enqueue(self, queue: str, body: str, delay: float) -> None:
        """A message that becomes visible after so many seconds."""
        message = Message(next(self._numbers), body)
        self.machine.after(delay, lambda: self._appear(queue, message))

    def _appear(self, queue: str, message: Message) -> None:
        self.queues[queue].visible.append(message)
        self._pump(queue)

    def _pump(self, name: str) -> None:
        queue, waiting = self.deployment.queues[name], self.queues[name]
        while waiting.visible and waiting.running < queue.concurrency:
            size = self.dice.randint(1, queue.batch_size)
            batch, waiting.visible = waiting.visible[:size], waiting.visible[size:]
            self._invoke(queue, [message for message in batch if not self._is_dead(queue, message)])

    def _is_dead(self, queue: Queue, message: Message) -> bool:
        message.receives += 1
        if message.receives <= queue.max_receives:
            return False
        self.dead.append((queue.name, message))
        self.tell(f"dead letter in {queue.name}")
        return True

    def _invoke(self, queue: Queue, batch: Sequence[Message]) -> None:
        if not batch:
            return
        received = self.clock.now()
        self.queues[queue.name].running += 1

        def work() -> None:
            failed = self._run(queue, batch)
            self.queues[queue.name].running -= 1
            passed = (self.clock.now() - received).total_seconds()
            for message in failed:
                self.machine.after(max(0.0, queue.visibility - passed), partial(self._appear, queue.name, message))
            self.machine.after(0, lambda: self._pump(queue.name))

        Invocation(self.machine, work, seconds=queue.timeout, name=queue.function).switch()

    def _run(self, queue: Queue, batch: Sequence[Message]) -> Sequence[Message]:
        """One invocation; the messages that come again."""
        by_id = {str(message.number): message for message in batch}
        records = [
            {"messageId": name, "body": message.body, "eventSource": "aws:sqs"} for name, message in by_id.items()
        ]
        try:
            answer = self.functions.invoke(queue, {"Records": records})
        except KilledError:
            self.tell("killed")
            return batch
        except Exception as error:  # an invocation that raises fails its whole batch
            self.tell(f"raised {error!r}")
            return batch
        return [by_id[failure["itemIdentifier"]] for failure in answer["batchItemFailures"]]

    def _on_change(self, key: Key, old: Item | None, new: Item | None) -> None:
        if old is None and new is not None and key.sk == "META":
            self._heads.append(Execution.of(new).execution_id)
        if old is None and new is not None and key.sk.startswith(keys.EVENT_PREFIX):
            self._stream.append((0, new))
            if not self._relaying:
                self._relaying = True
                self.machine.after(self.dice.uniform(0.01, 0.3), self._relay)

    def _relay(self) -> None:
        """One batch of the stream at a time, in order; a batch that fails comes again a few times, then is left."""
        batch, self._stream = self._stream[:10], self._stream[10:]
        if not batch:
            self._relaying = False
            return

        def work() -> None:
            try:
                self.functions.relay([item for _, item in batch])
            except (KilledError, Exception) as error:
                self.tell(f"relay failed: {error!r}")
                again = [(attempts + 1, item) for attempts, item in batch if attempts + 1 < _STREAM_ATTEMPTS]
                self._stream = again + self._stream
            self.machine.after(0.5, self._relay)

        Invocation(self.machine, work, seconds=20, name="RelayEvents").switch()

    # ── AWS and people ───────────────────────────────────────────────────────────────────────────────────────────────

    def client(self, service: str, caller: Caller) -> EstateClient:
        """A client of the estate."""
        client = self._clients.client(service, account=caller.account, region=caller.region)
        self._plan_aws_events()
        return client

    def _plan_aws_events(self) -> None:
        at = self.estate.next_event_at()
        if at is not None and not self._aws_events_planned:
            self._aws_events_planned = True
            self.machine.after(max(0.001, (at - self.clock.now()).total_seconds()), self._deliver_aws_events)

    def _deliver_aws_events(self) -> None:
        self._aws_events_planned = False
        for event in self.estate.due_events():
            if not self._strikes("aws_event_lost"):
                for queue in self.deployment.aws_targets(event):
                    self._deliver(queue, json.dumps(event))
        self._plan_aws_events()

    def _tick(self) -> None:
        tick = as_event(
            BusEntry("aws.events", "Scheduled Event", "{}"),
            number=next(self._numbers),
            at=self.clock.now().isoformat(),
            account=HUB_ACCOUNT,
        )
        self.enqueue(self.deployment.tick_queue, json.dumps(tick), 0.0)
        self.machine.after(60.0, self._tick)

    def request(self, after: float = 0.0, **detail: object) -> None:
        """Somebody puts a `DRRequested`."""
        entry = BusEntry("operator", "DRRequested", json.dumps(detail))
        self.machine.after(after, lambda: self.put_on_bus([entry]))

    # ── The end ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def executions(self) -> list[Execution]:
        """All executions of the ledger, in the order in which they began."""
        return [reading.execution(self.ledger, name) for name in self._heads]

    def is_settled(self) -> bool:
        """Whether each execution has ended, or waits for a person, and nothing is on its way but ticks."""
        return all(self._is_settled(execution) for execution in self.executions())

    def _is_settled(self, execution: Execution) -> bool:
        if execution.status not in OPEN_EXECUTION:
            return True
        return any(wave.status is WaveStatus.HELD for wave in reading.waves(self.ledger, execution.execution_id))

    def live(self, *, requests: int) -> bool:
        """Let the world run until all is settled; False where that takes too long."""

        def over() -> bool:
            return self.clock.now() > self._quiet_at and len(self.executions()) >= requests and self.is_settled()

        settled = self.machine.run(until=over, at_most=TROUBLE_LASTS + SETTLES_WITHIN)
        self.machine.run(until=lambda: False, at_most=AFTERWARDS)
        return settled
