"""Time in the estate: real or virtual, and how much faster than in the field its operations pass."""

import datetime as dt
from functools import lru_cache
from typing import Protocol


class Clock(Protocol):
    """Says what time it is, and how long something that takes `seconds` in the field takes here."""

    def now(self) -> dt.datetime:
        """The present, aware, in UTC."""

    def shrink(self, seconds: float) -> float:
        """The seconds that pass here while `seconds` pass in the field."""


class CompressedClock:
    """The real time of day; what takes an hour in the field takes an hour divided by the factor."""

    def __init__(self, factor: float = 1.0) -> None:
        if factor <= 0:
            raise ValueError(f"The compression factor is {factor}. It must be above 0; 1 is the time of the field.")
        self.factor = factor

    def now(self) -> dt.datetime:
        """The real present."""
        return dt.datetime.now(dt.UTC)

    def shrink(self, seconds: float) -> float:
        """Field seconds divided by the factor."""
        return seconds / self.factor


class VirtualClock:
    """Time that moves only when it is told to: for the simulation and for tests."""

    def __init__(self, start: dt.datetime | None = None) -> None:
        self._now = start or dt.datetime(2030, 1, 1, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        """The present of this clock."""
        return self._now

    def shrink(self, seconds: float) -> float:
        """Field seconds, unchanged."""
        return seconds

    def advance(self, seconds: float) -> dt.datetime:
        """Let `seconds` pass."""
        if seconds < 0:
            raise ValueError(f"Time cannot go back: asked to advance by {seconds} s.")
        self._now += dt.timedelta(seconds=seconds)
        return self._now

    def move_to(self, moment: dt.datetime) -> None:
        """Jump forward to `moment`; a moment that has passed changes nothing."""
        self._now = max(self._now, moment)


def to_datetime(seconds: float) -> dt.datetime:
    """The aware moment of `seconds` since the epoch, as botocore's parsers return it."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


@lru_cache(maxsize=8192)
def to_iso(seconds: float) -> str:
    """The spelling that DRS uses for moments: ISO 8601, milliseconds, Z."""
    return to_datetime(seconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")
