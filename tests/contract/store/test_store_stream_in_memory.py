"""The stream in memory under threads, turn by turn: what luck would have to bring about on the other stores."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.conditions import Item
from groundswell.ports.store import Key, Put, Store, Update
from tests.contract.store.racing import side_by_side

META = Key("EXECUTION#1", "META")
PATIENCE = 10.0
"""Seconds; a test that fails waits so long, one that passes waits for nothing."""


class _SlowListener:
    """Takes its time over the first record until it is let go, and notes what it is told meanwhile, and after."""

    def __init__(self) -> None:
        self.busy, self.let_go = Event(), Event()
        self.told: list[object] = []

    def __call__(self, _key: Key, _old: Item | None, new: Item | None) -> None:
        self.told.append((new or {})["version"])
        if len(self.told) == 1:
            self.busy.set()
            self.let_go.wait(PATIENCE)


def _next_version(store: Store) -> None:
    store.write(Update(META, add={"version": 1}))


def test_stream_tells_what_others_wrote_after_and_in_order_when_its_listener_is_slow() -> None:
    listener = _SlowListener()
    store = MemoryStore(listener)

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(_next_version, store)
        listener.busy.wait(PATIENCE)
        for _ in range(5):
            _next_version(store)
        told_meanwhile = list(listener.told)
        listener.let_go.set()
        first.result()

    assert told_meanwhile == [1]
    assert listener.told == [1, 2, 3, 4, 5, 6]


def test_stream_tells_all_writes_of_a_transaction_before_the_next_when_its_listener_is_slow() -> None:
    listener = _SlowListener()
    store = MemoryStore(listener)

    def put(*names: str) -> None:
        store.write(*(Put({"pk": name, "sk": "META", "version": name}) for name in names))

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(put, "A", "B")
        listener.busy.wait(PATIENCE)
        put("D", "C")
        listener.let_go.set()
        first.result()

    assert listener.told == ["A", "B", "D", "C"]


def test_stream_tells_one_record_at_a_time_when_threads_write() -> None:
    told: list[object] = []
    telling: list[int] = []
    overlaps: list[int] = []

    def listen(_key: Key, _old: Item | None, new: Item | None) -> None:
        telling.append(1)
        overlaps.extend(telling[1:])
        told.append((new or {})["version"])
        telling.pop()

    store = MemoryStore(listen)

    def write(_thread: int) -> None:
        for _ in range(200):
            _next_version(store)

    side_by_side(8, write)

    assert overlaps == []
    assert told == list(range(1, 1601))
