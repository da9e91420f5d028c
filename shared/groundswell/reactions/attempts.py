"""Decide, commit, and where somebody else was first: read and decide again."""

from __future__ import annotations

from collections.abc import Callable

from groundswell.domain.errors import TransientError
from groundswell.ports.store import TransactionRefusedError

ATTEMPTS = 20
"""Each refusal means that somebody else's decision went through; so many in a row mean something is wrong."""
STEPS = 200
"""Transactions that one call commits at most: 90 resources each, where much is tried again or gone on without."""


def until_committed(decide_and_commit: Callable[[], bool], what: str) -> None:
    """Call until it says that nothing more is due; a refused transaction only means: look again.

    Raises:
        TransientError: it was refused, or still had something to do, too often in a row.
    """
    refused = 0
    for _ in range(STEPS):
        try:
            if not decide_and_commit():
                return
            refused = 0
        except TransactionRefusedError:
            refused += 1
        if refused == ATTEMPTS:
            raise TransientError(f"{what}: overtaken {ATTEMPTS} times in a row; it is tried again")
    raise TransientError(f"{what}: not done after {STEPS} transactions; it goes on when it is tried again")
