"""The ledger's stream: put each fact on the bus; what fails keeps its mark and never blocks the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundswell.domain.records import StoredEvent
from groundswell.ledger.outbox import entry_of, mark_published, mark_refused
from groundswell.ports.store import Store
from groundswell.ports.world import Bus, PublishError


@dataclass(frozen=True)
class Relay:
    """Publishes facts."""

    store: Store
    bus: Bus

    def publish(self, facts: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
        """Publish the facts and take their marks off; those that the bus refused, which keep theirs."""
        refused = self._publish(facts)
        for place, fact in enumerate(facts):
            if place in refused:
                mark_refused(self.store, fact, refused[place])
            else:
                mark_published(self.store, fact)
        return [fact for place, fact in enumerate(facts) if place in refused]

    def _publish(self, facts: Sequence[StoredEvent]) -> dict[int, str]:
        try:
            self.bus.publish([entry_of(fact) for fact in facts])
        except PublishError as error:
            return error.refused
        return {}
