"""AWS's own events: one immediate look at the order of the resource that they name; hints, nothing depends on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from groundswell.domain.records import Hold, OrderStatus, WorkOrder
from groundswell.domain.states import OPEN_RESOURCE
from groundswell.ledger import orders, reading
from groundswell.ports.store import Index, Store
from groundswell.reactions.ordering import Ordering


@dataclass(frozen=True)
class AwsEvent:
    """What an event of AWS's says of where it comes from and what it is about."""

    account: str
    names: Sequence[str]
    """The ARNs in it."""


@dataclass(frozen=True)
class Waker:
    """Finds the orders that events are about."""

    store: Store
    ordering: Ordering

    def wake(self, events: Iterable[AwsEvent]) -> int:
        """Ask once for each order that the events are about and that is not woken already; how many those are."""
        found = (order for event in events for name in event.names for order in self._orders(event.account, name))
        asleep = {order.order_id: order for order in found if not order.woken}
        woken = [order for order in asleep.values() if orders.wake(self.store, order)]
        self.ordering.request(woken)
        return len(woken)

    def _orders(self, account: str, name: str) -> Iterable[WorkOrder]:
        for item in self.store.query_index(Index.WAKE, name):
            hold = Hold.of(item)
            held = reading.resources_named(self.store, hold.execution_id, hold.wave, [hold.resource_id])
            resource = held.get(hold.resource_id)
            if resource is None or resource.order_id is None or resource.state not in OPEN_RESOURCE:
                continue
            order = reading.find_order(self.store, hold.execution_id, hold.wave, resource.order_id)
            if order and order.status is OrderStatus.OPEN and order.account == account:
                yield order
