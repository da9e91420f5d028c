"""Waiting for something to become so, for a bounded time."""

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5


class NotInTimeError(RuntimeError):
    """What was waited for did not come."""


def wait_for(look: Callable[[], Seen | None], *, what: str, seconds: float) -> Seen:
    """Look again and again until there is something to see; NotInTimeError after so many seconds."""
    deadline, pause = time.monotonic() + seconds, FIRST_PAUSE
    while (seen := look()) is None:
        if time.monotonic() > deadline:
            raise NotInTimeError(f"{what}: not there after {seconds:g} seconds")
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
    return seen
