"""The outside of the functions, with trouble: ledger, bus, queue and AWS's services as the world lets them be."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.conditions import Item
from groundswell.domain.errors import TransientError
from groundswell.domain.inventory import Contents
from groundswell.ports.clients import Clients
from groundswell.ports.probing import NoAnswer, Reply
from groundswell.ports.store import Index, Key, Write
from groundswell.ports.world import BusEntry, PublishError
from rehearsal.estate.caller import Caller
from rehearsal.estate.clients import EstateClient
from rehearsal.estate.operations import Reply as AwsReply
from rehearsal.estate.operations import find_operation
from rehearsal.estate.throttling import refusal_of
from tests.declared import declared
from tests.simulation.machine import KilledError, current_invocation

if TYPE_CHECKING:
    from tests.simulation.world import World


class TroubledStore:
    """The ledger over the wire: each call takes time, may be the process's last, or be lost."""

    def __init__(self, world: World, store: MemoryStore) -> None:
        self._world = world
        self._store = store

    def get(self, key: Key) -> Item | None:
        return self._world.call_out(lambda: self._store.get(key))

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        return self._world.call_out(lambda: self._store.get_many(keys))

    def query(self, pk: str, sk_prefix: str = "") -> Iterator[Item]:
        return iter(self._world.call_out(lambda: list(self._store.query(pk, sk_prefix))))

    def query_index(self, index: Index, partition: str, *, up_to: str | None = None) -> Iterator[Item]:
        found = self._world.call_out(lambda: list(self._store.query_index(index, partition, up_to=up_to)))
        return iter([item for item in found if not self._world.happens("stale_index")])

    def latest(self, index: Index, partition: str, count: int) -> list[Item]:
        return self._world.call_out(lambda: self._store.latest(index, partition, count))

    def write(self, *writes: Write) -> None:
        if self._world.happens("store_conflict"):
            self._world.call_out(lambda: None)
            raise TransientError("the store conflicts, in this world")
        self._world.call_out(lambda: self._commit(writes))
        if self._world.happens("store_lost"):
            raise TransientError("the store's answer was lost, in this world")

    def _commit(self, writes: Sequence[Write]) -> None:
        self._store.write(*writes)
        self._world.writes += 1
        if self._world.setting.watched:
            self._world.watch.committed()


class TroubledBus:
    """The hub's bus: it may refuse entries."""

    def __init__(self, world: World) -> None:
        self._world = world

    def publish(self, entries: Sequence[BusEntry]) -> None:
        refused = {place: "refused" for place in range(len(entries)) if self._world.happens("bus_refusal")}
        taken = [entry for place, entry in enumerate(entries) if place not in refused]
        self._world.call_out(lambda: self._world.publish(taken))
        if refused:
            raise PublishError(refused)


class TroubledLooks:
    """The queue by which a worker asks itself to look again."""

    def __init__(self, world: World, queue: str) -> None:
        self._world = world
        self._queue = queue

    def send(self, body: str, *, delay_seconds: int) -> None:
        if self._world.happens("queue_refusal"):
            self._world.call_out(lambda: None)
            raise TransientError("the queue refuses, in this world")
        self._world.call_out(lambda: self._world.send_look(self._queue, body, delay_seconds))


class TroubledSource:
    """Roles of workload accounts, over the estate."""

    def __init__(self, world: World) -> None:
        self._world = world

    def open(
        self, *, account: str, region: str, role: str, session_name: str, calls_per_second: float | None
    ) -> Clients:
        del role, session_name, calls_per_second
        return TroubledClients(self._world, Caller(account, region))


