"""What an item may hold, brought to plain types of our own: the same for every store, so that none is more lenient."""

from __future__ import annotations

from groundswell.domain.conditions import Item, Value

MAX_LEVEL = 32
"""Levels of nesting, the attribute's own value being level 1 (DynamoDB: Quotas, "Nested attribute depth")."""
NUMBER_END = 10**38
"""Whole numbers of up to 38 digits are kept exactly (DynamoDB: Quotas, "Number")."""


def plain_item(item: Item, level: int = 1) -> Item:
    """A copy that shares nothing with the caller; raises ValueError, naming the fault, for what cannot be stored."""
    return {plain_name(name): plain(value, level) for name, value in item.items()}


def plain(value: Value, level: int = 1) -> Value:
    """The value without subclasses of its types (an enum becomes its text); raises ValueError if it cannot be kept."""
    if level > MAX_LEVEL:
        raise ValueError(f"it is nested deeper than {MAX_LEVEL} levels")
    if isinstance(value, str):
        return plain_text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return whole_number(value)
    return _plain_container(value, level)


def _plain_container(value: Value, level: int) -> Value:
    if isinstance(value, dict):
        return plain_item(value, level + 1)
    if isinstance(value, list):
        return [plain(member, level + 1) for member in value]
    raise ValueError(
        f"a {type(value).__name__} cannot be stored: only text, whole numbers, booleans, null, lists, maps"
    )


def plain_text(text: str) -> str:
    """Exactly a `str`, of characters that UTF-8 can encode."""
    if not text.isascii():
        text.encode()
    return text if type(text) is str else str.__str__(text)


def plain_name(name: str) -> str:
    """The name of an attribute or of a member of a map: text, and not empty."""
    if not isinstance(name, str) or not name:
        raise ValueError(f"the attribute name {name!r} is not a text of at least one character")
    return plain_text(name)


def whole_number(number: int) -> int:
    """A number that the table keeps digit by digit."""
    if not -NUMBER_END < number < NUMBER_END:
        raise ValueError("a number has more than 38 digits")
    return int(number)


def copied(item: Item) -> Item:
    """A copy of a plain item, for a caller to change as it likes."""
    copy = item.copy()
    for name, value in item.items():
        kind = type(value)
        if kind is dict or kind is list:  # no subclass is in a plain item, and this is asked very often
            copy[name] = _copied(value)
    return copy


def _copied(value: Value) -> Value:
    if isinstance(value, dict):
        return copied(value)
    if isinstance(value, list):
        return [_copied(member) for member in value]
    return value
