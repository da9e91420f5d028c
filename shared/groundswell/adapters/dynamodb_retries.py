"""Sending again what may pass, with pauses that grow and are drawn at random, for a bounded time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from groundswell.adapters.dynamodb_faults import FAULTS, in_our_words, may_pass
from groundswell.ports.store import Key

Reply = TypeVar("Reply")

LONGEST_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0)
"""Seconds before each further attempt, at most: 4.55 in all. Contention passes in a few; an outage is for the queue."""
PATIENCE = 6.0
"""Seconds after the first attempt in which another may start. A client's timeouts take time too, and a lost reply is
only cleared up by an attempt 5 s after it (DynamoDB: TransactionInProgressException)."""


@dataclass(frozen=True)
class Retries:
    """Bounded attempts. `pause` waits for seconds, as `clock` counts them; `draw` gives the part of the longest pause
    to take, from 0 to 1."""

    pause: Callable[[float], None] = time.sleep
    draw: Callable[[], float] = random.random
    clock: Callable[[], float] = time.monotonic

    def call(self, request: Callable[[], Reply], *, doing: str, keys: Sequence[Key] = ()) -> Reply:
        """The reply to the request; its error in our words, once it is final or the attempts are used up."""
        attempt, end = 0, self.clock() + PATIENCE
        while True:
            try:
                return request()
            except FAULTS as fault:
                if not may_pass(fault) or not self.goes_on(attempt) or self.clock() > end:
                    raise in_our_words(fault, doing=doing, keys=keys) from fault
            self.wait(attempt)
            attempt += 1

    def goes_on(self, attempt: int) -> bool:
        """Whether another attempt may follow this one, counted from 0."""
        return attempt < len(LONGEST_PAUSES)

    def wait(self, attempt: int) -> None:
        """Pause after this attempt, counted from 0."""
        self.pause(LONGEST_PAUSES[attempt] * self.draw())
