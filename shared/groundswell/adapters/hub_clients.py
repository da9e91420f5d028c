"""What technologies get that look from the hub: they enter no account, so no role is assumed for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from groundswell.ports.clients import Clients
from groundswell.ports.probing import Prober, Reply


class HubClients:
    """The clients of one look, with the calls that it made."""

    def __init__(self, prober: Prober) -> None:
        self._prober = prober
        self._calls = Counter[str]()

    @property
    def calls(self) -> Mapping[str, int]:
        """Addresses asked so far, as `https:GET`."""
        return self._calls

    def client(self, service: str) -> Any:  # what a client is, only its service says
        """The prober: there is no other.

        Raises:
            ValueError: another service is asked for, which only a role in an account could reach.
        """
        if service != "https":
            raise ValueError(f"there is no client of {service} without an account: declare from_hub=False")
        return _CountedProber(self._prober, self._calls)


class _CountedProber:
    def __init__(self, prober: Prober, calls: Counter[str]) -> None:
        self._prober = prober
        self._calls = calls

    def ask(self, urls: Sequence[str]) -> Sequence[Reply]:
        self._calls["https:GET"] += len(urls)
        return self._prober.ask(urls)


class FromHub:
    """Opens such clients, whatever account an order names."""

    def __init__(self, prober: Prober) -> None:
        self._prober = prober

    def open(
        self, *, account: str, region: str, role: str, session_name: str, calls_per_second: float | None
    ) -> Clients:
        """Fresh clients; no account is entered."""
        del account, region, role, session_name, calls_per_second
        return HubClients(self._prober)
