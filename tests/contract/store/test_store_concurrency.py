"""Many threads on one store: conditions decide, sums add up, transactions do not mix."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from threading import Event

import pytest

from groundswell.domain.conditions import Absent, Equals, Item, Present, Value
from groundswell.ports.store import Check, Key, Put, Store, Update
from tests.contract.store.implementations import MEMORY
from tests.contract.store.items import given, given_many, item
from tests.contract.store.racing import side_by_side, wins

THREADS = 8


@pytest.fixture(autouse=True)
def _threads_take_turns_often() -> Iterator[None]:
    """Python switches threads every 5 ms by itself: longer than the stores in this process take for a write."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


def test_put_if_absent_has_one_winner_when_threads_race(store: Store, key: Key) -> None:
    def put(thread: int) -> int:
        return wins(lambda: store.write(Put(item(key, thread=thread), condition=Absent("pk"))))

    won = side_by_side(THREADS, put)

    assert sum(won) == 1
    assert store.get(key) == item(key, thread=won.index(1))


def test_sums_add_up_when_threads_race(store: Store, key: Key) -> None:
    def add(thread: int) -> int:
        for _ in range(5):
            store.write(Update(key, add={"count": thread + 1}))
        return 5 * (thread + 1)

    added = side_by_side(THREADS, add)

    assert store.get(key) == item(key, count=sum(added))


def test_optimistic_transactions_win_once_a_version_when_threads_race(store: Store, pk: str) -> None:
    wave = Key(pk, "WAVE#001")
    given(store, wave, version=0)

    def next_version(version: int) -> Callable[[], None]:
        return lambda: store.write(
            Update(wave, add={"version": 1}, condition=Equals("version", version)),
            Put(item(Key(pk, f"EVENT#{version + 1:03}")), condition=Absent("pk")),
        )

    def win_three_times(_thread: int) -> int:
        tries = won = 0
        while won < 3:
            tries += 1
            won += wins(next_version(int(str((store.get(wave) or {})["version"]))))
        return tries

    tried = side_by_side(THREADS, win_three_times)

    assert (store.get(wave) or {})["version"] == 3 * THREADS
    assert [each["sk"] for each in store.query(pk, "EVENT#")] == [f"EVENT#{n + 1:03}" for n in range(3 * THREADS)]
    assert sum(tried) >= 3 * THREADS


def test_overlapping_transactions_leave_one_holder_of_all_when_threads_race(store: Store, pk: str) -> None:
    resources = [Key(f"{pk}#{number}", "HOLD") for number in range(10)]

    def hold_all(thread: int) -> int:
        ordered = resources if thread % 2 else resources[::-1]
        return wins(lambda: store.write(*(Put(item(key, holder=thread), Absent("pk")) for key in ordered)))

    won = side_by_side(THREADS, hold_all)

    assert sum(won) == 1
    assert {each["holder"] for each in store.get_many(resources)} == {won.index(1)}


def test_members_put_in_one_map_are_all_kept_when_threads_race(store: Store, key: Key) -> None:
    given(store, key, progress={})

    def put_in(thread: int) -> None:
        for turn in range(3):
            store.write(Update(key, put_in={"progress": {f"drs/{thread}-{turn}": {"looks": turn}}}))

    side_by_side(THREADS, put_in)

    members: dict[str, Value] = {
        f"drs/{thread}-{turn}": {"looks": turn} for thread in range(THREADS) for turn in range(3)
    }
    assert store.get(key) == item(key, progress=members)


def test_no_intent_commits_behind_a_pause_that_closes_every_gate_when_threads_race(store: Store, pk: str) -> None:
    gates, under_way = [Key(pk, f"GATE#{number:02}") for number in range(4)], Event()
    for gate in gates:
        given(store, gate, open=True)

    def pause() -> int:
        under_way.wait(10)
        store.write(*(Put(item(gate, open=False)) for gate in gates))
        return len(list(store.query(pk, "INTENT#")))

    def intent(name: str) -> Callable[[], None]:
        gate = gates[sum(map(int, name.split("-"))) % len(gates)]
        return lambda: store.write(
            Check(gate, Equals("open", True)), Put(item(Key(pk, f"INTENT#{name}")), condition=Absent("pk"))
        )

    def intend(thread: int) -> int:
        count = 0
        while wins(intent(f"{thread}-{count}")):
            count += 1
            under_way.set()
        return count

    at_the_pause, *committed = side_by_side(THREADS, lambda thread: intend(thread) if thread else pause())

    assert sum(committed) > 0
    assert at_the_pause == sum(committed) == len(list(store.query(pk, "INTENT#")))


def test_nobody_sees_anything_of_a_refused_transaction_when_threads_read(
    store: Store, implementation: str, pk: str
) -> None:
    attempts = 300 if implementation == MEMORY else 5
    keys = [Key(pk, f"RESOURCE#{number:02}") for number in range(30)]
    given_many(store, [item(key, version=0) for key in keys])
    refused = Event()

    def write() -> set[object]:
        changes = [Update(key, add={"version": 1}) for key in keys]
        won: set[object] = {
            wins(lambda: store.write(*changes, Check(Key(pk, "NONE"), Present("pk")))) for _ in range(attempts)
        }
        refused.set()
        return won

    def read(look: Callable[[], list[Item]]) -> set[object]:
        seen: set[object] = set()
        while not refused.is_set():
            seen |= {each["version"] for each in look()}
        return seen

    looks: list[Callable[[], list[Item]]] = [
        lambda: [store.get(keys[0]) or {}],
        lambda: store.get_many(keys[:3]),
        lambda: list(store.query(pk)),
    ]
    found = side_by_side(4, lambda thread: read(looks[thread - 1]) if thread else write())

    assert found == [{False}, {0}, {0}, {0}]


def test_everybody_sees_a_whole_transaction_when_its_write_has_returned(store: Store, pk: str) -> None:
    keys = [Key(pk, sk) for sk in ("A", "B")]
    for key in keys:
        given(store, key, version=0)
    returned = [0]

    def write() -> int:
        for version in range(1, 11):
            store.write(*(Update(key, set={"version": version}) for key in keys))
            returned[0] = version
        return 0

    def staleness() -> int:
        least = returned[0]
        seen = [*(store.get(key) or {} for key in reversed(keys)), *store.get_many(keys), *store.query(pk)]
        return max(least - int(str(each["version"])) for each in seen)

    stalest = side_by_side(THREADS, lambda thread: max(staleness() for _ in range(10)) if thread else write())

    assert max(stalest) <= 0
    assert returned == [10]
