"""The sparse indexes: who is in them, in what order, and up to where."""

from __future__ import annotations

import pytest

from groundswell.domain.conditions import Value
from groundswell.domain.errors import PermanentError
from groundswell.ports.store import Delete, Index, Key, Put, Store, Update
from tests.contract.store.items import given, item
from tests.contract.store.patience import assert_soon


def _soon(store: Store, shard: str, expected: list[str], *, up_to: str | None = None) -> None:
    """Assert what the index of due items holds, once it had time to follow its table."""
    assert_soon(lambda: [str(each["sk"]) for each in store.query_index(Index.DUE, shard, up_to=up_to)], expected)


def test_index_orders_by_its_sort_attribute_when_keys_order_otherwise(store: Store, pk: str, shard: str) -> None:
    for sk, due_at in (("A", "2026-11-21T10:02"), ("B", "2026-11-21T10:00"), ("C", "2026-11-21T10:01")):
        given(store, Key(pk, sk), due_shard=shard, due_at=due_at)

    _soon(store, shard, ["B", "C", "A"])


def test_index_gives_whole_items_when_queried(store: Store, key: Key, shard: str) -> None:
    put = given(store, key, due_shard=shard, due_at="2026", status="RUNNING", map={"n": [1]})

    _soon(store, shard, [key.sk])

    assert list(store.query_index(Index.DUE, shard)) == [put]


@pytest.mark.parametrize(
    ("up_to", "expected"), [("1", []), ("2", ["A", "B"]), ("3", ["A", "B", "C"]), ("9", ["A", "B", "C"])]
)
def test_index_gives_items_up_to_and_with_the_bound_when_it_is_named(
    store: Store, pk: str, shard: str, up_to: str, expected: list[str]
) -> None:
    for sk, due_at in (("A", "10"), ("B", "2"), ("C", "3")):
        given(store, Key(pk, sk), due_shard=shard, due_at=due_at)

    _soon(store, shard, expected, up_to=up_to)


@pytest.mark.parametrize("attributes", [{"due_shard": "shard"}, {"due_at": "2026"}, {}], ids=repr)
def test_index_leaves_an_item_out_when_it_has_not_both_attributes(
    store: Store, pk: str, shard: str, attributes: dict[str, Value]
) -> None:
    mine: dict[str, Value] = {name: shard if name == "due_shard" else value for name, value in attributes.items()}
    given(store, Key(pk, "OUT"), **mine)
    given(store, Key(pk, "IN"), due_shard=shard, due_at="2026")

    _soon(store, shard, ["IN"])


def test_index_takes_an_item_in_when_an_update_sets_its_attributes(store: Store, key: Key, shard: str) -> None:
    given(store, key)

    store.write(Update(key, set={"due_shard": shard, "due_at": "2026"}))

    _soon(store, shard, [key.sk])


def test_index_drops_an_item_when_an_update_removes_an_attribute(store: Store, key: Key, shard: str) -> None:
    given(store, key, due_shard=shard, due_at="2026")

    store.write(Update(key, remove=("due_at",)))

    _soon(store, shard, [])
    assert store.get(key) == item(key, due_shard=shard)


def test_index_drops_an_item_when_it_is_deleted(store: Store, key: Key, shard: str) -> None:
    given(store, key, due_shard=shard, due_at="2026")

    store.write(Delete(key))

    _soon(store, shard, [])


def test_index_drops_an_item_when_a_put_leaves_the_attributes_out(store: Store, key: Key, shard: str) -> None:
    given(store, key, due_shard=shard, due_at="2026")

    store.write(Put(item(key)))

    _soon(store, shard, [])


def test_index_moves_an_item_when_its_attributes_change(store: Store, pk: str, shard: str) -> None:
    given(store, Key(pk, "A"), due_shard=shard, due_at="1")
    given(store, Key(pk, "B"), due_shard=shard, due_at="2")

    store.write(Update(Key(pk, "A"), set={"due_at": "3"}), Update(Key(pk, "B"), set={"due_shard": f"{shard}-other"}))

    _soon(store, shard, ["A"])
    _soon(store, f"{shard}-other", ["B"])


def test_index_holds_items_of_any_partition_when_they_share_its_attributes(store: Store, pk: str, shard: str) -> None:
    given(store, Key(f"{pk}-1", "META"), due_shard=shard, due_at="1")
    given(store, Key(f"{pk}-2", "META"), due_shard=shard, due_at="1")

    _soon(store, shard, ["META", "META"])

    assert {each["pk"] for each in store.query_index(Index.DUE, shard)} == {f"{pk}-1", f"{pk}-2"}


def test_latest_gives_the_last_first_when_there_are_more(store: Store, pk: str, shard: str) -> None:
    for number in range(1, 5):
        given(store, Key(pk, f"ITEM#{number}"), due_shard=shard, due_at=f"2026-0{number}")
    _soon(store, shard, [f"ITEM#{number}" for number in range(1, 5)])

    found = store.latest(Index.DUE, shard, 3)

    assert [each["due_at"] for each in found] == ["2026-04", "2026-03", "2026-02"]


def test_latest_gives_all_when_there_are_fewer(store: Store, pk: str, shard: str) -> None:
    given(store, Key(pk, "ITEM"), due_shard=shard, due_at="2026")
    _soon(store, shard, ["ITEM"])

    assert [each["sk"] for each in store.latest(Index.DUE, shard, 3)] == ["ITEM"]
    assert store.latest(Index.DUE, f"{shard}-empty", 3) == []


def test_wake_index_orders_by_the_sort_key_when_queried(store: Store, pk: str) -> None:
    wake = f"wake-{pk}"
    for sk in ("HOLD#2", "HOLD#1"):
        given(store, Key(pk, sk), wake_key=wake)
    given(store, Key(pk, "HOLD#0"))

    assert_soon(lambda: [str(each["sk"]) for each in store.query_index(Index.WAKE, wake)], ["HOLD#1", "HOLD#2"])
    assert [each["sk"] for each in store.query_index(Index.WAKE, wake, up_to="HOLD#1")] == ["HOLD#1"]


@pytest.mark.parametrize("value", ["", None, 7, ["x"]], ids=repr)
def test_write_is_not_taken_when_an_index_attribute_is_no_text(store: Store, key: Key, value: Value) -> None:
    with pytest.raises(PermanentError, match="due_at"):
        store.write(Put(item(key, due_shard="shard", due_at=value)))
    with pytest.raises(PermanentError, match="due_at"):
        store.write(Update(key, set={"due_at": value}))

    assert store.get(key) is None


def test_querying_an_index_by_an_empty_text_is_a_fault_of_the_caller_when_tried(store: Store, shard: str) -> None:
    with pytest.raises(PermanentError, match="due_shard"):
        list(store.query_index(Index.DUE, ""))
    with pytest.raises(PermanentError, match="due_at"):
        list(store.query_index(Index.DUE, shard, up_to=""))
