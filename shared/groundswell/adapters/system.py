"""Clock, tokens and threads of the machine."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
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


def spread_over_threads(function: Callable[[A], B], arguments: Iterable[A]) -> Sequence[B]:
    """The function of each argument, side by side, in the order of the arguments; the first error is raised."""
    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        return list(pool.map(function, arguments))
