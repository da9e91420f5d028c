"""What the relay, and whoever follows the ledger, relies on: every change is told, an item's changes in their order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from groundswell.domain.conditions import Absent, Equals, Item, Present
from groundswell.ports.store import Check, Delete, Key, Put, TransactionRefusedError, Update
from tests.contract.store.items import given, item
from tests.contract.store.racing import side_by_side
from tests.contract.store.streams import Change, Watched, watched

THREADS, TURNS = 6, 5
WRITES = THREADS * TURNS


@pytest.fixture
def watching(implementation: str) -> Iterator[Watched]:
    with watched(implementation) as store:
        yield store


def test_stream_tells_an_items_life_in_order_when_it_is_written(watching: Watched, key: Key) -> None:
    watching.store.write(Put(item(key, version=1, map={"n": [1, None]}), condition=Absent("pk")))
    watching.store.write(Update(key, add={"version": 1}, remove=("map",)))
    watching.store.write(Delete(key))
    watching.store.write(Put(item(key, again=True)))

    assert watching.changes(key.pk, 4) == [
        Change(key, None, item(key, version=1, map={"n": [1, None]})),
        Change(key, item(key, version=1, map={"n": [1, None]}), item(key, version=2)),
        Change(key, item(key, version=2), None),
        Change(key, None, item(key, again=True)),
    ]


@pytest.mark.moto_differs("it tells of an empty item first")
def test_stream_tells_one_insertion_when_an_update_creates_the_item(watching: Watched, key: Key) -> None:
    watching.store.write(Update(key, set={"status": "RUNNING"}, add={"version": 1}))
    watching.store.write(Delete(key))

    created = item(key, status="RUNNING", version=1)
    assert watching.changes(key.pk, 2) == [Change(key, None, created), Change(key, created, None)]


def test_stream_tells_every_change_of_a_transaction_when_it_is_done(watching: Watched, pk: str) -> None:
    wave = given(watching.store, Key(pk, "WAVE"), status="PENDING")
    facts = [item(Key(pk, f"EVENT#{number}"), unpublished=True) for number in range(3)]

    watching.store.write(
        Check(Key(pk, "META"), Absent("pk")),
        Update(Key(pk, "WAVE"), set={"status": "RUNNING"}),
        *(Put(fact, condition=Absent("pk")) for fact in facts),
    )

    told = watching.changes(pk, 5)
    assert sorted(told[1:], key=lambda change: change.key) == [
        *(Change(Key(pk, str(fact["sk"])), None, fact) for fact in facts),
        Change(Key(pk, "WAVE"), wave, {**wave, "status": "RUNNING"}),
    ]


@pytest.mark.moto_differs("it keeps what it told before a transaction was taken back")
def test_stream_tells_nothing_of_a_transaction_when_it_is_refused(watching: Watched, pk: str) -> None:
    given(watching.store, Key(pk, "META"), status="PAUSED")

    with pytest.raises(TransactionRefusedError):
        watching.store.write(
            Put(item(Key(pk, "EVENT#1"))),
            Update(Key(pk, "WAVE"), add={"version": 1}),
            Check(Key(pk, "META"), Equals("status", "RUNNING")),
        )
    given(watching.store, Key(pk, "LAST"))

    assert [change.key.sk for change in watching.changes(pk, 2)] == ["META", "LAST"]


@pytest.mark.moto_differs("it tells of every write, also of one that changes nothing")
def test_stream_is_silent_when_a_write_changes_nothing(watching: Watched, pk: str) -> None:
    key = Key(pk, "META")
    given(watching.store, key, status="RUNNING")

    watching.store.write(Put(item(key, status="RUNNING")))
    watching.store.write(Update(key, set={"status": "RUNNING"}, remove=("never-there",)))
    watching.store.write(Check(key, Present("pk")), Delete(Key(pk, "NEVER-THERE")))
    given(watching.store, Key(pk, "LAST"))

    assert [change.key.sk for change in watching.changes(pk, 2)] == ["META", "LAST"]


def test_stream_chains_each_items_changes_when_threads_write(watching: Watched, pk: str) -> None:
    wave, meta = (Key(pk, sk) for sk in ("WAVE", "META"))
    given(watching.store, wave, version=0)
    given(watching.store, meta, version=0)

    def write(thread: int) -> None:
        for turn in range(TURNS):
            pair = (wave, meta) if thread % 2 else (meta, wave)
            fact = item(Key(pk, f"EVENT#{thread}-{turn}"), unpublished=True)
            watching.store.write(*(Update(each, add={"version": 1}) for each in pair), Put(fact, Absent("pk")))

    side_by_side(THREADS, write)

    told = watching.changes(pk, 2 + 3 * WRITES)
    for key in (wave, meta):
        versions: list[Item] = [item(key, version=number) for number in range(WRITES + 1)]
        assert [change.new for change in told if change.key == key] == versions
        assert [change.old for change in told if change.key == key] == [None, *versions[:-1]]


def test_stream_tells_each_fact_once_when_threads_write_and_mark_it(watching: Watched, pk: str) -> None:
    def write(thread: int) -> None:
        for turn in range(TURNS):
            fact = Key(pk, f"EVENT#{thread}-{turn}")
            watching.store.write(Put(item(fact, unpublished=True), Absent("pk")))
            watching.store.write(Update(fact, remove=("unpublished",), condition=Present("unpublished")))

    side_by_side(THREADS, write)

    told = watching.changes(pk, 2 * WRITES)
    inserted = [change.key.sk for change in told if change.old is None]
    assert len(inserted) == len(set(inserted)) == WRITES
    assert all("unpublished" in (change.new or {}) for change in told if change.old is None)
    assert len(told) == 2 * WRITES
