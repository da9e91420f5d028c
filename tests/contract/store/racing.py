"""Threads that set out together, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from groundswell.ports.store import TransactionRefusedError

T = TypeVar("T")


def side_by_side(count: int, work: Callable[[int], T]) -> list[T]:
    """What the work gave in each of so many threads, by their number; raises what one of them raised."""
    together = Barrier(count)

    def run(thread: int) -> T:
        together.wait()
        return work(thread)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def wins(write: Callable[[], None]) -> bool:
    """Whether the write was not refused by a condition."""
    try:
        write()
    except TransactionRefusedError:
        return False
    return True
