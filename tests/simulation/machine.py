"""A machine of virtual time on which invocations take turns: whenever one calls out, all others may go on."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from greenlet import getcurrent, greenlet

from rehearsal.estate.clock import VirtualClock

T = TypeVar("T")


class KilledError(BaseException):
    """The process of an invocation is gone: no `except Exception` holds it back."""


@dataclass(order=True)
class _Due:
    at: datetime
    number: int
    act: Callable[[], object] = field(compare=False)


class Machine:
    """Runs what is due in the order of virtual time."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self._due: list[_Due] = []
        self._numbers = itertools.count()
        self.steps = 0

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """Let something happen in so many seconds."""
        at = self.clock.now() + timedelta(seconds=seconds)
        heapq.heappush(self._due, _Due(at, next(self._numbers), act))

    def run(self, *, until: Callable[[], bool], at_most: timedelta) -> bool:
        """Run until something is so; False where it is not within the time."""
        end = self.clock.now() + at_most
        while not until():
            if not self._due or self._due[0].at > end:
                return False
            due = heapq.heappop(self._due)
            self.clock.move_to(due.at)
            self.steps += 1
            due.act()
        return True


class Invocation(greenlet):
    """One run of a function; whenever it calls out, it gives way to all others for as long as the call takes."""

    def __init__(self, machine: Machine, work: Callable[[], object], *, seconds: float, name: str) -> None:
        super().__init__(work)
        self.machine = machine
        self.name = name
        self.hard_end = machine.clock.now() + timedelta(seconds=seconds)
        self.is_zombie = False

    def seconds_left(self) -> float:
        """Until the process is ended from outside; a zombie believes that it has time."""
        return (self.hard_end - self.machine.clock.now()).total_seconds()

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
