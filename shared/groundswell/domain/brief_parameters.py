"""The parameters of a call as a person reads them: JSON, small, and saying what was left away."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import JsonValue

from groundswell.domain.instants import to_text

PARAMETERS_LIMIT = 2048
"""Bytes of JSON."""
_MEMBERS = (None, 5, 2, 1)
"""How many members of a list are shown: the first number with which it is small enough."""
_TEXT = 300
"""Characters of a text that are shown once something must be shortened."""


def brief(parameters: Mapping[str, object]) -> dict[str, JsonValue]:
    """The parameters in at most 2 KB of JSON: long lists lose their end, with a count of what is not shown."""
    for members in _MEMBERS:
        shown = {name: _shown(value, members) for name, value in parameters.items()}
        if _size(shown) <= PARAMETERS_LIMIT:
            return shown
    beginning = json.dumps(shown, ensure_ascii=False)[: PARAMETERS_LIMIT // 8]
    return {"cut": f"over {PARAMETERS_LIMIT} bytes; it begins", "text": beginning}


def _size(value: JsonValue) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())


def _shown(value: object, members: int | None) -> JsonValue:
    if isinstance(value, Mapping):
        return {str(name): _shown(member, members) for name, member in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        return _shown_list(value, members)
    if value is None or isinstance(value, bool | int | float):
        return value
    text = _text(value)
    return (
        text if members is None or len(text) <= _TEXT else f"{text[:_TEXT]}… and {len(text) - _TEXT:,} more characters"
    )


def _shown_list(values: Sequence[object], members: int | None) -> JsonValue:
    kept: list[JsonValue] = [_shown(value, members) for value in values[:members]]
    return kept if len(kept) == len(values) else [*kept, f"… and {len(values) - len(kept):,} more"]


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return to_text(value)
    return f"<{len(value):,} bytes>" if isinstance(value, bytes | bytearray) else str(value)
