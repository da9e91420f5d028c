"""Replies to calls that were not made: of the right form, with placeholders for what only AWS could say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from groundswell.domain.dry_run import known_once_it_runs

if TYPE_CHECKING:
    from botocore.model import Shape

_DEEPEST = 6
"""Levels of a reply that are filled in; nobody reads deeper into what a call answers."""
_PLAIN: dict[str, object] = {
    "boolean": False,
    "integer": 0,
    "long": 0,
    "float": 0.0,
    "double": 0.0,
    "blob": b"",
    "timestamp": datetime.fromtimestamp(0, UTC),
}


def reply_of(output: Shape | None) -> dict[str, object]:
    """The reply of an operation by the shape of its output; None: it answers with nothing."""
    filled = _filled(output, "", _DEEPEST) if output is not None else {}
    assert isinstance(filled, dict)  # noqa: S101 - narrows: the output of an operation is a structure
    return {**filled, "ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}}


def _filled(shape: Shape, name: str, levels: int) -> object:
    match shape.type_name:
        case "structure":
            return _structure(shape, levels)
        case "list":
            return [_filled(_member_of(shape), name, levels - 1)] if levels else []
        case "map":
            return {}
        case plain if plain in _PLAIN:
            return _PLAIN[plain]
    return known_once_it_runs(name or shape.name)


def _structure(shape: Shape, levels: int) -> dict[str, object]:
    members: dict[str, Shape] = getattr(shape, "members", {}) if levels else {}
    return {name: _filled(member, name, levels - 1) for name, member in members.items()}


def _member_of(shape: Shape) -> Shape:
    member: Shape = shape.member  # type: ignore[attr-defined] # only the shape of a list has one
    return member
