"""Many threads on one store: conditions decide, sums add up, transactions do not mix."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from groundswell.domain.conditions import Absent, Equals
from groundswell.ports.store import Key, Put, Store, TransactionRefusedError, Update
from tests.contract.store.items import given, item

THREADS = 8


def _side_by_side(work: Callable[[int], int]) -> list[int]:
    """What the work gave in each of the threads, which set out together."""
    together = Barrier(THREADS)

    def run(thread: int) -> int:
        together.wait()
        return work(thread)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(run, range(THREADS)))


def _wins(write: Callable[[], None]) -> bool:
    try:
        write()
    except TransactionRefusedError:
        return False
    return True


def test_put_if_absent_has_one_winner_when_threads_race(store: Store, key: Key) -> None:
    def put(thread: int) -> int:
        return _wins(lambda: store.write(Put(item(key, thread=thread), condition=Absent("pk"))))

    won = _side_by_side(put)

    assert sum(won) == 1
    assert store.get(key) == item(key, thread=won.index(1))


def test_sums_add_up_when_threads_race(store: Store, key: Key) -> None:
    def add(thread: int) -> int:
        for _ in range(5):
            store.write(Update(key, add={"count": thread + 1}))
        return 5 * (thread + 1)

    added = _side_by_side(add)

    assert store.get(key) == item(key, count=sum(added))


def test_optimistic_transactions_win_once_a_version_when_threads_race(store: Store, pk: str) -> None:
    wave = Key(pk, "WAVE#001")
    given(store, wave, version=0)

    def win_three_times(_thread: int) -> int:
        tries = wins = 0
        while wins < 3:
            tries += 1
            version = int(str((store.get(wave) or {})["version"]))
            event = item(Key(pk, f"EVENT#{version + 1:03}"))
            wins += _wins(
                lambda version=version, event=event: store.write(  # type: ignore[misc]  # bound for this turn
                    Update(wave, add={"version": 1}, condition=Equals("version", version)),
                    Put(event, condition=Absent("pk")),
                )
            )
        return tries

    tried = _side_by_side(win_three_times)

    assert (store.get(wave) or {})["version"] == 3 * THREADS
    assert [each["sk"] for each in store.query(pk, "EVENT#")] == [f"EVENT#{n + 1:03}" for n in range(3 * THREADS)]
    assert sum(tried) >= 3 * THREADS


def test_overlapping_transactions_leave_one_holder_of_all_when_threads_race(store: Store, pk: str) -> None:
    resources = [Key(f"{pk}#{number}", "HOLD") for number in range(10)]

    def hold_all(thread: int) -> int:
        ordered = resources if thread % 2 else resources[::-1]
        return _wins(lambda: store.write(*(Put(item(key, holder=thread), Absent("pk")) for key in ordered)))

    won = _side_by_side(hold_all)

    assert sum(won) == 1
    assert {each["holder"] for each in store.get_many(resources)} == {won.index(1)}
