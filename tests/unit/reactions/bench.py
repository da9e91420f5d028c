"""What reactions need of the world, at a test's word: a clock that stands, a bus and a queue that keep everything."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.conditions import Item
from groundswell.domain.errors import TransientError
from groundswell.ports.clients import Clients
from groundswell.ports.store import Key, Write
from groundswell.ports.world import BusEntry, PublishError
from groundswell.reactions.ordering import Ordering
from rehearsal.estate.clock import VirtualClock


class Bus:
    """Keeps what is published; refuses what it is told to refuse."""

    def __init__(self) -> None:
        self.entries: list[BusEntry] = []
        self.refuses: set[str] = set()
        self.is_down = False

    def publish(self, entries: Sequence[BusEntry]) -> None:
        """Take all but the refused."""
        if self.is_down:
            raise TransientError("the bus does not answer")
        refused = {place: "no" for place, entry in enumerate(entries) if entry.detail_type in self.refuses}
        self.entries += [entry for place, entry in enumerate(entries) if place not in refused]
        if refused:
            raise PublishError(refused)

    def said(self, detail_type: str = "") -> list[dict[str, Any]]:
        """The data of all events of a type, in order."""
        wanted = [entry for entry in self.entries if detail_type in ("", entry.detail_type)]
        return [json.loads(entry.detail)["data"] for entry in wanted]

    def metadata(self, detail_type: str) -> list[dict[str, Any]]:
        """The metadata of all events of a type, in order."""
        return [json.loads(entry.detail)["metadata"] for entry in self.entries if entry.detail_type == detail_type]

    def take(self) -> list[BusEntry]:
        """What was published since this was last asked."""
        entries, self.entries = self.entries, []
        return entries


class Looks:
    """The technology's own queue."""

    def __init__(self) -> None:
        self.sent: list[tuple[dict[str, Any], int]] = []
        self.error: Exception | None = None

    def send(self, body: str, *, delay_seconds: int) -> None:
        """Keep the message, or raise."""
        if self.error:
            raise self.error
        self.sent.append((json.loads(body)["look"], delay_seconds))

    @property
    def numbers(self) -> list[int | None]:
        """The numbers of the looks that were sent for."""
        return [look["number"] for look, _ in self.sent]


class Tokens:
    """Tokens that can be told apart."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self) -> str:
        """The next one."""
        return f"token-{next(self._numbers)}"


@dataclass
class Accounts:
    """Workload accounts: all can be reached unless an error is set."""

    error: Exception | None = None
    opened: list[tuple[str, str]] = field(default_factory=list)

    def open(
        self, *, account: str, region: str, role: str, session_name: str, calls_per_second: float | None
    ) -> Clients:
        """Clients that nobody uses: the fake technologies need none."""
        del region, role, calls_per_second
        if self.error:
            raise self.error
        self.opened.append((account, session_name))
        return _NoCalls()  # type: ignore[return-value] # of the port only what a worker itself asks for


class _NoCalls:
    calls: dict[str, int] = {}  # noqa: RUF012 - never changed

    def client(self, service: str) -> None:
        """There is none to be had, and none is used."""


class CrashingStore(MemoryStore):
    """A ledger whose user dies after so many writes, as a process dies."""

    def __init__(self) -> None:
        self.writes_left: int | None = None
        self._keys: dict[Key, None] = {}
        super().__init__(lambda key, *_: self._keys.setdefault(key))

    def everything(self) -> list[Item]:
        """All items, in the order in which they were first written."""
        return self.get_many(list(self._keys))

    def write(self, *writes: Write) -> None:
        """Write, or die before."""
        if self.writes_left is not None:
            if self.writes_left == 0:
                raise Crash
            self.writes_left -= 1
        super().write(*writes)


class Crash(BaseException):
    """The process is gone."""


@dataclass
class Bench:
    """One of everything."""

    store: CrashingStore = field(default_factory=CrashingStore)
    clock: VirtualClock = field(default_factory=VirtualClock)
    bus: Bus = field(default_factory=Bus)
    queue: Looks = field(default_factory=Looks)
    accounts: Accounts = field(default_factory=Accounts)
    tokens: Tokens = field(default_factory=Tokens)

    @property
    def ordering(self) -> Ordering:
        """What asks for work orders; a request is valid for an hour."""
        return Ordering(self.store, self.bus, self.clock, timedelta(hours=1))
