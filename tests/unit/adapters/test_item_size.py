"""Sizes as DynamoDB counts them: worked by hand from its page on item sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.adapters.item_size import MAX_ITEM_BYTES, exceeds, item_bytes, number_bytes
from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.conditions import Item, Value
from groundswell.domain.errors import PermanentError
from groundswell.ports.store import Key, Put

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=4)
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**38) + 1, 10**38 - 1), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({}, 0),
        ({"name": "text"}, 4 + 4),
        ({"name": ""}, 4),
        ({"nämé": "中"}, 6 + 3),
        ({"n": None, "t": True, "f": False}, (1 + 1) * 3),
        ({"n": 7}, 1 + 2),
        ({"list": []}, 4 + 3),
        ({"map": {}}, 3 + 3),
        ({"list": ["ab", None]}, 4 + 3 + (2 + 1) + (1 + 1)),
        ({"map": {"key": "ab"}}, 3 + 3 + (3 + 2 + 1)),
        ({"a": {"b": [{"c": "d"}]}}, 1 + 3 + (1 + (3 + (3 + (1 + 1 + 1)) + 1) + 1)),
    ],
    ids=repr,
)
def test_item_size_is_the_sum_of_its_parts_when_counted(item: Item, size: int) -> None:
    assert item_bytes(item) == size


@pytest.mark.parametrize(
    ("number", "size"),
    [
        (0, 1),
        (1, 2),
        (99, 2),
        (100, 2),
        (101, 3),
        (110, 3),
        (1000, 2),
        (12345, 4),
        (-5, 3),
        (10**37, 2),
        (10**38 - 1, 20),
    ],
)
def test_number_size_counts_pairs_of_digits_without_zeros_at_the_end(number: int, size: int) -> None:
    assert number_bytes(number) == size


@given(item=st.dictionaries(NAMES, VALUES, max_size=4), slack=st.integers(-2, 2))
def test_limit_is_exceeded_exactly_when_the_size_is_above_it(item: Item, slack: int) -> None:
    size = item_bytes(item)

    assert exceeds(size + slack, item) == (slack < 0)


def test_memory_takes_an_item_of_just_the_limit_and_none_above() -> None:
    store = MemoryStore()
    names_and_keys = len("pk" + "EXECUTION#1" + "sk" + "META" + "filler")
    item: Item = {"pk": "EXECUTION#1", "sk": "META", "filler": "x" * (MAX_ITEM_BYTES - names_and_keys)}

    store.write(Put(item))
    with pytest.raises(PermanentError, match=str(MAX_ITEM_BYTES + 1)):
        store.write(Put({**item, "filler": f"{item['filler']}x"}))

    assert store.get(Key("EXECUTION#1", "META")) == item
