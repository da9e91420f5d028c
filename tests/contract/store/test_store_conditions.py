"""What a condition says of an item is the same in every store."""

from __future__ import annotations

import pytest

from groundswell.domain.conditions import (
    Absent,
    Below,
    Condition,
    Equals,
    Item,
    OneOf,
    Present,
    all_of,
    any_of,
)
from groundswell.ports.store import Check, Key, Store, TransactionRefusedError
from tests.contract.store.items import given

EXACTLY_38_DIGITS = 10**38 - 1
COMPARES_ACROSS_TYPES = pytest.mark.moto_differs("it orders values of different types, which fails in Python")
NULL_IS_ABSENT = pytest.mark.moto_differs("it takes an absent attribute for null")
TRUE_IS_ONE = pytest.mark.moto_differs("it compares booleans and numbers as Python does")

HOLD = [
    Present("name"),
    Present("null"),
    Present("pk"),
    Absent("other"),
    Equals("name", "beta"),
    Equals("empty", ""),
    Equals("count", 5),
    Equals("large", EXACTLY_38_DIGITS),
    Equals("yes", True),
    Equals("null", None),
    Equals("a.b[0]", "odd name"),
    Equals("status", "reserved word"),
    OneOf("name", ("alpha", "beta")),
    OneOf("count", ("5", 5)),
    OneOf("null", (None,)),
    OneOf("name", (*(f"not-{number}" for number in range(99)), "beta")),
    Below("name", "betb"),
    Below("name", "beta\u0000"),
    Below("count", 6),
    Below("negative", 0),
    Below("halfwidth", "\U0001f600"),
    all_of(Present("name")),
    any_of(Equals("name", "beta")),
    all_of(Equals("name", "beta"), Equals("count", 5), Absent("other")),
    any_of(Equals("name", "wrong"), Equals("count", 5)),
    all_of(any_of(all_of(any_of(Equals("name", "beta"))))),
    all_of(any_of(Equals("count", 1), Equals("count", 5)), any_of(Absent("name"), Present("name"))),
    any_of(all_of(Present("name"), Absent("name")), all_of(Present("yes"), Present("count"))),
]
FAIL = [
    Present("other"),
    Absent("name"),
    Absent("null"),
    Equals("name", "Beta"),
    Equals("name", "beta "),
    Equals("count", "5"),
    Equals("name", None),
    Equals("other", "beta"),
    Equals("null", ""),
    Equals("large", EXACTLY_38_DIGITS - 1),
    Equals("map", "beta"),
    pytest.param(Equals("one", True), marks=TRUE_IS_ONE),
    pytest.param(Equals("yes", 1), marks=TRUE_IS_ONE),
    pytest.param(Equals("other", None), marks=NULL_IS_ABSENT),
    OneOf("name", ("alpha", "gamma")),
    OneOf("other", ("alpha", "beta")),
    OneOf("count", ("5",)),
    pytest.param(OneOf("one", (True,)), marks=TRUE_IS_ONE),
    Below("name", "beta"),
    Below("count", 5),
    Below("other", "z"),
    Below("other", 9),
    Below("\U0001f600", "z"),
    Below("null", "z"),
    pytest.param(Below("count", "9"), marks=COMPARES_ACROSS_TYPES),
    pytest.param(Below("name", 9), marks=COMPARES_ACROSS_TYPES),
    pytest.param(Below("map", "z"), marks=COMPARES_ACROSS_TYPES),
    pytest.param(Below("no", 1), marks=TRUE_IS_ONE),
    all_of(Equals("name", "beta"), Equals("count", 6)),
    any_of(Equals("name", "wrong"), Equals("count", 6)),
    all_of(Equals("name", "beta"), any_of(Equals("count", 6), Absent("count"))),
]


ATTRIBUTES: Item = {
    "name": "beta",
    "empty": "",
    "count": 5,
    "one": 1,
    "negative": -3,
    "large": EXACTLY_38_DIGITS,
    "yes": True,
    "no": False,
    "null": None,
    "map": {"name": "beta"},
    "halfwidth": "\uffee",
    "a.b[0]": "odd name",
    "status": "reserved word",
}


def _given_the_item(store: Store, key: Key) -> None:
    given(store, key, **ATTRIBUTES)


@pytest.mark.parametrize("condition", HOLD, ids=repr)
def test_condition_lets_the_write_through_when_it_holds(store: Store, key: Key, condition: Condition) -> None:
    _given_the_item(store, key)

    store.write(Check(key, condition))


@pytest.mark.parametrize("condition", FAIL, ids=repr)
def test_condition_refuses_the_write_when_it_does_not_hold(store: Store, key: Key, condition: Condition) -> None:
    _given_the_item(store, key)

    with pytest.raises(TransactionRefusedError):
        store.write(Check(key, condition))


@pytest.mark.parametrize(
    "condition",
    [
        Present("pk"),
        Equals("name", "beta"),
        OneOf("name", ("beta",)),
        Below("count", 9),
        pytest.param(Equals("name", None), marks=NULL_IS_ABSENT),
        all_of(Absent("pk"), Present("name")),
    ],
    ids=repr,
)
def test_condition_refuses_the_write_when_the_item_is_absent(store: Store, key: Key, condition: Condition) -> None:
    with pytest.raises(TransactionRefusedError):
        store.write(Check(key, condition))


@pytest.mark.parametrize("condition", [Absent("pk"), Absent("name"), any_of(Absent("pk"), Present("name"))], ids=repr)
def test_condition_of_absence_holds_when_the_item_is_absent(store: Store, key: Key, condition: Condition) -> None:
    store.write(Check(key, condition))
