"""The stream of the store in memory: one record for each item that changed, in the order of commits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import pytest

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.conditions import Absent, Item, Present, Value
from groundswell.domain.errors import PermanentError
from groundswell.ports.store import Check, Delete, Key, Put, TransactionRefusedError, Update

Record: TypeAlias = tuple[Key, Item | None, Item | None]
KEY = Key("EXECUTION#1", "META")


class _Listening:
    """A store, and what its listener was told since the last look."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.store = MemoryStore(lambda key, old, new: self.records.append((key, old, new)))

    def given(self, key: Key, **attributes: Value) -> Item:
        item: Item = {"pk": key.pk, "sk": key.sk, **attributes}
        self.store.write(Put(item))
        self.records.clear()
        return item


@pytest.fixture
def listening() -> _Listening:
    return _Listening()


def test_stream_tells_of_an_insert_when_nothing_was_there(listening: _Listening) -> None:
    listening.store.write(Update(KEY, set={"status": "PLANNING"}))

    assert listening.records == [(KEY, None, {"pk": KEY.pk, "sk": KEY.sk, "status": "PLANNING"})]


def test_stream_tells_both_images_when_an_item_changes(listening: _Listening) -> None:
    old = listening.given(KEY, version=1)

    listening.store.write(Update(KEY, add={"version": 1}))

    assert listening.records == [(KEY, old, {**old, "version": 2})]


def test_stream_tells_of_a_removal_when_an_item_is_deleted(listening: _Listening) -> None:
    old = listening.given(KEY, version=1)

    listening.store.write(Delete(KEY))

    assert listening.records == [(KEY, old, None)]


def test_stream_keeps_the_order_of_writes_when_a_transaction_has_several(listening: _Listening) -> None:
    keys = [Key("EXECUTION#1", sk) for sk in ("C", "A", "B")]

    listening.store.write(*(Put({"pk": key.pk, "sk": key.sk}) for key in keys))

    assert [key for key, _, _ in listening.records] == keys


@pytest.mark.parametrize(
    "write",
    [
        Check(KEY, Present("pk")),
        Put({"pk": KEY.pk, "sk": KEY.sk, "count": 1, "flag": True}),
        Update(KEY, set={"count": 1}),
        Update(KEY, add={"count": 0}),
        Update(KEY, remove=("never-there",)),
        Delete(Key("EXECUTION#1", "NOT-THERE")),
    ],
    ids=repr,
)
def test_stream_is_silent_when_a_write_changes_nothing(
    listening: _Listening, write: Check | Put | Update | Delete
) -> None:
    listening.given(KEY, count=1, flag=True)

    listening.store.write(write)

    assert listening.records == []


@pytest.mark.parametrize(
    ("before", "after"), [(1, True), (False, 0), ([1], [True]), ({"a": [0]}, {"a": [False]})], ids=repr
)
def test_stream_tells_of_a_change_when_only_the_type_changes(
    listening: _Listening, before: Value, after: Value
) -> None:
    listening.given(KEY, value=before)

    listening.store.write(Update(KEY, set={"value": after}))

    assert len(listening.records) == 1


def test_stream_is_silent_when_a_transaction_is_refused(listening: _Listening) -> None:
    listening.given(KEY, text="x")

    with pytest.raises(TransactionRefusedError):
        listening.store.write(Put({"pk": "EXECUTION#2", "sk": "META"}), Check(KEY, Absent("pk")))
    with pytest.raises(PermanentError):
        listening.store.write(Put({"pk": "EXECUTION#2", "sk": "META"}), Update(KEY, add={"text": 1}))

    assert listening.records == []


def test_store_keeps_its_items_when_the_listener_changes_what_it_was_told(listening: _Listening) -> None:
    listening.store.write(Put({"pk": KEY.pk, "sk": KEY.sk, "map": {"list": [1]}}))

    _, _, told = listening.records[0]
    (told or {}).clear()

    assert listening.store.get(KEY) == {"pk": KEY.pk, "sk": KEY.sk, "map": {"list": [1]}}


def test_refusal_keeps_the_stores_items_when_the_caller_changes_them(listening: _Listening) -> None:
    item = listening.given(KEY, map={"list": [1]})
    with pytest.raises(TransactionRefusedError) as refused:
        listening.store.write(Put({"pk": KEY.pk, "sk": KEY.sk}, condition=Absent("pk")))

    (refused.value.reasons[0].item or {})["map"] = "changed"

    assert listening.store.get(KEY) == item


def test_stream_tells_of_a_listeners_own_writes_after_the_rest_of_the_transaction() -> None:
    told: list[str] = []

    def answer(key: Key, old: Item | None, _new: Item | None) -> None:
        told.append(key.sk)
        if old is None and not key.sk.endswith("-ANSWER"):
            store.write(Put({"pk": key.pk, "sk": f"{key.sk}-ANSWER"}))

    store = MemoryStore(answer)

    store.write(*(Put({"pk": "EXECUTION#1", "sk": sk}) for sk in ("A", "B")))

    assert told == ["A", "B", "A-ANSWER", "B-ANSWER"]


def test_stream_goes_on_with_the_next_record_when_the_listener_failed_on_one() -> None:
    told: list[str] = []

    def fail_on_first(key: Key, _old: Item | None, _new: Item | None) -> None:
        told.append(key.sk)
        if key.sk == "A":
            raise ValueError("poison")

    store = MemoryStore(fail_on_first)

    with pytest.raises(ValueError, match="poison"):
        store.write(*(Put({"pk": "EXECUTION#1", "sk": sk}) for sk in ("A", "B")))
    store.write(Put({"pk": "EXECUTION#1", "sk": "C"}))

    assert told == ["A", "B", "C"]


def test_stream_tells_every_change_in_order_of_commit_when_threads_write(listening: _Listening) -> None:
    def add(_: int) -> None:
        for _turn in range(200):
            listening.store.write(Update(KEY, add={"count": 1}))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(8)))

    assert [(new or {})["count"] for _, _, new in listening.records] == list(range(1, 1601))
