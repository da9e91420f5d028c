"""A machine of virtual time on which invocations take turns: whenever one calls out, all others may go on."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from greenlet import getcurrent, greenlet

from rehearsal.estate.clock import VirtualClock


class KilledError(BaseException):
    """The process of an invocation is gone: no `except Exception` holds it back."""


class Machine:
    """Runs what is due in the order of virtual time, which is counted in seconds from its beginning."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.time = 0.0
        self.steps = 0
        self._began: datetime = clock.now()
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = itertools.count()

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """Let something happen in so many seconds."""
        heapq.heappush(self._due, (self.time + seconds, next(self._numbers), act))

    def run(self, *, until: Callable[[], bool], seconds: float) -> bool:
        """Run until something is so; False where it is not within the time."""
        end = self.time + seconds
        while not until():
            if not self._due or self._due[0][0] > end:
                return False
            self.time, _, act = heapq.heappop(self._due)
            self.clock.move_to(self._began + timedelta(seconds=self.time))
            self.steps += 1
            act()
        return True


class Invocation(greenlet):
    """One run of a function; whenever it calls out, it gives way to all others for as long as the call takes."""

    def __init__(self, machine: Machine, work: Callable[[], object], *, seconds: float, name: str) -> None:
        super().__init__(work)
        self.machine = machine
        self.name = name
        self.hard_end = machine.time + seconds
        self.bodies: Sequence[str] = ()
        """The messages that it was given."""
        self.is_zombie = False
        """It was frozen past its hard end, and does not know."""

    @property
    def is_alive(self) -> bool:
        """Whether it runs, within the time that it was given."""
        return not self.dead and not self.is_zombie and self.seconds_left() > 0

    def seconds_left(self) -> float:
        """Until the process is ended from outside; less than none for a zombie."""
        return self.hard_end - self.machine.time

    def give_way(self, seconds: float) -> None:
        """Let so much time pass; the process may be ended meanwhile."""
        self.machine.after(seconds, self.switch)
        assert self.parent is not None, "an invocation is a child of the world's own greenlet"
        self.parent.switch()
        if not self.is_zombie and self.seconds_left() <= 0:
            raise KilledError(f"{self.name} ran into its timeout")


def current_invocation() -> Invocation | None:
    """The invocation that is running; None outside of any."""
    running = getcurrent()
    return running if isinstance(running, Invocation) else None
