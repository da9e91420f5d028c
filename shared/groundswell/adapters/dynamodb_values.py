"""Values on DynamoDB's wire: numbers as whole `int`s in both directions, where boto3's own types give `Decimal`s."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from groundswell.domain.conditions import Item, Value
from groundswell.domain.errors import PermanentError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

WireItem: TypeAlias = "dict[str, AttributeValueTypeDef]"


def to_wire(value: Value) -> AttributeValueTypeDef:
    """A plain value as DynamoDB takes it."""
    if isinstance(value, str):
        return {"S": value}
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, dict):
        return {"M": item_to_wire(value)}
    if isinstance(value, list):
        return {"L": [to_wire(member) for member in value]}
    raise TypeError(f"{value!r} cannot be sent to DynamoDB: it is not plain")


def item_to_wire(item: Item) -> WireItem:
    """A plain item, or a map, as DynamoDB takes it."""
    return {name: to_wire(value) for name, value in item.items()}


def from_wire(value: Mapping[str, object]) -> Value:
    """The value that DynamoDB gave; raises PermanentError for one of a type that Groundswell never writes."""
    ((kind, content),) = value.items()
    match kind, content:
        case "S", str(text):
            return text
        case "BOOL", bool(flag):
            return flag
        case "NULL", _:
            return None
        case "N", str(digits):
            return _whole(digits)
        case "M", dict(members):
            return item_from_wire(members)
        case "L", list(members):
            return [from_wire(member) for member in members]
    raise PermanentError(
        f"the table holds a value of DynamoDB's type {kind}, which Groundswell never writes: repair it"
    )


def item_from_wire(item: Mapping[str, Mapping[str, object]]) -> Item:
    """The item, or map, that DynamoDB gave."""
    return {name: from_wire(value) for name, value in item.items()}


def _whole(digits: str) -> int:
    try:
        return int(digits)
    except ValueError as error:
        raise PermanentError(f"the table holds the number {digits}, which is not whole: repair it") from error
