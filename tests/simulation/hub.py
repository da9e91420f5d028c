"""The hub in one process and virtual time: the real reactions, a ledger in memory, bus and queues in order of time."""

from __future__ import annotations

import heapq
import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from groundswell.adapters.aws_errors import read_error
from groundswell.adapters.memory_store import MemoryStore
from groundswell.bootstrap import FOREIGN_ORDER_SIZE, PLANNER_TIME, supports
from groundswell.domain.acceptance import Asked, Rules
from groundswell.domain.conditions import Item
from groundswell.domain.errors import StaleWriteError
from groundswell.domain.plan import Served
from groundswell.domain.records import StoredEvent
from groundswell.entry.messages import ANSWERS, EVENTS, FACTS, LOOKS, LookMessage
from groundswell.ledger import keys
from groundswell.ports.clients import Clients
from groundswell.ports.store import Key
from groundswell.ports.world import BusEntry
from groundswell.reactions.advance_execution import advance
from groundswell.reactions.fan_out_wave import FanOut
from groundswell.reactions.ordering import Ordering
from groundswell.reactions.plan_execution import Planner
from groundswell.reactions.record_outcome import Heard, Recorder
from groundswell.reactions.recover.timetable import LookAt, Pace, Timetable
from groundswell.reactions.recover.work import Worker
from groundswell.reactions.relay_events import Relay
from groundswell.reactions.survey import Survey
from groundswell.reactions.sweep import Sweeper
from groundswell.reactions.wake_work import AwsEvent, Waker
from groundswell.technologies import registry
from rehearsal.estate.clients import EstateClients
from rehearsal.estate.clock import VirtualClock
from rehearsal.estate.engine import Estate
from rehearsal.estate.scenario.inventory import inventory_of
from rehearsal.estate.scenario.model import Scenario

VISIBILITY = timedelta(seconds=120)
MAX_RECEIVES = 5
LATENCY = timedelta(milliseconds=20)
HUB_ACCOUNT = "111111111111"
REGION = "us-west-2"
FUNCTION_OF = {
    "DRRequested": "plan",
    "DRAccepted": "advance",
    "WaveCompleted": "advance",
    "WaveFailed": "advance",
    "WaveStarted": "fan_out",
    "ResourceRecovered": "record",
    "ResourceFailed": "record",
    "ResourceProgressed": "record",
}

A = TypeVar("A")
B = TypeVar("B")


@dataclass
class Invocation:
    """How much time an invocation has left: all of it, for time stands still while it runs."""

    seconds: float = 30.0

    def seconds_left(self) -> float:
        return self.seconds


@dataclass(order=True)
class Message:
    """A message in a queue."""

    visible_at: datetime
    number: int
    function: str = field(compare=False)
    body: str = field(compare=False)
    receives: int = field(default=0, compare=False)


class CountedClients:
    """The estate's clients of one look, with the calls they made."""

    def __init__(self, estate: Estate, account: str, region: str) -> None:
        self._clients = EstateClients(estate, validate=False)
        self._estate = estate
        self._account = account
        self._region = region
        self._before = len(estate.log)

    @property
    def calls(self) -> Mapping[str, int]:
        counts: dict[str, int] = {}
        for record in self._estate.log.select(after=self._before):
            name = f"{record.service}:{record.operation}"
            counts[name] = counts.get(name, 0) + 1
        return counts

    def client(self, service: str) -> Any:
        return self._clients.client(service, account=self._account, region=self._region)


class EstateSource:
    """Opens clients of the estate as a role would."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def open(
        self, *, account: str, region: str, role: str, session_name: str, calls_per_second: float | None
    ) -> Clients:
        del role, session_name, calls_per_second
        return CountedClients(self._estate, account, region)


class CountingTokens:
    """Tokens that are told apart; nobody guesses here."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self) -> str:
        return f"token-{next(self._numbers)}"


