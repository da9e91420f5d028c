"""The stream of a store in memory: what changed, told to one listener, in the order in which it was committed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import TypeAlias

from groundswell.domain.conditions import Item
from groundswell.ports.store import Key

Listener: TypeAlias = Callable[[Key, Item | None, Item | None], None]
"""Told the key, the item before (None: inserted), and the item after (None: removed)."""


class MemoryStream:
    """Hands records on one at a time, also when the listener itself writes: its records wait for their turn."""

    def __init__(self, listener: Listener | None) -> None:
        self._listener = listener
        self._records: deque[tuple[Key, Item | None, Item | None]] = deque()
        self._telling = Lock()

    @property
    def heard(self) -> bool:
        """Whether there is a listener, so that records are worth making."""
        return self._listener is not None

    def append(self, key: Key, old: Item | None, new: Item | None) -> None:
        """Queue a record; called in the order of commits."""
        self._records.append((key, old, new))

    def tell(self) -> None:
        """Hand on what is queued; another thread, or a caller further up, that is at it hands it on instead."""
        while self._records and self._telling.acquire(blocking=False):
            try:
                self._tell_queued()
            finally:
                self._telling.release()

    def _tell_queued(self) -> None:
        while self._records and self._listener is not None:
            self._listener(*self._records.popleft())
