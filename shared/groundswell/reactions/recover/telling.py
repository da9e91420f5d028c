"""Outcomes are said before they are saved, and said again whenever somebody asks for the order again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from groundswell.domain.events.envelope import TECHNOLOGY_SOURCE, Lineage
from groundswell.domain.events.work import ResourceFailed, ResourceRecovered
from groundswell.domain.ids import ResourceId, event_id_of
from groundswell.domain.records import Ending, Progress, WorkOrder
from groundswell.ports.world import Bus, BusEntry


def tell(bus: Bus, order: WorkOrder, ended: Iterable[tuple[ResourceId, Progress]], *, at: datetime) -> None:
    """Publish the outcomes of resources that the order has ended with.

    Raises:
        PublishError: the bus did not take all; nothing is saved, so they are observed and said again.
    """
    bus.publish(
        [_entry(order, name, progress, at) for name, progress in ended if progress.ending is not Ending.DROPPED]
    )


def _entry(order: WorkOrder, name: ResourceId, progress: Progress, at: datetime) -> BusEntry:
    told = _outcome(order, name, progress)
    event_id = event_id_of(order.order_id, str(order.attempt), name, told.detail_type)
    lineage = Lineage(order.execution_id, order.correlation_id, order.causation_id)
    event = lineage.tell(told, source=f"{TECHNOLOGY_SOURCE}{order.technology}", event_id=event_id, at=at)
    return BusEntry(source=event.source, detail_type=event.detail_type, detail=event.detail)


def _outcome(order: WorkOrder, name: ResourceId, progress: Progress) -> ResourceRecovered | ResourceFailed:
    if progress.failure is None:
        return ResourceRecovered(
            order_id=order.order_id,
            attempt=order.attempt,
            token=order.token,
            technology=order.technology,
            wave=order.wave,
            resource_id=name,
            evidence=progress.evidence,
        )
    return ResourceFailed(
        order_id=order.order_id,
        attempt=order.attempt,
        token=order.token,
        technology=order.technology,
        wave=order.wave,
        resource_id=name,
        cause=progress.failure.cause,
        advice=progress.failure.advice,
    )
