"""Keeps a client under the requests a second that its service allows, so that it is not throttled at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from groundswell.ports.world import Clock


class Pacer:
    """Lets at most so many requests through a second, evenly; for one thread."""

    def __init__(self, per_second: float, *, clock: Clock, pause: Callable[[float], None]) -> None:
        self._gap = timedelta(seconds=1 / per_second)
        self._clock = clock
        self._pause = pause
        self._next: datetime | None = None

    def wait(self) -> None:
        """Return when the next request may go out: a fraction of a second, never longer than one gap."""
        now = self._clock.now()
        if self._next and now < self._next:
            self._pause((self._next - now).total_seconds())
            now = self._next
        self._next = now + self._gap
