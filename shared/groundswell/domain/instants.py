"""Instants as aware UTC datetimes, and their one text form, which sorts as time does."""

from __future__ import annotations

from datetime import UTC, datetime


def to_text(instant: datetime) -> str:
    """The instant as `2026-01-31T03:00:00.000000Z`: fixed width, so that text order is time order."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def from_text(text: str) -> datetime:
    """The instant that `to_text` wrote, or any ISO 8601 text with an offset.

    Raises:
        ValueError: the text is no instant, or has no offset.
    """
    instant = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no UTC offset")
    return instant.astimezone(UTC)


def seconds_between(start: str, end: str) -> float:
    """Seconds from one text instant to another."""
    return (from_text(end) - from_text(start)).total_seconds()
