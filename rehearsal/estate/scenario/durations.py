"""Durations as people write them: `90s`, `1h30m`, and ranges `2m..10m` or `2m..4m..10m` (least..likely..most)."""

import re
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from rehearsal.estate.dice import Spread

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_ALLOWED = "write a number with ms, s, m, h or d, e.g. 90s or 1h30m"


def parse_seconds(text: str) -> float:
    """Seconds of one duration; raises ValueError that says what is allowed."""
    compact = text.replace(" ", "")
    parts = _PART.findall(compact)
    if not parts or "".join(number + unit for number, unit in parts) != compact:
        raise ValueError(f"'{text}' is not a duration: {_ALLOWED}")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def parse_spread(value: object) -> Spread:
    """A fixed duration or a range; raises ValueError that says what is allowed."""
    if isinstance(value, Spread):
        return value
    if not isinstance(value, str):
        raise ValueError(f"'{value}' is not a duration: {_ALLOWED}, or a range such as 2m..10m or 2m..4m..10m")
    marks = [parse_seconds(part) for part in value.split("..")]
    if len(marks) > 3 or marks != sorted(marks):
        raise ValueError(f"'{value}' is not a range: write least..most or least..likely..most, growing")
    if len(marks) == 2:
        marks.insert(1, (marks[0] + marks[1]) / 2)
    return Spread(marks[0], marks[len(marks) // 2], marks[-1])


def parse_duration(value: object) -> float:
    """One fixed duration in seconds."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"'{value}' is not a duration: {_ALLOWED}")
    return parse_seconds(value) if isinstance(value, str) else float(value)


def _spell_spread(spread: Spread) -> str:
    return f"{spread.least}s..{spread.likely}s..{spread.most}s"


SpreadField = Annotated[Spread, BeforeValidator(parse_spread), PlainSerializer(_spell_spread)]
Seconds = Annotated[float, BeforeValidator(parse_duration)]
