"""How soon a work order is looked at again: seldom while nothing can be over, closely when the end is near."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

_GROWTH = 1.5
_MOST_GROWTH = 20
"""Looks in a row after which the delay is at its longest, whatever it began with; keeps the power within bounds."""
_FEW = 20
"""One resource of so many, or the last one, is few: the wave waits for it."""


@dataclass(frozen=True)
class Forecast:
    """What is known of how long an order's resources still take."""

    left: int
    """Resources that are not ended with."""
    of: int
    """Resources of the order."""
    until: timedelta | None = None
    """To the first usual end of a phase that is under way, negative once that is past; None where something waits for
    its turn, or nobody knows how long it takes."""
    whole: timedelta | None = None
    """To the usual end of all, as above."""

    @property
    def is_nearly_over(self) -> bool:
        """Whether few are left."""
        return self.left <= 1 or self.left * _FEW <= self.of


@dataclass(frozen=True)
class Pace:
    """The delays between looks."""

    first: timedelta
    longest: timedelta

    def delay(self, idle_looks: int, forecast: Forecast) -> timedelta:
        """Until the next look.

        Halfway to the usual end, again and again; around it as closely as `closest` says; and the rarer, the longer it
        is past. Where nobody knows, the delay grows with the looks at which nothing moved.
        """
        if forecast.until is None:
            return min(self.first * _GROWTH ** min(idle_looks, _MOST_GROWTH), self.longest)
        is_past = forecast.until < timedelta(0)
        wanted = -forecast.until / 8 if is_past else forecast.until / 2
        return min(max(wanted, self.closest(forecast)), self.longest)

    def closest(self, forecast: Forecast) -> timedelta:
        """How close looks follow each other: closer when the end of all is near, and closest when few are left.

        Before that, what is over comes in small portions, and one look serves several.
        """
        if forecast.is_nearly_over:
            return self.first / 2
        is_near = forecast.whole is not None and forecast.whole <= self.first * 6
        return min(self.first * (3 if is_near else 6), self.longest)
