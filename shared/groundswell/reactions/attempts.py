"""Decide, commit, and where somebody else was first: read and decide again."""

from __future__ import annotations

from collections.abc import Callable

from groundswell.domain.errors import TransientError
from groundswell.ports.store import TransactionRefusedError

ATTEMPTS = 20
"""Each refusal means that somebody else's decision went through; so many in a row mean something is wrong."""


def until_committed(decide_and_commit: Callable[[], bool], what: str) -> None:
    """Call until it says that nothing more is due; a refused transaction only means: look again.

    Raises:
        TransientError: it was refused, or still had something to do, too often in a row.
    """
    for _ in range(ATTEMPTS):
        try:
            if not decide_and_commit():
                return
        except TransactionRefusedError:
            continue
    raise TransientError(f"{what}: overtaken {ATTEMPTS} times in a row; it is tried again")
