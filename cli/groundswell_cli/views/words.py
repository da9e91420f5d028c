"""Times and styles in words: legible without colour, and with it for those who tell red from green badly."""

from __future__ import annotations

from datetime import datetime

from groundswell.domain.instants import from_text
from groundswell.domain.states import ExecutionStatus, ResourceState, WaveStatus

UNKNOWN = "unknown"
GOOD, BUSY, ATTENTION, BAD, QUIET = "cyan", "bold", "bold yellow", "bold magenta", "dim"
STYLES: dict[str, str] = {
    ExecutionStatus.PLANNING: BUSY,
    ExecutionStatus.REJECTED: BAD,
    ExecutionStatus.RUNNING: BUSY,
    ExecutionStatus.PAUSED: ATTENTION,
    ExecutionStatus.CANCELLING: ATTENTION,
    ExecutionStatus.CANCELLED: BAD,
    ExecutionStatus.COMPLETED: GOOD,
    ExecutionStatus.COMPLETED_WITH_EXCEPTIONS: ATTENTION,
    ExecutionStatus.FAILED: BAD,
    WaveStatus.PENDING: QUIET,
    WaveStatus.AWAITING_APPROVAL: ATTENTION,
    WaveStatus.HELD: ATTENTION,
    WaveStatus.SKIPPED: QUIET,
    ResourceState.IN_PROGRESS: BUSY,
    ResourceState.RECOVERED: GOOD,
}
"""The style of a status; the status itself is always written beside it."""


def span(seconds: float | None) -> str:
    """A duration: `0.42 s`, `12.3 s`, `3m 12s`, `1h 02m 03s`."""
    if seconds is None:
        return UNKNOWN
    if seconds < 0:
        return f"-{span(-seconds)}"
    if seconds < 59.95:
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
    return _minutes(round(seconds))


def whole(seconds: float) -> str:
    """A duration that passes while one looks at it, in whole seconds: `12s`, `3m 12s`, `1h 02m 03s`."""
    rounded = max(0, round(seconds))
    return f"{rounded}s" if rounded < 60 else _minutes(rounded)


def _minutes(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes:02}m {rest:02}s" if hours else f"{minutes}m {rest:02}s"


def moment(text: str | None) -> str:
    """An instant with its date: `2026-01-31 03:00:00 UTC`."""
    return f"{from_text(text):%Y-%m-%d %H:%M:%S} UTC" if text else UNKNOWN


def short_moment(text: str | None, absent: str) -> str:
    """An instant without its year, in UTC: `01-31 03:00:00`."""
    return f"{from_text(text):%m-%d %H:%M:%S}" if text else absent


def time_of_day(text: str | None) -> str:
    """An instant without its date, in UTC: `03:00:00`."""
    return f"{from_text(text):%H:%M:%S}" if text else UNKNOWN


def seconds_since(text: str, now: datetime) -> float:
    """Seconds from an instant to now."""
    return (now - from_text(text)).total_seconds()


def number(count: int, thing: str) -> str:
    """`1 wave`, `2 waves`, `1,040 resources`."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
