"""Reading by key, many keys, and partition."""

from __future__ import annotations

import pytest

from groundswell.domain.errors import PermanentError
from groundswell.ports.store import Key, Put, Store
from tests.contract.store.items import given, given_many, item, numbered

MANY = 130


def test_get_finds_nothing_when_the_partition_has_other_items(store: Store, pk: str) -> None:
    given(store, Key(pk, "META"))

    assert store.get(Key(pk, "WAVE#001")) is None


def test_get_gives_an_item_of_its_own_when_the_caller_changes_it(store: Store, key: Key) -> None:
    given(store, key, map={"inner": {"n": 1}}, list=[{"n": 1}])
    taken = store.get(key) or {}

    taken["map"]["inner"]["n"] = 2  # type: ignore[index,call-overload]  # the shape is known
    taken["list"].append("more")  # type: ignore[union-attr]  # the shape is known
    del taken["pk"]

    assert store.get(key) == item(key, map={"inner": {"n": 1}}, list=[{"n": 1}])


def test_put_keeps_what_it_was_given_when_the_caller_changes_it_later(store: Store, key: Key) -> None:
    inner: dict[str, object] = {"n": 1}
    store.write(Put(item(key, map=inner)))  # type: ignore[arg-type]  # a wider type for the change below

    inner["n"] = 2

    assert store.get(key) == item(key, map={"n": 1})


def test_get_many_keeps_the_order_of_keys_when_some_are_missing(store: Store, pk: str) -> None:
    items = numbered(pk, MANY, status="PENDING")
    given_many(store, items)
    keys = [Key(pk, f"RESOURCE#{number:04}") for number in reversed(range(MANY))]
    with_missing = [key for pair in zip(keys, (Key(pk, f"{key.sk}#NO") for key in keys), strict=True) for key in pair]

    found = store.get_many(with_missing)

    assert found == items[::-1]


def test_get_many_finds_nothing_when_there_are_no_keys(store: Store) -> None:
    assert store.get_many([]) == []


def test_get_many_gives_an_item_once_when_its_key_is_repeated(store: Store, pk: str) -> None:
    first, second = given(store, Key(pk, "A")), given(store, Key(pk, "B"))

    assert store.get_many([Key(pk, "B"), Key(pk, "A"), Key(pk, "B")]) == [second, first]


def test_query_gives_the_partition_when_no_prefix_is_named(store: Store, pk: str) -> None:
    given(store, Key(pk, "WAVE#001"))
    given(store, Key(pk, "META"))
    given(store, Key(f"{pk}#WAVE#001", "META"))

    assert [each["sk"] for each in store.query(pk)] == ["META", "WAVE#001"]


def test_query_gives_what_starts_so_when_a_prefix_is_named(store: Store, pk: str) -> None:
    for sk in ("WAVE", "WAVE#002", "WAVE#001", "WAVF", "WAV#001", "META"):
        given(store, Key(pk, sk))

    assert [each["sk"] for each in store.query(pk, "WAVE#")] == ["WAVE#001", "WAVE#002"]


def test_query_finds_nothing_when_the_partition_is_empty(store: Store, pk: str) -> None:
    assert list(store.query(pk)) == []


def test_query_orders_by_code_point_when_sort_keys_are_unicode(store: Store, pk: str) -> None:
    ascending = ["#", "0", "10", "9", "A", "Z", "a", "é", "中", "\uffee", "\U0001f600"]
    for sk in reversed(ascending):
        given(store, Key(pk, sk))

    assert [each["sk"] for each in store.query(pk)] == ascending


def test_query_ends_when_the_caller_takes_no_more(store: Store, pk: str) -> None:
    given_many(store, numbered(pk, 10))

    assert next(iter(store.query(pk)))["sk"] == "RESOURCE#0000"


@pytest.mark.parametrize("key", [Key("", "META"), Key("EXECUTION#1", "")], ids=repr)
def test_reading_by_an_empty_key_is_a_fault_of_the_caller_when_tried(store: Store, key: Key) -> None:
    with pytest.raises(PermanentError, match="at least one character"):
        store.get(key)
    with pytest.raises(PermanentError, match="at least one character"):
        store.get_many([key])


def test_querying_an_empty_partition_name_is_a_fault_of_the_caller_when_tried(store: Store) -> None:
    with pytest.raises(PermanentError, match="at least one character"):
        list(store.query(""))
