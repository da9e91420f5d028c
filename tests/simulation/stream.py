"""The ledger's stream with its function: batches in order, one at a time, cut in halves when they fail, then left."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from groundswell.domain.conditions import Item
from tests.simulation.deployment import StreamReader
from tests.simulation.machine import Invocation, KilledError, Machine
from tests.simulation.trouble import Trouble

_PLACE = "RelayEvents"
_WAIT = 1.0
"""Seconds until a batch that failed is tried again."""


class Stream:
    """New facts of the ledger, on their way to `relay`."""

    def __init__(
        self,
        reader: StreamReader,
        machine: Machine,
        trouble: Trouble,
        relay: Callable[[Sequence[Item]], None],
        tell: Callable[[str], None],
    ) -> None:
        self._reader = reader
        self._machine = machine
        self._trouble = trouble
        self._relay = relay
        self._tell = tell
        self._batches: deque[tuple[int, list[Item]]] = deque()
        self._polling = False

    def append(self, item: Item) -> None:
        """A fact was inserted: it goes with those before it, where they are not tried yet."""
        last = self._batches[-1] if self._batches else None
        if last is not None and last[0] == 0 and len(last[1]) < self._reader.batch_size:
            last[1].append(item)
        else:
            self._batches.append((0, [item]))
        if not self._polling:
            self._polling = True
            self._machine.after(self._trouble.between(0.01, 0.3, _PLACE), self._poll)

    def _poll(self) -> None:
        if not self._batches:
            self._polling = False
            return
        attempts, batch = self._batches.popleft()

        def work() -> None:
            try:
                self._relay(batch)
            except (KilledError, Exception) as error:
                self._tell(f"relay failed: {error!r}")
                self._batches.extendleft(reversed(self._after_failure(attempts + 1, batch)))
                self._machine.after(_WAIT, self._poll)
            else:
                self._machine.after(0.0, self._poll)

        Invocation(self._machine, work, seconds=self._reader.timeout, name=_PLACE).switch()

    def _after_failure(self, attempts: int, batch: list[Item]) -> list[tuple[int, list[Item]]]:
        """What is tried again: the halves of the batch, or a single record, as long as it may be."""
        if attempts >= self._reader.attempts:
            return []
        middle = len(batch) // 2
        return [(attempts, half) for half in (batch[:middle], batch[middle:]) if half]
