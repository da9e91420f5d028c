"""Whether a condition holds of an item, as DynamoDB's condition expressions decide it."""

from __future__ import annotations

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
    Scalar,
    Value,
)


def holds(condition: Condition, item: Item) -> bool:
    """Whether it holds; an item that is not there is given as an empty one."""
    match condition:
        case Present(attribute):
            return attribute in item
        case Absent(attribute):
            return attribute not in item
        case Equals(attribute, value):
            return attribute in item and _same(item[attribute], value)
        case OneOf(attribute, values):
            return attribute in item and any(_same(item[attribute], value) for value in values)
        case Below(attribute, bound):
            return attribute in item and _below(item[attribute], bound)
        case AllOf(conditions):
            return all(holds(one, item) for one in conditions)
        case AnyOf(conditions):
            return any(holds(one, item) for one in conditions)


def _same(value: Value, wanted: Scalar) -> bool:
    """Python holds True equal to 1; DynamoDB's types are apart."""
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _below(value: Value, bound: str | int) -> bool:
    """Python orders texts by code point, which is the order of their UTF-8 bytes, as DynamoDB's."""
    if isinstance(bound, str):
        return isinstance(value, str) and value < bound
    return isinstance(value, int) and not isinstance(value, bool) and value < bound
