"""What DynamoDB refuses of a write whatever stands in the table: checked before the write leaves, alike for all stores.

The limits are those of DynamoDB's "Quotas" page. A breach is a fault of the calling code and will not pass by itself,
so it is a `PermanentError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from groundswell.adapters.condition_rules import check_condition
from groundswell.adapters.plain_values import plain_item, plain_name, plain_text, whole_number
from groundswell.domain.conditions import Value
from groundswell.domain.errors import PermanentError
from groundswell.ports.store import INDEX_KEYS, MAX_WRITES, Check, Delete, Key, Put, Update, Write

MAX_CHANGES = 200
"""Paths that one Update changes: as text they stay below the 4 KB that an expression may have."""
_PARTITION_BYTES, _SORT_BYTES = 2048, 1024
_KEY_BYTES = (
    {sort: _SORT_BYTES for _, sort in INDEX_KEYS.values()}
    | {partition: _PARTITION_BYTES for partition, _ in INDEX_KEYS.values()}
    | {"pk": _PARTITION_BYTES, "sk": _SORT_BYTES}
)


def prepare(writes: Sequence[Write]) -> list[Write]:
    """The writes with plain values that share nothing with the caller's; raises PermanentError for a breach."""
    if not 1 <= len(writes) <= MAX_WRITES:
        raise PermanentError(f"a transaction takes 1 to {MAX_WRITES} writes, not {len(writes)}: cut it into several")
    prepared = [_prepared(place, write) for place, write in enumerate(writes)]
    _demand_distinct([key_of(write) for write in prepared])
    return prepared


def key_of(write: Write) -> Key:
    """The key of the item that a prepared write is about."""
    if isinstance(write, Put):
        return Key(str(write.item["pk"]), str(write.item["sk"]))
    return write.key


def not_takeable(place: int, key: Key, fault: str) -> PermanentError:
    """The error for a write that the table would never take."""
    return PermanentError(f"write {place} on {key.pk:.80} / {key.sk:.80} cannot be made: {fault}; correct the caller")


def demand_key(key: Key) -> None:
    """Raises PermanentError for a key that no item can have."""
    if 0 < len(key.pk) <= _PARTITION_BYTES // 4 and 0 < len(key.sk) <= _SORT_BYTES // 4:
        return  # a character takes four bytes at most
    demand_key_text("pk", key.pk)
    demand_key_text("sk", key.sk)


def demand_key_text(attribute: str, text: str) -> str:
    """The text, if it may stand in a key; raises PermanentError, as a read by an empty key is a fault of the caller."""
    try:
        _check_key_attributes({attribute: text})
    except ValueError as fault:
        raise PermanentError(f"cannot read by {attribute} = {text[:80]!r}: {fault}; correct the caller") from fault
    return text


def _prepared(place: int, write: Write) -> Write:
    try:
        return _checked(write)
    except ValueError as fault:
        raise not_takeable(place, _stated_key(write), str(fault)) from fault


def _stated_key(write: Write) -> Key:
    """What a write that was not checked yet says its key is, for a message."""
    return Key(str(write.item.get("pk")), str(write.item.get("sk"))) if isinstance(write, Put) else write.key


def _checked(write: Write) -> Write:
    if write.condition is not None:
        check_condition(write.condition)
    match write:
        case Put(item=item, condition=condition):
            return Put(_checked_item(item), condition)
        case Update():
            return _checked_update(write)
        case Check(key=key, condition=condition):
            return Check(_checked_key(key), condition)
        case Delete(key=key, condition=condition):
            return Delete(_checked_key(key), condition)


def _checked_item(item: dict[str, Value]) -> dict[str, Value]:
    missing = {"pk", "sk"} - item.keys()
    if missing:
        raise ValueError(f"the item has no {' and no '.join(sorted(missing))}")
    _check_key_attributes(item)
    return plain_item(item)


def _checked_key(key: Key) -> Key:
    _check_key_attributes({"pk": key.pk, "sk": key.sk})
    return Key(plain_text(key.pk), plain_text(key.sk))


def _checked_update(update: Update) -> Update:
    put_in = {plain_name(name): plain_item(members, level=2) for name, members in update.put_in.items() if members}
    changed = [*update.set, *update.add, *put_in, *update.remove]
    changes = len(update.set) + len(update.add) + len(update.remove) + sum(map(len, put_in.values()))
    _check_changed(changed, changes)
    _check_key_attributes(update.set)
    _check_key_attributes(dict.fromkeys([*update.add, *put_in]))
    return Update(
        _checked_key(update.key),
        set=plain_item(update.set),
        add={plain_name(name): _summand(number) for name, number in update.add.items()},
        put_in=put_in,
        remove=tuple(plain_name(name) for name in update.remove),
        condition=update.condition,
    )


def _check_changed(changed: list[str], changes: int) -> None:
    if not changed:
        raise ValueError("it changes nothing: demand a condition with a Check")
    if changes > MAX_CHANGES:
        raise ValueError(f"it changes {changes} paths and an Update takes {MAX_CHANGES}")
    if len(set(changed)) < len(changed):
        raise ValueError("it names an attribute twice")
    if "pk" in changed or "sk" in changed:
        raise ValueError("it changes the key of the item")


def _summand(number: int) -> int:
    if isinstance(number, bool) or not isinstance(number, int):
        raise ValueError(f"{number!r} cannot be added: not a whole number")
    return whole_number(number)


def _check_key_attributes(attributes: Mapping[str, Value]) -> None:
    for name in _KEY_BYTES.keys() & attributes.keys():
        value = attributes[name]
        if not isinstance(value, str) or not value:
            raise ValueError(f"{name} is part of a key and takes a text of at least one character, not {value!r}")
        if len(value.encode()) > _KEY_BYTES[name]:
            raise ValueError(f"{name} is longer than the {_KEY_BYTES[name]} bytes that a key takes")


def _demand_distinct(keys: Sequence[Key]) -> None:
    places: dict[Key, int] = {}
    for place, key in enumerate(keys):
        first = places.setdefault(key, place)
        if first != place:
            raise PermanentError(
                f"writes {first} and {place} are both on {key.pk} / {key.sk}: make one write of them, "
                "a transaction takes distinct items"
            )
