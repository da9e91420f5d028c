"""What the ledger says: typed reads, for reactions and for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from groundswell.domain.errors import PermanentError
from groundswell.domain.ids import ExecutionId, OrderId, ResourceId
from groundswell.domain.records import Execution, IntentRecord, Resource, StoredEvent, Wave, WorkOrder
from groundswell.domain.states import OPEN_RESOURCE, ExecutionStatus
from groundswell.ledger import keys
from groundswell.ports.store import Index, Store


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
        for item in store.query_index(Index.DUE, shard):
            yield Execution.of(item)


def latest_ended(store: Store, count: int) -> list[Execution]:
    """The executions that ended last, rejected ones too, at most `count`; the latest first."""
    found = [Execution.of(item) for shard in keys.all_shards("ENDED") for item in store.latest(Index.DUE, shard, count)]
    return sorted(found, key=lambda each: each.ended_at or "", reverse=True)[:count]


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


def resources(store: Store, execution_id: ExecutionId, number: int) -> Iterator[Resource]:
    """The resources of a wave, by id."""
    for item in store.query(keys.wave_partition(execution_id, number), keys.RESOURCE_PREFIX):
        yield Resource.of(item)


def unfinished(store: Store, execution: Execution) -> Iterator[Resource]:
    """What an open execution has still to recover; of one that is being planned, as much as is written."""
    numbers: Iterable[int] = execution.planned_waves
    if execution.status is not ExecutionStatus.PLANNING:
        numbers = [each.wave for each in waves(store, execution.execution_id) if each.remaining]
    for number in numbers:
        yield from (each for each in resources(store, execution.execution_id, number) if each.state in OPEN_RESOURCE)


def resources_named(
    store: Store, execution_id: ExecutionId, number: int, names: Sequence[ResourceId]
) -> dict[ResourceId, Resource]:
    """Those of the named resources that the wave has."""
    wanted = [keys.resource_key(execution_id, number, name) for name in names]
    found = (Resource.of(item) for item in store.get_many(wanted))
    return {resource.resource_id: resource for resource in found}


def find_order(store: Store, execution_id: ExecutionId, number: int, order_id: OrderId) -> WorkOrder | None:
    """The work order, or None."""
    item = store.get(keys.order_key(execution_id, number, order_id))
    return WorkOrder.of(item) if item else None


def orders(store: Store, execution_id: ExecutionId, number: int) -> Iterator[WorkOrder]:
    """The work orders of a wave, by id."""
    for item in store.query(keys.wave_partition(execution_id, number), keys.WORK_PREFIX):
        yield WorkOrder.of(item)


def intents(store: Store, order: WorkOrder) -> list[IntentRecord]:
    """The calls that were made, or perhaps made, for an order; by phase, then number."""
    partition = keys.wave_partition(order.execution_id, order.wave)
    return [IntentRecord.of(item) for item in store.query(partition, keys.intents_prefix(order.order_id))]


def facts(store: Store, execution_id: ExecutionId) -> list[StoredEvent]:
    """The facts of an execution, by sequence."""
    found = (StoredEvent.of(item) for item in store.query(keys.execution_partition(execution_id), keys.EVENT_PREFIX))
    return sorted(found, key=lambda fact: fact.sequence)


def unpublished(store: Store, *, up_to: str) -> Iterator[StoredEvent]:
    """Facts that occurred until then and are not known to be on the bus."""
    for shard in keys.all_shards("UNPUBLISHED"):
        for item in store.query_index(Index.DUE, shard, up_to=up_to):
            yield StoredEvent.of(item)
