"""Asking a public web address whether something answers there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

BODY_LIMIT = 64 * 1024
"""Bytes of an answer that are read; what follows is not looked at."""
PROBE_SECONDS = 5.0
"""What asking may take in all, from the name to the last byte that is read."""


@dataclass(frozen=True)
class Answer:
    """What a server answered, whatever it says."""

    status: int
    """The HTTP status."""
    body: bytes
    """The beginning of the answer, at most `BODY_LIMIT` bytes."""
    address: str
    """The IP address that answered."""


@dataclass(frozen=True)
class NoAnswer:
    """Nobody answered as HTTPS asks: no name, no connection, a wrong certificate, too slow. It may come good."""

    reason: str


@dataclass(frozen=True)
class Forbidden:
    """Nobody was asked: the address is not one of the public Internet."""

    reason: str


Reply: TypeAlias = Answer | NoAnswer | Forbidden


class Prober(Protocol):
    """Asks `https` addresses from where the hub runs. It carries no rights, follows no redirect and sends no data."""

    def ask(self, urls: Sequence[str]) -> Sequence[Reply]:
        """What came of each, in their order. They are asked side by side, each once, within `PROBE_SECONDS` in all."""
