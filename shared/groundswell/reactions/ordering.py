"""Puts work orders on the bus: the first time, and again whenever somebody should look at them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from groundswell.domain.events.envelope import HUB_SOURCE, Lineage
from groundswell.domain.events.work import OrderedResource, RecoveryRequested
from groundswell.domain.ids import event_id_of
from groundswell.domain.instants import to_text
from groundswell.domain.operations import PHASES
from groundswell.domain.records import WorkOrder
from groundswell.ledger import orders, reading
from groundswell.ports.store import Store
from groundswell.ports.world import Bus, BusEntry, Clock


@dataclass(frozen=True)
class Ordering:
    """Asks for the work of orders."""

    store: Store
    bus: Bus
    clock: Clock
    validity: timedelta
    """How long a request may be acted upon; one that is still wanted then is renewed."""

    def request(self, wanted: Iterable[WorkOrder]) -> None:
        """Put the orders on the bus; asking twice for one is harmless.

        Raises:
            PublishError: the bus did not take all.
        """
        chosen = list(wanted)
        self.bus.publish([self._entry(order) for order in chosen])
        for order in chosen:
            orders.note_request(self.store, order, at=self.clock.now())

    def _entry(self, order: WorkOrder) -> BusEntry:
        now = self.clock.now()
        lineage = Lineage(order.execution_id, order.correlation_id, order.causation_id)
        event_id = event_id_of(order.order_id, str(order.attempt), to_text(now))
        event = lineage.tell(self._told(order), source=HUB_SOURCE, event_id=event_id, at=now)
        return BusEntry(source=event.source, detail_type=event.detail_type, detail=event.detail)

    def _told(self, order: WorkOrder) -> RecoveryRequested:
        known = reading.resources_named(self.store, order.lane, order.resource_ids)
        return RecoveryRequested(
            order_id=order.order_id,
            attempt=order.attempt,
            token=order.token,
            technology=order.technology,
            account=order.account,
            region=order.region,
            operation=order.operation,
            phases=PHASES[order.operation],
            wave=order.wave,
            not_after=self.clock.now() + self.validity,
            resources=tuple(
                OrderedResource(resource_id=name, name=known[name].name, parameters=known[name].parameters)
                for name in order.resource_ids
                if name in known
            ),
        )
