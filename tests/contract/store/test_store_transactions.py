"""A transaction does everything or nothing, and says why not, write by write."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from groundswell.domain.conditions import Absent, Equals, Present
from groundswell.domain.errors import PermanentError
from groundswell.ports.store import (
    MAX_WRITES,
    Check,
    Delete,
    Key,
    Put,
    Reason,
    Refusal,
    Store,
    TransactionRefusedError,
    Update,
    Write,
)
from tests.contract.store.items import given, given_many, item, numbered


def test_transaction_does_every_write_when_all_conditions_hold(store: Store, pk: str) -> None:
    given(store, Key(pk, "META"), status="RUNNING")
    given(store, Key(pk, "HOLD"), holder="execution-1")

    store.write(
        Check(Key(pk, "META"), Equals("status", "RUNNING")),
        Put(item(Key(pk, "EVENT"), type="WaveStarted"), condition=Absent("pk")),
        Update(Key(pk, "WAVE"), set={"status": "RUNNING"}, add={"version": 1}),
        Delete(Key(pk, "HOLD"), condition=Equals("holder", "execution-1")),
    )

    assert list(store.query(pk)) == [
        item(Key(pk, "EVENT"), type="WaveStarted"),
        item(Key(pk, "META"), status="RUNNING"),
        item(Key(pk, "WAVE"), status="RUNNING", version=1),
    ]


def test_transaction_writes_nothing_when_its_last_condition_fails(store: Store, pk: str) -> None:
    before = [given(store, Key(pk, sk), status="RUNNING") for sk in ("A", "B", "C")]

    with pytest.raises(TransactionRefusedError):
        store.write(
            Put(item(Key(pk, "NEW"))),
            Update(Key(pk, "A"), set={"status": "HELD"}),
            Delete(Key(pk, "B")),
            Check(Key(pk, "C"), Equals("status", "PAUSED")),
        )

    assert list(store.query(pk)) == before


def test_transaction_tells_a_reason_for_each_write_in_order_when_refused(store: Store, pk: str) -> None:
    given(store, Key(pk, "A"), version=1)
    old = given(store, Key(pk, "B"), version=2, map={"list": [1, None, "x"]})

    with pytest.raises(TransactionRefusedError) as refused:
        store.write(
            Update(Key(pk, "A"), add={"version": 1}, condition=Equals("version", 1)),
            Update(Key(pk, "B"), add={"version": 1}, condition=Equals("version", 1)),
            Put(item(Key(pk, "C"))),
            Check(Key(pk, "D"), Present("pk")),
        )

    assert refused.value.reasons == (
        Reason(Refusal.NONE),
        Reason(Refusal.CONDITION, old),
        Reason(Refusal.NONE),
        Reason(Refusal.CONDITION, None),
    )
    assert refused.value.failed == [1, 3]


@pytest.mark.parametrize(
    "refused_on",
    [
        lambda key: Put(item(key), condition=Absent("pk")),
        lambda key: Update(key, add={"version": 1}, condition=Equals("version", 1)),
        lambda key: Check(key, Equals("version", 1)),
        lambda key: Delete(key, condition=Equals("version", 1)),
    ],
    ids=["put", "update", "check", "delete"],
)
def test_transaction_tells_what_stood_there_when_any_kind_of_write_is_refused(
    store: Store, pk: str, refused_on: Callable[[Key], Write]
) -> None:
    old = [given(store, Key(pk, sk), version=2, name=sk) for sk in ("A", "B", "C")]

    with pytest.raises(TransactionRefusedError) as refused:
        store.write(refused_on(Key(pk, "C")), Delete(Key(pk, "B")), refused_on(Key(pk, "A")))

    assert refused.value.reasons == (
        Reason(Refusal.CONDITION, old[2]),
        Reason(Refusal.NONE),
        Reason(Refusal.CONDITION, old[0]),
    )


def test_transaction_is_refused_by_a_condition_when_another_write_would_not_be_taken(store: Store, pk: str) -> None:
    given(store, Key(pk, "A"), count="text")

    with pytest.raises(TransactionRefusedError) as refused:
        store.write(
            Check(Key(pk, "B"), Present("pk")),
            Update(Key(pk, "A"), set={"status": "x"}, condition=Present("missing")),
            Put(item(Key(pk, "C"))),
        )

    assert refused.value.failed == [0, 1]


@pytest.mark.moto_differs("it does not judge the other writes once an update has an invalid path")
def test_transaction_tells_the_invalid_write_apart_when_a_condition_fails_too(store: Store, pk: str) -> None:
    given(store, Key(pk, "A"), status="RUNNING")

    with pytest.raises(TransactionRefusedError) as refused:
        store.write(
            Update(Key(pk, "A"), put_in={"progress": {"drs/a": 1}}),
            Check(Key(pk, "B"), Present("pk")),
        )

    assert [reason.refusal for reason in refused.value.reasons] == [Refusal.INVALID, Refusal.CONDITION]


def test_transaction_writes_nothing_when_one_write_does_not_fit_its_item(store: Store, pk: str) -> None:
    before = [given(store, Key(pk, "A"), count=1), given(store, Key(pk, "B"), count="text")]

    with pytest.raises(PermanentError, match=pk):
        store.write(Update(Key(pk, "A"), add={"count": 1}), Update(Key(pk, "B"), add={"count": 1}))

    assert list(store.query(pk)) == before


def test_transaction_takes_100_writes_when_items_are_distinct(store: Store, pk: str) -> None:
    given_many(store, numbered(pk, MAX_WRITES, count=1))

    store.write(*(Update(Key(pk, f"RESOURCE#{number:04}"), add={"count": number}) for number in range(MAX_WRITES)))

    assert [each["count"] for each in store.query(pk)] == [1 + number for number in range(MAX_WRITES)]


def test_transaction_tells_100_reasons_when_the_last_of_100_fails(store: Store, pk: str) -> None:
    puts = [Put(each) for each in numbered(pk, MAX_WRITES - 1)]

    with pytest.raises(TransactionRefusedError) as refused:
        store.write(*puts, Check(Key(pk, "META"), Present("pk")))

    assert len(refused.value.reasons) == MAX_WRITES
    assert refused.value.failed == [MAX_WRITES - 1]


def test_transaction_is_not_taken_when_it_has_101_writes(store: Store, pk: str) -> None:
    with pytest.raises(PermanentError, match="101"):
        store.write(*(Put(each) for each in numbered(pk, MAX_WRITES + 1)))

    assert list(store.query(pk)) == []


def test_transaction_is_not_taken_when_it_has_no_write(store: Store) -> None:
    with pytest.raises(PermanentError, match="1 to 100"):
        store.write()


def test_transaction_is_not_taken_when_two_writes_are_on_one_item(store: Store, key: Key) -> None:
    with pytest.raises(PermanentError, match="distinct"):
        store.write(Put(item(key)), Check(key, Absent("pk")))

    assert store.get(key) is None
