"""What is written is what is read, type by type; and what cannot be kept is refused, not bent."""

from __future__ import annotations

from typing import cast

import pytest

from groundswell.domain.conditions import Value
from groundswell.domain.errors import PermanentError
from groundswell.ports.store import Key, Put, Store, Update
from tests.contract.store.items import given, item


def _nested(levels: int) -> Value:
    """A value whose innermost part is at this level, its own being level 1."""
    value: Value = "leaf"
    for level in range(levels - 1):
        value = {"inner": value} if level % 2 else [value]
    return value


KEPT: list[Value] = [
    "",
    " ",
    "a\nb\t\u0000\u007f",
    "naïve — 中文 — \U0001f600 — e\u0301",
    "x" * 100_000,
    0,
    1,
    -1,
    2**63,
    10**37,
    10**38 - 1,
    -(10**38) + 1,
    True,
    False,
    None,
    [],
    {},
    [[], {}, "", None],
    {"empty map": {}, "empty list": [], "empty text": "", "null": None, "no": False, "zero": 0},
    [1, "1", True, None, [1, [2, [3]]], {"a": {"b": {"c": [{}]}}}],
    {"odd.name": 1, "arr[0]": 2, "#hash": 3, ":colon": 4, "ключ": 5, " ": 6, "SELECT": 7},
    _nested(32),
]


@pytest.mark.parametrize("value", KEPT, ids=lambda value: repr(value)[:40])
def test_value_comes_back_as_it_went_when_put(store: Store, key: Key, value: Value) -> None:
    store.write(Put(item(key, value=value)))

    read = (store.get(key) or {})["value"]

    assert _typed(read) == _typed(value)


@pytest.mark.parametrize("value", KEPT, ids=lambda value: repr(value)[:40])
def test_value_comes_back_as_it_went_when_set_and_put_in(store: Store, key: Key, value: Value) -> None:
    given(store, key, members={})
    inside = value if value != _nested(32) else _nested(31)

    store.write(Update(key, set={"value": value}, put_in={"members": {"one": inside}}))

    read = store.get(key) or {}
    assert _typed(read["value"]) == _typed(value)
    assert _typed(read["members"]) == _typed({"one": inside})


def test_null_is_there_and_not_absent_when_read(store: Store, key: Key) -> None:
    given(store, key, nothing=None)

    assert store.get(key) == {"pk": key.pk, "sk": key.sk, "nothing": None}


@pytest.mark.parametrize(
    "value",
    [1.5, 10**38, -(10**38), b"bytes", {"a set"}, ("tuple",), "lone \ud800 surrogate", {"": 1}, {1: 2}, _nested(33)],
    ids=lambda value: repr(value)[:40],
)
def test_write_is_not_taken_when_a_value_cannot_be_kept(store: Store, key: Key, value: object) -> None:
    unkept = cast("Value", value)
    given(store, key, members={})

    for write in (
        Put(item(key, value=unkept)),
        Update(key, set={"value": [unkept]}),
        Update(key, put_in={"members": {"one": unkept}}),
    ):
        with pytest.raises(PermanentError, match=key.pk):
            store.write(write)

    assert store.get(key) == item(key, members={})


def test_update_is_not_taken_when_a_member_put_in_a_map_is_nested_too_deep(store: Store, key: Key) -> None:
    given(store, key, members={})

    with pytest.raises(PermanentError, match="32 levels"):
        store.write(Update(key, put_in={"members": {"one": _nested(32)}}))


def _typed(value: Value) -> object:
    """The value with the type of each part, for Python holds True equal to 1."""
    if isinstance(value, dict):
        return {name: _typed(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_typed(member) for member in value]
    return type(value), value