class DeclaredInventory:
    """The scenario's inventory."""

    def __init__(self, entries: Sequence[Mapping[str, Any]]) -> None:
        self._entries = [(f"entry {number}", dict(entry)) for number, entry in enumerate(entries, start=1)]

    def entries(self) -> Sequence[tuple[str, Any]]:
        return self._entries


def one_by_one(function: Callable[[A], B], arguments: Iterable[A]) -> Sequence[B]:
    return [function(argument) for argument in arguments]


class Hub:
    """Groundswell over one simulated estate."""

    def __init__(self, scenario: Scenario, *, armed: bool = True) -> None:
        self.clock = VirtualClock()
        self.estate = Estate(scenario, self.clock)
        self.store = MemoryStore(self._on_change)
        self.queue: list[Message] = []
        self.dead: list[tuple[Message, str]] = []
        self.events: list[tuple[datetime, BusEntry]] = []
        self._numbers = itertools.count()
        ordering = Ordering(self.store, self, self.clock, timedelta(hours=1))
        self.relay = Relay(self.store, self)
        source = EstateSource(self.estate)
        survey = Survey(
            accounts=scenario.accounts,
            region=REGION,
            technologies=[registry.load(name) for name in registry.BUILT_IN],
            clients=source,
            inventory=DeclaredInventory(inventory_of(scenario)),
            role="groundswell-inventory",
            clock=self.clock,
            spread=one_by_one,
        )
        served = Served(supports=supports, answers=lambda technology: technology in registry.BUILT_IN)
        rules = Rules(REGION, armed, timedelta(minutes=15), (900, 1800, 3600, 14400), PLANNER_TIME)
        self.planner = Planner(self.store, self, self.clock, survey, served, rules)
        self.fan_out = FanOut(self.store, self.clock, CountingTokens(), ordering, self._order_size)
        self.recorder = Recorder(self.store, self.clock)
        self.waker = Waker(self.store, ordering)
        self.sweeper = Sweeper(
            store=self.store,
            bus=self,
            clock=self.clock,
            ordering=ordering,
            relay=self.relay,
            fan_out=lambda execution_id, wave, cause: self.fan_out.react(execution_id, wave, cause=cause),
            silence=timedelta(seconds=60),
        )
        self.workers = {name: self._worker(name, source) for name in registry.BUILT_IN}
        self._put("sweep", self._envelope(BusEntry("aws.events", "Scheduled Event", "{}")), timedelta(minutes=1))

    @staticmethod
    def _order_size(technology: str) -> int:
        known = technology in registry.BUILT_IN
        return registry.load(technology).order_size if known else FOREIGN_ORDER_SIZE

    def _worker(self, name: str, source: EstateSource) -> Worker:
        hub = self

        class Looks:
            def send(self, body: str, *, delay_seconds: int) -> None:
                hub._put(f"work-{name}", body, timedelta(seconds=delay_seconds) + LATENCY)

        return Worker(
            technology=registry.load(name),
            store=self.store,
            bus=self,
            timetable=Timetable(Looks(), self.clock, Pace(timedelta(seconds=15), timedelta(seconds=60))),
            clients=source,
            clock=self.clock,
            role=f"groundswell-{name}",
            read_error=read_error,
        )

    def publish(self, entries: Sequence[BusEntry]) -> None:
        """The bus: events go to the queues of the functions that react to them."""
        for entry in entries:
            self.events.append((self.clock.now(), entry))
            function = FUNCTION_OF.get(entry.detail_type)
            if entry.detail_type == "RecoveryRequested":
                function = f"work-{json.loads(entry.detail)['data']['technology']}"
            if function:
                self._put(function, self._envelope(entry), LATENCY)

    def _envelope(self, entry: BusEntry, *, account: str = HUB_ACCOUNT, resources: Sequence[str] = ()) -> str:
        event = {
            "id": f"event-{next(self._numbers)}",
            "source": entry.source,
            "account": account,
            "time": self.clock.now().isoformat(),
            "detail-type": entry.detail_type,
            "resources": list(resources),
            "detail": json.loads(entry.detail),
        }
        return json.dumps(event)

    def _put(self, function: str, body: str, delay: timedelta) -> None:
        heapq.heappush(self.queue, Message(self.clock.now() + delay, next(self._numbers), function, body))

    def _on_change(self, key: Key, old: Item | None, new: Item | None) -> None:
        if old is None and new is not None and key.sk.startswith(keys.EVENT_PREFIX):
            self.relay.publish([StoredEvent.of(new)])

    def request(self, source: str = "operator", **detail: Any) -> None:
        """Put a `DRRequested`."""
        self.publish([BusEntry(source, "DRRequested", json.dumps(detail))])

    def run(self, *, until: Callable[[], bool], at_most: timedelta = timedelta(hours=6)) -> None:
        """Deliver messages in the order of time until something is so; it must become so within `at_most`."""
        end = self.clock.now() + at_most
        while not until():
            message = heapq.heappop(self.queue)
            if message.visible_at > end:
                raise AssertionError(f"not so after {at_most}; next would be {message}")
            self.clock.move_to(message.visible_at)
            self._deliver_aws_events()
            self._deliver(message)

    def _deliver_aws_events(self) -> None:
        for event in self.estate.due_events():
            told = json.loads(json.dumps(event))
            arn = told["detail"].get("SourceArn")
            self.waker.wake([AwsEvent(told["account"], (*told["resources"], *([arn] if arn else [])))])

    def _deliver(self, message: Message) -> None:
        message.receives += 1
        try:
            self._react(message)
        except StaleWriteError:
            return
        except Exception as error:
            if message.receives >= MAX_RECEIVES:
                self.dead.append((message, repr(error)))
                return
            message.visible_at = self.clock.now() + VISIBILITY
            heapq.heappush(self.queue, message)
            if not isinstance(error, Exception):
                raise

    def _react(self, message: Message) -> None:
        record = {"messageId": str(message.number), "body": message.body}
        match message.function:
            case "plan":
                event = EVENTS.validate_python(record).body
                self.planner.plan(Asked(event.id, event.source, event.account, event.time, event.detail))
            case "advance":
                told = FACTS.validate_python(record).body.detail.metadata
                advance(self.store, self.clock, told.execution_id, cause=told.event_id)
            case "fan_out":
                fact = FACTS.validate_python(record).body.detail
                self.fan_out.react(fact.metadata.execution_id, fact.data.wave, cause=fact.metadata.event_id)
            case "record":
                answer = ANSWERS.validate_python(record)
                told_answer = answer.body.detail
                heard = Heard(answer.message_id, answer.body.source, told_answer.metadata, told_answer.data)
                tally = self.recorder.record([heard])
                for error in tally.failed_messages.values():
                    raise error
            case "sweep":
                self._put("sweep", message.body, timedelta(minutes=1))
                swept = self.sweeper.sweep(cause=f"tick-{message.number}")
                if swept.errors:
                    raise AssertionError(swept.errors)
            case _:
                self._look(message.function.removeprefix("work-"), record)

    def _look(self, technology: str, record: Mapping[str, Any]) -> None:
        body = LOOKS.validate_python(record).body
        if isinstance(body, LookMessage):
            look = body.look
            wanted = LookAt(look.execution_id, look.wave, look.order_id, look.number, look.asked_at)
        else:
            told, order = body.detail.metadata, body.detail.data
            at = told.occurred_at
            wanted = LookAt(told.execution_id, order.wave, order.order_id, asked_at=at, is_request=True)
        self.workers[technology].look(wanted, seconds_left=Invocation().seconds_left)

    def said(self, detail_type: str) -> list[dict[str, Any]]:
        """The data of all events of a type, in the order in which they were published."""
        return [json.loads(entry.detail)["data"] for _, entry in self.events if entry.detail_type == detail_type]
