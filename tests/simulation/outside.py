"""The outside of the functions, with trouble: ledger, bus, queue and AWS's services as the world lets them be."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.conditions import Item
from groundswell.domain.errors import TransientError
from groundswell.ports.clients import Clients
from groundswell.ports.store import Index, Key, Write
from groundswell.ports.world import BusEntry, PublishError
from rehearsal.estate.caller import Caller
from rehearsal.estate.clients import EstateClient

if TYPE_CHECKING:
    from tests.simulation.world import World

T = TypeVar("T")


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
        self._world.call_out(lambda: self._store.write(*writes))
        if self._world.happens("store_lost"):
            raise TransientError("the store's answer was lost, in this world")


class TroubledBus:
    """The hub's bus: it may refuse entries."""

    def __init__(self, world: World) -> None:
        self._world = world

    def publish(self, entries: Sequence[BusEntry]) -> None:
        refused = {place: "refused" for place in range(len(entries)) if self._world.happens("bus_refusal")}
        taken = [entry for place, entry in enumerate(entries) if place not in refused]
        self._world.call_out(lambda: self._world.put_on_bus(taken))
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
        self._world.call_out(lambda: self._world.enqueue(self._queue, body, delay_seconds))


class TroubledSource:
    """Roles of workload accounts, over the estate."""

    def __init__(self, world: World) -> None:
        self._world = world

    def open(
        self, *, account: str, region: str, role: str, session_name: str, calls_per_second: float | None
    ) -> Clients:
        del role, session_name, calls_per_second
        return TroubledClients(self._world, Caller(account, region))


class TroubledClients:
    """Clients of one look, that count their calls."""

    def __init__(self, world: World, caller: Caller) -> None:
        self._world = world
        self._caller = caller
        self.calls: Counter[str] = Counter()

    def client(self, service: str) -> Any:
        return _TroubledClient(self._world, self._world.client(service, self._caller), service, self.calls)


_READS = ("describe_", "list_", "get_")


class _TroubledClient:
    """A client whose reads are repeated, as the SDK repeats them, and whose other calls are sent once."""

    def __init__(self, world: World, client: EstateClient, service: str, calls: Counter[str]) -> None:
        self._world = world
        self._client = client
        self._service = service
        self._calls = calls
        self.exceptions = client.exceptions

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)
        return lambda **params: self._call(name, lambda: method(**params))

    def get_paginator(self, name: str) -> Any:
        return self._client.get_paginator(name)

    def _call(self, name: str, method: Callable[[], T]) -> T:
        attempts = 3 if name.startswith(_READS) else 1
        for attempt in itertools.count(1):
            self._calls[f"{self._service}:{name}"] += 1
            try:
                return self._once(name, method)
            except (ReadTimeoutError, ConnectTimeoutError):
                if attempt >= attempts:
                    raise
        raise AssertionError("not reached")

    def _once(self, name: str, method: Callable[[], T]) -> T:
        if self._world.happens("unreachable"):
            self._world.call_out(lambda: None)
            raise ConnectTimeoutError(endpoint_url=self._service)
        answer = self._world.call_out(method)
        if not name.startswith(_READS) and self._world.happens("lost_reply"):
            raise ReadTimeoutError(endpoint_url=self._service)
        return answer


class NumberedTokens:
    """Tokens that are told apart."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self) -> str:
        return f"token-{next(self._numbers)}"


class DeclaredInventory:
    """What a scenario declares."""

    def __init__(self, entries: Sequence[Mapping[str, Any]]) -> None:
        self._entries = [(f"entry {number}", dict(entry)) for number, entry in enumerate(entries, start=1)]

    def entries(self) -> Sequence[tuple[str, Any]]:
        return self._entries


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
