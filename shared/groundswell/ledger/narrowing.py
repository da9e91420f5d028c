"""Transactions about many things: what a refusal names is left out, and the rest is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from groundswell.domain.errors import TransientError
from groundswell.ports.store import Store, TransactionRefusedError, Write

T = TypeVar("T")


def without_the_refused(refused: TransactionRefusedError, left: list[T]) -> list[T]:
    """Those whose write was not refused, where each has one write and there is no other."""
    return [thing for place, thing in enumerate(left) if place not in refused.failed]


def write_for_the_rest(
    store: Store,
    things: Iterable[T],
    writes: Callable[[list[T]], Sequence[Write]],
    narrow: Callable[[TransactionRefusedError, list[T]], list[T]],
) -> list[T]:
    """Write for as many as the ledger takes, in one transaction.

    Args:
        store: the ledger.
        things: at most as many as one transaction takes.
        writes: the writes for those that are left.
        narrow: who is left after a refusal; may keep all, where the next attempt demands something else of them.

    Returns:
        Those for which it was written; empty where nobody was left.

    Raises:
        TransientError: it was refused twice as often as there are things: nothing was written, and it is tried again.
    """
    left = list(things)
    attempts = 2 * len(left) + 1
    for _ in range(attempts):
        if not left:
            return []
        try:
            store.write(*writes(left))
        except TransactionRefusedError as refused:
            left = narrow(refused, left)
        else:
            return left
    raise TransientError(f"refused {attempts} times in a row, and {len(left)} are still left: it is tried again")
