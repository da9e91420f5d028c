"""Conditions and updates as DynamoDB's expressions.

boto3's condition builder takes a dot in an attribute's name for a step into a map, and numbers its placeholders apart
from those of an update: here every name and value is a placeholder, one numbering for all expressions of a write.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from groundswell.adapters.dynamodb_values import to_wire
from groundswell.adapters.plain_values import plain
from groundswell.domain.conditions import Absent, AllOf, AnyOf, Below, Condition, Equals, OneOf, Present, Value
from groundswell.ports.store import Update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


class Placeholders:
    """The names and values that the expressions of one request refer to."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self.values: dict[str, AttributeValueTypeDef] = {}

    @property
    def names(self) -> dict[str, str]:
        """Attribute names by placeholder, as a request states them."""
        return {mark: name for name, mark in self._names.items()}

    def name(self, name: str) -> str:
        """The placeholder of a name; the same name has one only."""
        return self._names.setdefault(name, f"#{len(self._names)}")

    def value(self, value: Value) -> str:
        """A placeholder for the value."""
        mark = f":{len(self.values)}"
        self.values[mark] = to_wire(plain(value))
        return mark


def condition_expression(condition: Condition, marks: Placeholders) -> str:
    """The condition as text; a group of one has no parentheses, as DynamoDB refuses redundant ones."""
    match condition:
        case AllOf(conditions):
            return _group(" AND ", conditions, marks)
        case AnyOf(conditions):
            return _group(" OR ", conditions, marks)
        case _:
            return _term(condition, marks)


def _term(condition: Present | Absent | Equals | OneOf | Below, marks: Placeholders) -> str:
    name = marks.name(condition.attribute)
    match condition:
        case Present():
            return f"attribute_exists({name})"
        case Absent():
            return f"attribute_not_exists({name})"
        case Equals(value=value):
            return f"{name} = {marks.value(value)}"
        case OneOf(values=values):
            return f"{name} IN ({', '.join(map(marks.value, values))})"
        case Below(bound=bound):
            return f"{name} < {marks.value(bound)}"


def _group(operator: str, conditions: tuple[Condition, ...], marks: Placeholders) -> str:
    if len(conditions) == 1:
        return condition_expression(conditions[0], marks)
    return operator.join(_member(condition, marks) for condition in conditions)


def _member(condition: Condition, marks: Placeholders) -> str:
    text = condition_expression(condition, marks)
    return f"({text})" if " AND " in text or " OR " in text else text


def update_expression(update: Update, marks: Placeholders) -> str:
    """The changes of a prepared update as text."""
    assignments = [f"{marks.name(name)} = {marks.value(value)}" for name, value in update.set.items()]
    for name, members in update.put_in.items():
        path = marks.name(name)
        assignments += [f"{path}.{marks.name(member)} = {marks.value(value)}" for member, value in members.items()]
    sums = [f"{marks.name(name)} {marks.value(number)}" for name, number in update.add.items()]
    clauses = (("SET", assignments), ("ADD", sums), ("REMOVE", map(marks.name, update.remove)))
    return " ".join(filter(None, (_clause(keyword, parts) for keyword, parts in clauses)))


def _clause(keyword: str, parts: Iterable[str]) -> str:
    text = ", ".join(parts)
    return f"{keyword} {text}" if text else ""
