"""How large DynamoDB counts an item (DynamoDB: "Item sizes and formats"): attribute names and values, in UTF-8."""

from __future__ import annotations

from groundswell.domain.conditions import Item, Value

MAX_ITEM_BYTES = 400 * 1024
MAX_TRANSACTION_BYTES = 4 * 1024 * 1024
_CONTAINER_BYTES, _MEMBER_BYTES = 3, 1  # overhead of a list or map, and of each of its members


def exceeds(limit: int, *items: Item) -> bool:
    """Whether the items together have more bytes than the limit; cheap for items far below it."""
    return _at_most(items) > limit and sum(map(item_bytes, items)) > limit


def _at_most(items: tuple[Item, ...]) -> int:
    """A bound: no part takes more than four bytes for each character that Python writes it with."""
    return sum(4 * len(repr(item)) for item in items)


def item_bytes(item: Item) -> int:
    """The item's size in bytes, names included."""
    return sum(text_bytes(name) + value_bytes(value) for name, value in item.items())


def value_bytes(value: Value) -> int:
    """The size of one value in bytes, without the attribute's name."""
    if isinstance(value, str):
        return text_bytes(value)
    if value is None or isinstance(value, bool):
        return 1
    if isinstance(value, int):
        return number_bytes(value)
    if isinstance(value, dict):
        return _CONTAINER_BYTES + item_bytes(value) + _MEMBER_BYTES * len(value)
    if isinstance(value, list):
        return _CONTAINER_BYTES + sum(map(value_bytes, value)) + _MEMBER_BYTES * len(value)
    raise TypeError(f"{value!r} has no size in DynamoDB: it is not plain")


def text_bytes(text: str) -> int:
    """The size of a text in bytes."""
    return len(text) if text.isascii() else len(text.encode())


def number_bytes(number: int) -> int:
    """The size of a whole number in bytes: one for two digits but for zeros at the end, one more, one for a minus."""
    if not number:
        return 1
    digits = str(abs(number))
    significant = len(digits.rstrip("0"))
    if (len(digits) - significant) % 2:
        significant += 1
    return 1 + (significant + 1) // 2 + (number < 0)
