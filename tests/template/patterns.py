"""Matches events against rules as EventBridge does, for the few operators that the templates use."""

from __future__ import annotations

from typing import Any

from tests.template.stack import Body

_ABSENT = object()


def matches(pattern: Body, event: Body) -> bool:
    """Whether a rule's pattern matches an event.

    Raises:
        ValueError: the pattern uses an operator that is not known here.
    """
    return all(_field_matches(wanted, event.get(name, _ABSENT)) for name, wanted in pattern.items())


def _field_matches(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(value, dict) and matches(wanted, value)
    values = value if isinstance(value, list) else [value]
    return any(_one_matches(choice, each) for choice in wanted for each in values)


def _one_matches(choice: Any, value: Any) -> bool:
    if not isinstance(choice, dict):
        return bool(choice == value)
    if choice.keys() == {"prefix"}:
        return isinstance(value, str) and value.startswith(choice["prefix"])
    if choice.keys() == {"anything-but"}:
        return bool(value is not _ABSENT and value != choice["anything-but"])
    if choice.keys() == {"exists"}:
        return bool(choice["exists"] == (value is not _ABSENT))
    raise ValueError(f"operator {sorted(choice)} is not known here: add it with EventBridge's meaning")
