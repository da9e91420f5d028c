"""The simulated estate behind the `Clients` port: one account and Region, its requests counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rehearsal.estate.clients import EstateClients
from rehearsal.estate.web import SimulatedWeb

if TYPE_CHECKING:
    from rehearsal.estate.caller import Caller
    from rehearsal.estate.engine import Estate


class Account:
    """Clients of one account and Region of an estate."""

    def __init__(self, estate: Estate, caller: Caller) -> None:
        self._estate = estate
        self._caller = caller
        self._clients = EstateClients(estate)
        self.web = SimulatedWeb(estate)
        self._seen = len(estate.log)

    @property
    def calls(self) -> Mapping[str, int]:
        """Requests sent so far, by `service:Operation`."""
        made = self._estate.log.select(after=self._seen)
        return Counter(f"{record.service}:{record.operation}" for record in made)

    def forget_calls(self) -> None:
        """Counts from here on."""
        self._seen = len(self._estate.log)

    def in_region(self, region: str) -> Account:
        """The same account in another Region."""
        return Account(self._estate, replace(self._caller, region=region))

    def client(self, service: str) -> Any:  # what a real client is, only the service's stubs can say
        """A client of the service."""
        if service == "https":
            return self.web
        return self._clients.client(service, account=self._caller.account, region=self._caller.region)
