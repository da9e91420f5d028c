"""DynamoDB's limits bind every store, so that what passes a test passes AWS."""

from __future__ import annotations

import pytest

from groundswell.domain.conditions import AllOf, AnyOf, Below, Condition, Equals, Item, OneOf, Present, all_of
from groundswell.domain.errors import PermanentError
from groundswell.ports.store import Check, Key, Put, Store, Update, Write
from tests.contract.store.items import given, item

ITEM_BYTES = 400 * 1024


def _names_and_keys(key: Key) -> int:
    return len("pk" + key.pk + "sk" + key.sk + "filler")


@pytest.mark.moto_differs("it draws the line at 405,000 bytes")
def test_put_is_taken_when_the_item_has_just_400_kilobytes(store: Store, key: Key) -> None:
    filler = "x" * (ITEM_BYTES - _names_and_keys(key))

    store.write(Put(item(key, filler=filler)))

    assert store.get(key) == item(key, filler=filler)


def test_put_is_not_taken_when_the_item_has_a_byte_more_than_400_kilobytes(store: Store, key: Key) -> None:
    filler = "x" * (ITEM_BYTES - _names_and_keys(key) + 1)

    with pytest.raises(PermanentError):
        store.write(Put(item(key, filler=filler)))

    assert store.get(key) is None


def test_size_counts_bytes_and_not_characters_when_text_is_not_ascii(store: Store, key: Key) -> None:
    with pytest.raises(PermanentError):
        store.write(Put(item(key, filler="é" * (ITEM_BYTES // 2))))


def test_update_is_not_taken_when_the_item_grows_above_400_kilobytes(store: Store, key: Key) -> None:
    old = given(store, key, filler="x" * 300_000)

    with pytest.raises(PermanentError):
        store.write(Update(key, set={"more": "x" * 120_000}))

    assert store.get(key) == old


@pytest.mark.moto_differs("it does not add up the sizes of a transaction")
def test_transaction_is_not_taken_when_its_items_have_more_than_4_megabytes(store: Store, pk: str) -> None:
    puts = [Put(item(Key(pk, f"{number}"), filler="x" * 400_000)) for number in range(11)]

    with pytest.raises(PermanentError):
        store.write(*puts)

    assert list(store.query(pk)) == []


def test_transaction_is_taken_when_its_items_have_nearly_4_megabytes(store: Store, pk: str) -> None:
    puts = [Put(item(Key(pk, f"{number:02}"), filler="x" * 381_000)) for number in range(11)]

    store.write(*puts)

    assert len(list(store.query(pk))) == len(puts)


@pytest.mark.emulator_differs("MiniStack adds up what is sent, and not what becomes of the items")
@pytest.mark.moto_differs("it does not add up the sizes of a transaction")
def test_transaction_is_not_taken_when_updates_make_its_items_larger_than_4_megabytes(store: Store, pk: str) -> None:
    for number in range(11):
        given(store, Key(pk, f"{number:02}"), filler="x" * 300_000)

    with pytest.raises(PermanentError):
        store.write(*(Update(Key(pk, f"{number:02}"), set={"more": "x" * 90_000}) for number in range(11)))

    assert [each for each in store.query(pk) if "more" in each] == []


@pytest.mark.parametrize(
    "key",
    [Key("", "META"), Key("EXECUTION#1", ""), Key("p" * 2049, "META"), Key("EXECUTION#1", "s" * 1025)],
    ids=lambda key: f"{len(key.pk)}-{len(key.sk)}",
)
def test_write_is_not_taken_when_its_key_is_empty_or_too_long(store: Store, key: Key) -> None:
    for write in (Put(item(key)), Update(key, set={"status": "x"}), Check(key, Present("pk"))):
        with pytest.raises(PermanentError, match="key"):
            store.write(write)


def test_write_is_taken_when_its_key_is_as_long_as_keys_may_be(store: Store, pk: str) -> None:
    key = Key(pk.ljust(2048, "p"), "s" * 1024)

    store.write(Put(item(key, status="x")))

    assert store.get(key) == item(key, status="x")


def test_put_is_not_taken_when_the_item_has_no_sort_key(store: Store, pk: str) -> None:
    with pytest.raises(PermanentError, match="no sk"):
        store.write(Put({"pk": pk}))


@pytest.mark.parametrize(
    "condition",
    [
        OneOf("status", ()),
        OneOf("status", tuple(f"status-{number}" for number in range(101))),
        AllOf(()),
        AnyOf(()),
        all_of(Present("pk"), AnyOf(())),
        Below("count", True),
        Equals("", "x"),
        AllOf(tuple(Equals(f"attribute-{number}", number) for number in range(150))),
    ],
    ids=lambda condition: repr(condition)[:60],
)
def test_condition_is_not_taken_when_dynamodb_has_no_expression_for_it(
    store: Store, key: Key, condition: Condition
) -> None:
    with pytest.raises(PermanentError, match=key.pk):
        store.write(Check(key, condition))


def test_condition_is_taken_when_its_expression_is_nearly_as_long_as_may_be(store: Store, key: Key) -> None:
    given(store, key, **{f"attribute-{number}": number for number in range(100)})

    store.write(Check(key, AllOf(tuple(Equals(f"attribute-{number}", number) for number in range(100)))))


@pytest.mark.parametrize(
    "paths", [90, pytest.param(200, marks=pytest.mark.moto_differs("its parser recurses once for each path"))]
)
def test_update_is_taken_when_it_changes_up_to_200_paths(store: Store, key: Key, paths: int) -> None:
    given(store, key, progress={})
    members: Item = {f"drs/resource-{number}": {"step": number} for number in range(paths)}

    store.write(Update(key, put_in={"progress": members}))

    assert store.get(key) == item(key, progress=members)


def test_update_is_not_taken_when_it_changes_more_than_200_paths(store: Store, key: Key) -> None:
    with pytest.raises(PermanentError, match="201"):
        store.write(Update(key, set={f"attribute-{number}": number for number in range(201)}))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"put_in": {"progress": {}}},
        {"set": {"a": 1}, "remove": ("a",)},
        {"set": {"progress": {}}, "put_in": {"progress": {"a": 1}}},
        {"add": {"a": 1}, "put_in": {"a": {"b": 1}}},
        {"remove": ("a", "a")},
        {"set": {"pk": "other"}},
        {"remove": ("sk",)},
        {"add": {"count": True}},
        {"add": {"count": "1"}},
        {"add": {"due_at": 1}},
        {"put_in": {"wake_key": {"a": 1}}},
        {"set": {"": 1}},
        {"put_in": {"progress": {"": 1}}},
    ],
    ids=repr,
)
def test_update_is_not_taken_when_dynamodb_has_no_expression_for_it(
    store: Store, key: Key, change: dict[str, object]
) -> None:
    write: Write = Update(key, **change)  # type: ignore[arg-type]  # wrong on purpose

    with pytest.raises(PermanentError, match=key.pk):
        store.write(write)

    assert store.get(key) is None
