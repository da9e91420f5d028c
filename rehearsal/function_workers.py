"""The processes that run the hub's functions on the embedded stack, and their sudden deaths."""

import contextlib
import os
import random
import re
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

STACK_PREFIX = "groundswell-"
"""What the names of the stack's functions begin with."""
_FUNCTION = re.compile(rf" AWS_LAMBDA_FUNCTION_NAME={STACK_PREFIX}(\S+) ")


def workers_of(endpoint: str) -> dict[str, list[int]]:
    """The processes of each function, by its name without the stack's, of the emulator at this endpoint alone."""
    listing = subprocess.run(
        ["/bin/ps", "axeww", "-o", "pid=,command="], capture_output=True, text=True, check=True, errors="replace"
    )
    found: dict[str, list[int]] = {}
    for line in listing.stdout.splitlines():
        function = _FUNCTION.search(f"{line} ")
        if function and f" AWS_ENDPOINT_URL={endpoint} " in f"{line} ":
            found.setdefault(function[1], []).append(int(line.split(maxsplit=1)[0]))
    return found


@dataclass
class Killer:
    """Kills one worker after the other: of a function taken at random, at moments taken at random."""

    endpoint: str
    every_seconds: float
    """On average."""
    spared: frozenset[str] = frozenset()
    """Functions that it leaves alone."""
    seed: int = field(default_factory=lambda: random.SystemRandom().randrange(10**6))
    kills: Counter[str] = field(default_factory=Counter)

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Kill in the background for a while."""
        dice, stopped = random.Random(self.seed), threading.Event()  # noqa: S311 - no secret

        def run() -> None:
            while not stopped.wait(dice.uniform(0, 2 * self.every_seconds)):
                self._kill_one(dice)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()

    def _kill_one(self, dice: random.Random) -> None:
        """SIGKILL: the function has no say in it, at whatever instruction it is."""
        found = {name: workers for name, workers in workers_of(self.endpoint).items() if name not in self.spared}
        if not found:
            return
        function = dice.choice(sorted(found))
        with contextlib.suppress(ProcessLookupError):
            os.kill(dice.choice(found[function]), signal.SIGKILL)
            self.kills[function] += 1
