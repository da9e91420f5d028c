"""Random transactions on four items, for comparing stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, TypeAlias, TypeVar

from hypothesis import strategies as st

from groundswell.domain.conditions import (
    Absent,
    AllOf,
    AnyOf,
    Below,
    Condition,
    Equals,
    Item,
    OneOf,
    Present,
    Value,
    all_of,
)
from groundswell.ports.store import Check, Delete, Key, Put, Update, Write

T = TypeVar("T")
Program: TypeAlias = list[list[Write]]
Values: TypeAlias = st.SearchStrategy[Value]
Conditions: TypeAlias = st.SearchStrategy[Condition]
Change: TypeAlias = tuple[Literal["set", "add", "put_in", "remove"], Value]

NOWHERE = "PARTITION"
SORT_KEYS = [f"ITEM#{number}" for number in range(4)]
TEXTS: st.SearchStrategy[str] = st.sampled_from(["", "a", "b", "é", "\uffee", "\U0001f600"])
NUMBERS = st.integers(-3, 3)
MAPS: Values = st.dictionaries(st.sampled_from(["drs/a", "b.c", "d"]), NUMBERS | TEXTS, max_size=3)
DUE = st.sampled_from(["1", "2", "3"])
ANY: Values = st.one_of(TEXTS, NUMBERS, st.booleans(), st.none())

ONE_TYPE_EACH: dict[str, Values] = {"text": TEXTS, "count": NUMBERS, "flag": st.booleans(), "due_at": DUE}
"""Each name with values of one type, so that nothing is asked that moto is known to answer differently."""
ANY_TYPE: dict[str, Values] = {"text": ANY, "count": ANY, "flag": ANY, "due_at": DUE}
"""Values of any type under any name: sums that do not fit, comparisons across types."""


def rebased(write: Write, pk: str) -> Write:
    """The write on a partition of this name, which is also the index partition of what falls due."""
    if isinstance(write, Put):
        return replace(write, item={**_with_shard(write.item, pk), "pk": pk})
    moved = replace(write, key=Key(pk, write.key.sk))
    return replace(moved, set=_with_shard(moved.set, pk)) if isinstance(moved, Update) else moved


def _with_shard(attributes: Item, pk: str) -> Item:
    return {**attributes, "due_shard": pk} if "due_at" in attributes else attributes


def guarded_programs() -> st.SearchStrategy[Program]:
    """Programs that put in maps only where a condition demands the map."""
    return _programs(ONE_TYPE_EACH, guard=Present("progress"))


def wild_programs() -> st.SearchStrategy[Program]:
    """Programs with writes that do not fit their items."""
    return _programs(ANY_TYPE, guard=None)


def _programs(kinds: Mapping[str, Values], *, guard: Condition | None) -> st.SearchStrategy[Program]:
    transactions = st.lists(_writes(kinds, guard), min_size=1, max_size=4, unique_by=_sort_key)
    return st.lists(transactions, min_size=1, max_size=8)


def _sort_key(write: Write) -> str:
    return str(write.item["sk"]) if isinstance(write, Put) else write.key.sk


def _writes(kinds: Mapping[str, Values], guard: Condition | None) -> st.SearchStrategy[Write]:
    keys = st.builds(Key, st.just(NOWHERE), st.sampled_from(SORT_KEYS))
    conditions = _conditions(kinds)
    perhaps = st.none() | conditions
    attributes = st.fixed_dictionaries({}, optional={**kinds, "progress": MAPS})
    return st.one_of(
        st.builds(lambda key, rest, demand: Put({**key._asdict(), **rest}, demand), keys, attributes, perhaps),
        st.builds(_update, keys, _changes(kinds), perhaps, st.just(guard)),
        st.builds(Check, keys, conditions),
        st.builds(Delete, keys, perhaps),
    )


def _changes(kinds: Mapping[str, Values]) -> st.SearchStrategy[dict[str, Change]]:
    optional = {name: _remove() | st.tuples(st.just("set"), values) for name, values in kinds.items()}
    optional["count"] |= st.tuples(st.just("add"), NUMBERS)
    optional["progress"] = _remove() | st.tuples(st.sampled_from(["set", "put_in"]), MAPS)
    return st.fixed_dictionaries({}, optional=optional)  # type: ignore[arg-type]  # tuples of literals


def _remove() -> st.SearchStrategy[tuple[str, Value]]:
    return st.just(("remove", None))


def _update(key: Key, changes: dict[str, Change], condition: Condition | None, guard: Condition | None) -> Update:
    parts: dict[str, dict[str, Value]] = {"set": {}, "add": {}, "put_in": {}, "remove": {}}
    for name, (part, value) in changes.items():
        parts[part][name] = value
    if parts["put_in"] and guard is not None:
        condition = guard if condition is None else all_of(guard, condition)
    removed = tuple(parts.pop("remove"))
    return Update(key, **parts, remove=removed, condition=condition)  # type: ignore[arg-type]  # each part by its kind


def _conditions(kinds: Mapping[str, Values]) -> Conditions:
    names = st.sampled_from([*kinds, "pk", "progress", "never"])
    terms: Conditions = st.one_of(
        st.builds(Present, names),
        st.builds(Absent, names),
        *(st.builds(Equals, st.just(name), values) for name, values in kinds.items()),
        *(st.builds(OneOf, st.just(name), _some(values)) for name, values in kinds.items()),
        st.builds(Below, st.just("text"), TEXTS),
        st.builds(Below, st.just("count"), NUMBERS),
    )
    return st.recursive(terms, lambda inner: st.builds(_group, st.booleans(), _some(inner)), max_leaves=5)


def _group(every: bool, members: tuple[Condition, ...]) -> Condition:
    return AllOf(members) if every else AnyOf(members)


def _some(each: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(each, min_size=1, max_size=3).map(tuple)