class LookingSource:
    """The same for what only looks, call after call: refused and lost as all are, but no process dies of it.

    A process may die at any call of `TroubledSource`. The checks before the start make so many that hardly a planner
    would come to its writes, where a death matters.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def open(
        self, *, account: str, region: str, role: str, session_name: str, calls_per_second: float | None
    ) -> Clients:
        del role, session_name, calls_per_second
        return LookingClients(self._world, Caller(account, region))


class TroubledClients:
    """Clients of one look, that count their calls."""

    def __init__(self, world: World, caller: Caller) -> None:
        self._world = world
        self._caller = caller
        self.calls: Counter[str] = Counter()

    def client(self, service: str) -> Any:
        """The client of a service."""
        if service == "https":
            return _TroubledWeb(self._world)
        return _TroubledClient(self._world, service, self._caller, self.calls)


class LookingClients(TroubledClients):
    """Clients of which no process dies."""

    def client(self, service: str) -> Any:
        """The client of a service."""
        return _LookingClient(self._world, service, self._caller, self.calls)


class _TroubledWeb:
    """The web as the hub sees it: now and then nobody answers."""

    def __init__(self, world: World) -> None:
        self._world = world

    def ask(self, urls: Sequence[str]) -> Sequence[Reply]:
        if self._world.happens("unreachable"):
            return [NoAnswer("no connection, in this world") for _ in urls]
        return self._world.call_out(lambda: self._world.web.ask(urls))


_READ_ATTEMPTS = 3


class _TroubledClient(EstateClient):
    """A client whose reads are repeated, as the SDK repeats them, and whose other calls are sent once."""

    def __init__(self, world: World, service: str, caller: Caller, calls: Counter[str]) -> None:
        super().__init__(world.estate, service, caller, validate=False)
        self._world = world
        self._calls = calls

    def _call(self, operation: str, params: dict[str, object]) -> AwsReply:
        is_read = not find_operation(self._service, operation).mutating
        for _ in range(_READ_ATTEMPTS - 1 if is_read else 0):
            try:
                return self._once(operation, params)
            except (ReadTimeoutError, ConnectTimeoutError):
                continue
            except ClientError as error:
                if error.response["Error"]["Code"] != refusal_of(self._service).code:
                    raise
        return self._once(operation, params)

    def _once(self, operation: str, params: dict[str, object]) -> AwsReply:
        self._calls[f"{self._service}:{operation}"] += 1
        world = self._world
        if world.happens("unreachable"):
            world.call_out(lambda: None)
            raise ConnectTimeoutError(endpoint_url=self._service)
        if world.happens("throttle"):
            world.call_out(lambda: None)
            self._raise(operation, refusal_of(self._service))
        answer = self._send(operation, params)
        if find_operation(self._service, operation).mutating and world.happens("lost_reply"):
            raise ReadTimeoutError(endpoint_url=self._service)
        return answer

    def _send(self, operation: str, params: dict[str, object]) -> AwsReply:
        return self._world.call_out(lambda: self._carry_out(operation, params))

    def _carry_out(self, operation: str, params: dict[str, object]) -> AwsReply:
        """The call as AWS carries it out; what a process was to change dies with it, at the latest at its hard end."""
        running = current_invocation()
        if running and running.seconds_left() <= 0 and find_operation(self._service, operation).mutating:
            raise KilledError
        try:
            return super()._call(operation, params)
        finally:
            if self._world.setting.watched:
                self._world.watch.called()
            self._world.plan_aws_events()


class _LookingClient(_TroubledClient):
    """A client whose calls take no time and end no process."""

    def _send(self, operation: str, params: dict[str, object]) -> AwsReply:
        return self._carry_out(operation, params)


class NumberedTokens:
    """Tokens that are told apart."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self) -> str:
        return f"token-{next(self._numbers)}"


class DeclaredInventory:
    """What a scenario declares."""

    def __init__(self, entries: Sequence[Mapping[str, Any]]) -> None:
        self._contents = declared((f"entry {number}", dict(entry)) for number, entry in enumerate(entries, start=1))

    def read(self) -> Contents:
        return self._contents


def as_event(entry: BusEntry, *, number: int, at: str, account: str) -> dict[str, Any]:
    """An event as EventBridge delivers it."""
    return {
        "id": f"event-{number}",
        "source": entry.source,
        "account": account,
        "time": at,
        "region": "us-west-2",
        "detail-type": entry.detail_type,
        "resources": [],
        "detail": json.loads(entry.detail),
    }
