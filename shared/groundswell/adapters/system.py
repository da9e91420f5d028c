"""Clock, tokens and threads of the machine."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")

_THREADS = 16


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC)


class RandomTokens:
    """Tokens from the machine's source of randomness."""

    def new(self) -> str:
        """A fresh token of 192 random bits."""
        return secrets.token_urlsafe(24)


def side_by_side(things: Sequence[Callable[[], object]], *, within: timedelta) -> None:
    """Does these things side by side, and waits so long; what is under way then is left to itself, the rest not begun.

    Raises:
        Exception: what the first of those that are done raised.
    """
    pool = ThreadPoolExecutor(max_workers=_THREADS)
    begun = [pool.submit(thing) for thing in things]
    done, _ = wait(begun, timeout=within.total_seconds())
    pool.shutdown(wait=False, cancel_futures=True)
    for each in begun:
        if each in done:
            each.result()


def spread_over_threads(function: Callable[[A], B], arguments: Iterable[A]) -> Sequence[B]:
    """The function of each argument, side by side, in the order of the arguments; the first error is raised."""
    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        return list(pool.map(function, arguments))
