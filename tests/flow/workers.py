"""Sudden deaths of the hub's functions, so many of each kind."""

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rehearsal.function_workers import workers_of

LOOK_SECONDS = 0.1
LONGEST_LIFE = 1.5
"""Seconds that a doomed worker lives at most. It starts because there is a message: that is what it dies over."""


def kill_workers(endpoint: str, function: str) -> int:
    """`kill -9` for all workers that a function has now; how many those were."""
    found = workers_of(endpoint).get(function, [])
    for worker in found:
        _kill(worker)
    return len(found)


def _kill(worker: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(worker, signal.SIGKILL)


@dataclass
class Killer:
    """Kills the workers of some functions, each at a random moment after its start, as often as it is told to."""

    endpoint: str
    wanted: Mapping[str, int]
    """How many workers of each function are to die."""
    seed: int = field(default_factory=lambda: random.SystemRandom().randrange(10**6))
    kills: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Roll the dice."""
        self._dice = random.Random(self.seed)  # noqa: S311 - no secret
        self._dies_at: dict[int, float] = {}
        self._stopped = threading.Event()

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Kill what is warm, so that whatever runs from now on has just started; then go on in the background."""
        for function in self.wanted:
            kill_workers(self.endpoint, function)
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS) and self.wanted != self.kills:
            running = workers_of(self.endpoint)
            for function, number in self.wanted.items():
                if self.kills[function] < number:
                    self._look(function, running.get(function, []))

    def _look(self, function: str, workers: Sequence[int]) -> None:
        now = time.monotonic()
        for worker in workers:
            if now >= self._dies_at.setdefault(worker, now + self._dice.uniform(0, LONGEST_LIFE)):
                _kill(worker)
                self.kills[function] += 1
                return
