"""AWS's own events: one immediate look at the order of the resource that they name; hints, nothing depends on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from groundswell.domain.records import OrderStatus, WorkOrder
from groundswell.domain.states import OPEN_RESOURCE
from groundswell.ledger import orders, reading
from groundswell.ports.store import Store
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
        for hold in reading.holds_woken_by(self.store, name):
            resource = reading.resources_named(self.store, hold.lane, [hold.resource_id]).get(hold.resource_id)
            if resource is None or resource.order_id is None or resource.state not in OPEN_RESOURCE:
                continue
            order = reading.find_order(self.store, hold.lane, resource.order_id)
            if order and order.status is OrderStatus.OPEN and order.account == account:
                yield order
