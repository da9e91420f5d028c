"""What a write makes of an item in memory: always a new item, so that whoever holds the old one keeps it."""

from __future__ import annotations

from groundswell.adapters.item_size import MAX_ITEM_BYTES, exceeds, item_bytes
from groundswell.adapters.plain_values import NUMBER_END
from groundswell.domain.conditions import Item, Value
from groundswell.ports.store import Delete, Put, Update, Write


def outcome(write: Write, old: Item | None) -> Item | None:
    """The item after a prepared write whose condition holds; raises ValueError if the write does not fit the item."""
    if isinstance(write, Put):
        return _fitting(write.item)
    if isinstance(write, Delete):
        return None
    return _fitting(_updated(write, old)) if isinstance(write, Update) else old


def same_item(one: Item | None, other: Item | None) -> bool:
    """Whether a write changed nothing: equal, and of the same types (Python holds True equal to 1)."""
    return one == other and (one is other or _same_types(one, other))


def _same_types(one: Value | Item, other: Value | Item) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return all(_same_types(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return all(map(_same_types, one, other))
    return type(one) is type(other)


def _updated(update: Update, old: Item | None) -> Item:
    item: Item = {"pk": update.key.pk, "sk": update.key.sk} if old is None else dict(old)
    for name in update.remove:
        item.pop(name, None)
    for name, number in update.add.items():
        item[name] = _sum(name, item.get(name, 0), number)
    for name, members in update.put_in.items():
        item[name] = {**_map(name, item.get(name)), **members}
    item.update(update.set)
    return item


def _sum(name: str, value: Value, number: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{name} is not a number, so nothing can be added to it")
    if not -NUMBER_END < value + number < NUMBER_END:
        raise ValueError(f"{name} would have more than 38 digits")
    return value + number


def _map(name: str, value: Value) -> dict[str, Value]:
    if not isinstance(value, dict):
        raise ValueError(f"{name} is not a map that is there, so nothing can be put in it: set it first")
    return value


def _fitting(item: Item) -> Item:
    if exceeds(MAX_ITEM_BYTES, item):
        raise ValueError(f"the item would have {item_bytes(item)} bytes and DynamoDB takes {MAX_ITEM_BYTES}")
    return item
