"""The port to what a hub is made of besides its ledger, for somebody who asks whether it is well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from groundswell.domain.hub_limits import HubUse


@dataclass(frozen=True)
class Queue:
    """A queue of the hub's."""

    name: str
    url: str
    waiting: int
    """Messages that nobody has taken."""


@dataclass(frozen=True)
class Alarm:
    """An alarm that rings."""

    name: str
    since: datetime | None
    advice: str
    """Its description: it says what to type."""


@dataclass(frozen=True)
class Rule:
    """A rule of the hub's."""

    name: str
    bus: str
    is_enabled: bool


@dataclass(frozen=True)
class Feed:
    """What hands a queue's messages, or the ledger's stream, to a function."""

    id: str
    function: str
    state: str
    last_result: str
    since: datetime | None


class Machinery(Protocol):
    """Reads the parts; each raises AWS's own error where it cannot be read."""

    def queue_urls(self) -> Mapping[str, str]:
        """The address of each queue by the name of the stack's output; none where the outputs do not say."""

    def queue(self, url: str) -> Queue:
        """One queue as it is."""

    def ages(self, names: Sequence[str]) -> Mapping[str, float]:
        """For how many seconds the oldest message of each queue has waited, where that is known."""

    def alarms(self) -> Sequence[Alarm]:
        """Those that ring."""

    def rules(self) -> Sequence[Rule]:
        """All of them, on each bus."""

    def mappings(self) -> Sequence[Feed]:
        """All of them."""

    def use(self) -> HubUse:
        """What the hub may take of its account."""
