"""What the ledger says: typed reads, for reactions and for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from groundswell.domain.conditions import Item
from groundswell.domain.errors import PermanentError
from groundswell.domain.events.envelope import HUB_SOURCE
from groundswell.domain.events.facts import FACT_TYPES
from groundswell.domain.ids import EventId, ExecutionId, Lane, OrderId, ResourceId
from groundswell.domain.records import Execution, Hold, IntentRecord, Resource, StoredEvent, Wave, WorkOrder
from groundswell.domain.states import OPEN_RESOURCE, ExecutionStatus
from groundswell.ledger import keys
from groundswell.ports.store import Index, Key, Store


def find_execution(store: Store, execution_id: ExecutionId) -> Execution | None:
    """The execution, or None."""
    item = store.get(keys.execution_key(execution_id))
    return Execution.of(item) if item else None


def execution(store: Store, execution_id: ExecutionId) -> Execution:
    """The execution.

    Raises:
        PermanentError: there is none of this id.
    """
    found = find_execution(store, execution_id)
    if found is None:
        raise PermanentError(f"the ledger holds no execution {execution_id}: was the event meant for another hub?")
    return found


def open_executions(store: Store) -> Iterator[Execution]:
    """The executions that are not over, in no order; one that has just begun may be missing."""
    for shard in keys.all_shards("OPEN"):
        yield from _executions(store.query_index(Index.DUE, shard))


def latest_ended(store: Store, count: int) -> list[Execution]:
    """The executions that ended last, rejected ones too, at most `count`; the latest first."""
    found = [each for shard in keys.all_shards("ENDED") for each in _executions(store.latest(Index.DUE, shard, count))]
    return sorted(found, key=lambda each: each.ended_at or "", reverse=True)[:count]


def _executions(items: Iterable[Item]) -> Iterator[Execution]:
    """The executions among items of an index, which lists whatever carries its attributes, under any key."""
    for item in items:
        if _is_at(item, keys.execution_key(ExecutionId(str(item.get("execution_id"))))):
            yield Execution.of(item)


def waves(store: Store, execution_id: ExecutionId) -> list[Wave]:
    """The waves of an execution, by number."""
    return [Wave.of(item) for item in store.query(keys.execution_partition(execution_id), keys.WAVE_PREFIX)]


def wave(store: Store, execution_id: ExecutionId, number: int) -> Wave:
    """One wave.

    Raises:
        PermanentError: the execution has no such wave.
    """
    item = store.get(keys.wave_key(execution_id, number))
    if item is None:
        raise PermanentError(f"execution {execution_id} has no wave {number} in the ledger")
    return Wave.of(item)


def resources(store: Store, lanes: Iterable[Lane]) -> Iterator[Resource]:
    """The resources of these lanes, in each by id."""
    for lane in lanes:
        for item in store.query(keys.lane_partition(lane), keys.RESOURCE_PREFIX):
            yield Resource.of(item)


def unfinished(store: Store, execution: Execution) -> Iterator[Resource]:
    """What an open execution has still to recover; of one that is being planned, as much as is written."""
    lanes = execution.planned_lanes
    if execution.status is not ExecutionStatus.PLANNING:
        lanes = [lane for each in waves(store, execution.execution_id) if each.remaining for lane in each.lanes]
    yield from (each for each in resources(store, lanes) if each.state in OPEN_RESOURCE)


def resources_named(store: Store, lane: Lane, names: Sequence[ResourceId]) -> dict[ResourceId, Resource]:
    """Those of the named resources that the lane has."""
    wanted = [keys.resource_key(lane, name) for name in names]
    found = (Resource.of(item) for item in store.get_many(wanted))
    return {resource.resource_id: resource for resource in found}


def find_order(store: Store, lane: Lane, order_id: OrderId) -> WorkOrder | None:
    """The work order, or None."""
    item = store.get(keys.order_key(lane, order_id))
    return WorkOrder.of(item) if item else None


def orders(store: Store, lanes: Iterable[Lane]) -> Iterator[WorkOrder]:
    """The work orders of these lanes, in each by id."""
    for lane in lanes:
        for item in store.query(keys.lane_partition(lane), keys.WORK_PREFIX):
            yield WorkOrder.of(item)


def intents(store: Store, order: WorkOrder) -> list[IntentRecord]:
    """The calls that were made, or perhaps made, for an order; by phase, then number."""
    partition = keys.lane_partition(order.lane)
    return [IntentRecord.of(item) for item in store.query(partition, keys.intents_prefix(order.order_id))]


def holds_woken_by(store: Store, name: str) -> Iterator[Hold]:
    """The holds of resources that AWS's events call by this name (an ARN); one just taken may be missing."""
    for item in store.query_index(Index.WAKE, name):
        if _is_at(item, keys.hold_key(ResourceId(str(item.get("resource_id"))))):
            yield Hold.of(item)


def facts(store: Store, execution_id: ExecutionId) -> list[StoredEvent]:
    """The facts of an execution, by sequence."""
    found = (StoredEvent.of(item) for item in store.query(keys.execution_partition(execution_id), keys.EVENT_PREFIX))
    return sorted(found, key=lambda fact: fact.sequence)


def unpublished(store: Store, *, up_to: str) -> Iterator[StoredEvent]:
    """Facts that occurred until then and are not known to be on the bus."""
    for shard in keys.all_shards("UNPUBLISHED"):
        for item in store.query_index(Index.DUE, shard, up_to=up_to):
            if (fact := fact_of(item)) is not None:
                yield fact


def fact_of(item: Item) -> StoredEvent | None:
    """The fact that an item is; None where it is none, whatever it says of itself.

    A fact is of a known type and of the hub, and stands where only those write who decide: what a technology's worker
    may write is never taken for one.
    """
    execution_id, event_id = ExecutionId(str(item.get("execution_id"))), EventId(str(item.get("event_id")))
    is_told_by_us = item.get("source") == HUB_SOURCE and item.get("detail_type") in FACT_TYPES
    return StoredEvent.of(item) if is_told_by_us and _is_at(item, keys.event_key(execution_id, event_id)) else None


def _is_at(item: Item, key: Key) -> bool:
    return (item["pk"], item["sk"]) == key
