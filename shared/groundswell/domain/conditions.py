"""What a ledger write may demand of the item it changes, as data that every store can evaluate or render."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from pydantic import JsonValue

Scalar: TypeAlias = str | int | bool | None
Value: TypeAlias = JsonValue
"""What an attribute may hold; stores refuse fractions."""
Item: TypeAlias = dict[str, Value]


@dataclass(frozen=True)
class Present:
    """The attribute is there, whatever its value (also when it is null)."""

    attribute: str


@dataclass(frozen=True)
class Absent:
    """The attribute, or the whole item, is not there."""

    attribute: str


@dataclass(frozen=True)
class Equals:
    """The attribute is there and has this value."""

    attribute: str
    value: Scalar


@dataclass(frozen=True)
class OneOf:
    """The attribute is there and has one of these values (1 to 100: DynamoDB's IN operator)."""

    attribute: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True)
class Below:
    """The attribute is there, of the bound's type, and less than it (strings by code point)."""

    attribute: str
    bound: str | int


@dataclass(frozen=True)
class AllOf:
    """Every one of these conditions holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of these conditions holds."""

    conditions: tuple[Condition, ...]


Condition: TypeAlias = Present | Absent | Equals | OneOf | Below | AllOf | AnyOf


def all_of(*conditions: Condition) -> AllOf:
    """Every one of the given conditions."""
    return AllOf(conditions)


def any_of(*conditions: Condition) -> AnyOf:
    """At least one of the given conditions."""
    return AnyOf(conditions)
