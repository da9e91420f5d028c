"""Reading more than one reply holds: a page has a megabyte, a batch a hundred keys or sixteen megabytes."""

from __future__ import annotations

from groundswell.domain.conditions import Value
from groundswell.ports.store import Delete, Index, Key, Put, Store, Update
from tests.contract.store.items import item
from tests.contract.store.patience import assert_soon

LARGE: Value = "x" * 300_000
"""Three such items are on a page, and the fourth is not."""


def _given_large(store: Store, pk: str, *sort_keys: str, **attributes: Value) -> list[Key]:
    """Large items, each in a transaction of its own."""
    keys = [Key(pk, sk) for sk in sort_keys]
    for key in keys:
        store.write(Put(item(key, filler=LARGE, **attributes)))
    return keys


def _numbered(prefix: str, count: int) -> list[str]:
    return [f"{prefix}#{number}" for number in range(count)]


def test_query_follows_pages_when_the_partition_is_above_a_megabyte(store: Store, pk: str) -> None:
    keys = _given_large(store, pk, *_numbered("RESOURCE", 8))

    assert [each["sk"] for each in store.query(pk, "RESOURCE#")] == [key.sk for key in keys]


def test_query_keeps_to_its_prefix_when_a_page_ends_before_another(store: Store, pk: str) -> None:
    _given_large(store, pk, *_numbered("A", 4), *_numbered("B", 4), *_numbered("C", 2))

    assert [each["sk"] for each in store.query(pk, "B#")] == _numbered("B", 4)


def test_query_goes_on_when_what_it_gave_is_deleted_meanwhile(store: Store, pk: str) -> None:
    keys = _given_large(store, pk, *_numbered("HOLD", 8))

    given_by_it = []
    for each in store.query(pk):
        given_by_it.append(str(each["sk"]))
        store.write(Delete(Key(pk, given_by_it[-1])))

    assert given_by_it == [key.sk for key in keys]
    assert list(store.query(pk)) == []


def test_index_follows_pages_when_its_order_is_not_that_of_the_keys(store: Store, pk: str, shard: str) -> None:
    names = _numbered("EVENT", 6)
    for number, name in enumerate(names):
        _given_large(store, pk, name, due_shard=shard, due_at=str(9 - number))

    assert_soon(lambda: [str(each["sk"]) for each in store.query_index(Index.DUE, shard)], names[::-1])


def test_index_gives_every_item_once_when_all_fall_due_at_one_moment(store: Store, pk: str, shard: str) -> None:
    keys = _given_large(store, pk, *_numbered("EVENT", 8), due_shard=shard, due_at="2026")

    assert_soon(lambda: sorted(str(each["sk"]) for each in store.query_index(Index.DUE, shard)), [k.sk for k in keys])


def test_index_keeps_to_its_bound_when_it_follows_pages(store: Store, pk: str, shard: str) -> None:
    for number, name in enumerate(_numbered("EVENT", 8)):
        _given_large(store, pk, name, due_shard=shard, due_at=str(number))

    assert_soon(
        lambda: [str(each["due_at"]) for each in store.query_index(Index.DUE, shard, up_to="5")], list("012345")
    )


def test_index_goes_on_when_what_it_gave_leaves_it_meanwhile(store: Store, pk: str, shard: str) -> None:
    keys = _given_large(store, pk, *_numbered("EVENT", 8), due_shard=shard, due_at="2026")
    assert_soon(lambda: len(list(store.query_index(Index.DUE, shard))), len(keys))

    given_by_it = []
    for each in store.query_index(Index.DUE, shard):
        given_by_it.append(str(each["sk"]))
        store.write(Update(Key(pk, given_by_it[-1]), remove=("due_shard", "due_at")))

    assert sorted(given_by_it) == [key.sk for key in keys]
    assert_soon(lambda: len(list(store.query_index(Index.DUE, shard))), 0)


def test_latest_follows_pages_when_so_many_are_above_a_megabyte(store: Store, pk: str, shard: str) -> None:
    for number, name in enumerate(_numbered("EXECUTION", 7)):
        _given_large(store, pk, name, due_shard=shard, due_at=str(number))

    assert_soon(lambda: [str(each["due_at"]) for each in store.latest(Index.DUE, shard, 5)], list("65432"))


def test_get_many_brings_all_when_together_they_are_above_sixteen_megabytes(store: Store, pk: str) -> None:
    puts = [Put(item(Key(pk, f"{number:02}"), filler="x" * 390_000)) for number in range(44)]
    for start in range(0, len(puts), 10):
        store.write(*puts[start : start + 10])

    found = store.get_many([Key(pk, f"{number:02}") for number in range(44)])

    assert [each["sk"] for each in found] == [f"{number:02}" for number in range(44)]
