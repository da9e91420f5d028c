"""`WaveStarted`: cut the wave into work orders, once and always the same, and ask for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from groundswell.domain.ids import ExecutionId, order_id_of
from groundswell.domain.instants import to_text
from groundswell.domain.records import Execution, OrderStatus, Resource, Wave, WorkOrder
from groundswell.domain.states import WORKED_WAVE
from groundswell.ledger import orders, reading
from groundswell.ports.store import Store
from groundswell.ports.world import Clock, Tokens
from groundswell.reactions.ordering import Ordering


class Placed(Protocol):
    """What is recovered by a technology in an account and Region."""

    @property
    def technology(self) -> str:
        """The technology's name."""

    @property
    def account(self) -> str:
        """Twelve digits."""

    @property
    def region(self) -> str:
        """The Region that it is recovered into."""


P = TypeVar("P", bound=Placed)


def in_orders(resources: Iterable[P], order_size: Callable[[str], int]) -> Iterator[tuple[int, list[P]]]:
    """A wave's resources, sorted by id, in work orders: each with its number among those of its place."""
    groups = defaultdict[tuple[str, str, str], list[P]](list)
    for resource in resources:
        groups[resource.technology, resource.account, resource.region].append(resource)
    for group in groups.values():
        yield from enumerate(_evenly(group, order_size(group[0].technology)))


def _evenly(things: Sequence[P], most: int) -> Iterator[list[P]]:
    """The things in as few portions as may be, of one size or one less: each is a call, and takes its time."""
    portions = -(-len(things) // most)
    size, larger = divmod(len(things), portions)
    start = 0
    for number in range(portions):
        end = start + size + (number < larger)
        yield list(things[start:end])
        start = end


@dataclass(frozen=True)
class FanOut:
    """Cuts waves into work orders."""

    store: Store
    clock: Clock
    tokens: Tokens
    ordering: Ordering
    order_size: Callable[[str], int]
    """Resources that an order of a technology holds at most."""

    def react(self, execution_id: ExecutionId, wave: int, *, cause: str) -> None:
        """Cut the wave where it is not cut yet, and ask for every order of it that has not ended.

        Raises:
            PublishError: the bus did not take all requests; they are made again when the message comes again.
        """
        opened = reading.wave(self.store, execution_id, wave)
        if opened.status not in WORKED_WAVE:
            return
        execution = reading.execution(self.store, execution_id)
        written = {order.order_id for order in reading.orders(self.store, opened.lanes)}
        for order in self._cut(execution, opened, cause):
            if order.order_id not in written:
                orders.cut(self.store, order)
        everything = reading.orders(self.store, opened.lanes)
        self.ordering.request(order for order in everything if order.status is OrderStatus.OPEN)

    def _cut(self, execution: Execution, wave: Wave, cause: str) -> Iterator[WorkOrder]:
        """The orders of the wave's first attempt, the same whenever they are cut: its list is frozen."""
        frozen = reading.resources(self.store, wave.lanes)
        for number, portion in in_orders(frozen, self.order_size):
            yield self._order(execution, portion, number, cause)

    def _order(self, execution: Execution, chunk: list[Resource], number: int, cause: str) -> WorkOrder:
        first = chunk[0]
        place = f"{first.account}.{first.region}"
        assert execution.operation  # noqa: S101 - narrows: only valid requests have waves
        return WorkOrder(
            execution_id=execution.execution_id,
            order_id=order_id_of(execution.execution_id, first.wave, first.technology, place, number),
            wave=first.wave,
            technology=first.technology,
            account=first.account,
            region=first.region,
            operation=execution.operation,
            token=self.tokens.new(),
            resource_ids=tuple(resource.resource_id for resource in chunk),
            correlation_id=execution.correlation_id,
            causation_id=cause,
            created_at=to_text(self.clock.now()),
        )
