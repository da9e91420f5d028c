"""Planned resources and the holds on them, written in chunks in `resource_id` order while a planner is the one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import TypeVar

from groundswell.domain.conditions import Absent, Equals, all_of, any_of
from groundswell.domain.errors import StaleWriteError
from groundswell.domain.ids import ExecutionId, ResourceId
from groundswell.domain.instants import to_text
from groundswell.domain.protection import Protected
from groundswell.domain.records import Execution, Hold, Resource
from groundswell.domain.states import OPEN_EXECUTION
from groundswell.ledger import keys, reading
from groundswell.ledger.executions import planning_check
from groundswell.ledger.narrowing import without_the_refused, write_for_the_rest
from groundswell.ports.store import Delete, Put, Store, TransactionRefusedError, Write

CHUNK = 49
"""Resources a transaction: each is an item and a hold, and one write checks the planner."""
RELEASE_CHUNK = 100

T = TypeVar("T")


class HeldElsewhereError(StaleWriteError):
    """Another open execution holds a resource that this one wants."""

    def __init__(self, hold: Hold) -> None:
        self.hold = hold
        super().__init__(f"{hold.resource_id} is held by execution {hold.execution_id} since {hold.held_at}")


def take(store: Store, execution: Execution, planner: int, planned: Sequence[Protected], *, at: datetime) -> None:
    """Write and hold the resources, sorted by id, so that of overlapping requests one gets ahead everywhere.

    What a planner before this one wrote and held stays as it is: so planning comes to its end, however often it dies.

    Raises:
        HeldElsewhereError: an open execution holds one of them.
        StaleWriteError: another planner has taken over, or the execution is decided.
    """
    written = set(_written(store, execution)) if planner > 1 else set()
    left = (resource for resource in planned if resource.resource_id not in written)
    for chunk in chunks(sorted(left, key=lambda each: each.resource_id), CHUNK):
        _take_chunk(store, execution, planner, chunk, at)


def _written(store: Store, execution: Execution) -> Iterator[ResourceId]:
    """The resources that earlier planners wrote; each was held in the same transaction."""
    latest = reading.execution(store, execution.execution_id)
    yield from (each.resource_id for each in reading.resources(store, latest.planned_lanes))


def _take_chunk(store: Store, execution: Execution, planner: int, chunk: Sequence[Protected], at: datetime) -> None:
    former: dict[str, ExecutionId] = {}

    def writes(left: list[Protected]) -> list[Write]:
        held = (_writes_for(execution, each, former.get(each.resource_id), at) for each in left)
        return [planning_check(execution.execution_id, planner), *chain.from_iterable(held)]

    write_for_the_rest(store, chunk, writes, lambda refused, left: _settle(store, execution, refused, left, former))


def _settle(
    store: Store,
    execution: Execution,
    refused: TransactionRefusedError,
    chunk: list[Protected],
    former: dict[str, ExecutionId],
) -> list[Protected]:
    """What is still to be taken of a chunk that was refused; holds of executions that are over go to `former`."""
    if 0 in refused.failed:
        raise StaleWriteError(f"execution {execution.execution_id} is planned by another run of the planner by now")
    planned_before = set()
    for place in refused.failed:
        hold = Hold.of(refused.reasons[place].item or {})
        if hold.execution_id == execution.execution_id:
            planned_before.add(hold.resource_id)
            continue
        holder = reading.find_execution(store, hold.execution_id)
        if holder is not None and holder.status in OPEN_EXECUTION:
            raise HeldElsewhereError(hold)
        former[hold.resource_id] = hold.execution_id
    return [resource for resource in chunk if resource.resource_id not in planned_before]


def _writes_for(
    execution: Execution, planned: Protected, former: ExecutionId | None, at: datetime
) -> tuple[Write, Write]:
    resource = _resource(execution, planned)
    hold = Hold(
        execution_id=execution.execution_id,
        wave=planned.wave,
        technology=planned.technology,
        resource_id=planned.resource_id,
        held_at=to_text(at),
    )
    ours = all_of(Equals("execution_id", execution.execution_id), Equals("wave", planned.wave))
    free = any_of(Absent("pk"), ours, *([Equals("execution_id", former)] if former else []))
    return (
        Put({**_key_of(resource), **resource.as_item()}),
        Put({**_hold_key_of(planned), **hold.as_item()}, condition=free),
    )


def _resource(execution: Execution, planned: Protected) -> Resource:
    lag = planned.fitness.lag_seconds if planned.fitness else None
    return Resource(
        execution_id=execution.execution_id,
        lag_seconds=None if lag is None else round(lag),
        **planned.model_dump(include=set(Resource.model_fields)),
    )


def _key_of(resource: Resource) -> dict[str, str]:
    key = keys.resource_key(resource.lane, resource.resource_id)
    return {"pk": key.pk, "sk": key.sk}


def _hold_key_of(planned: Protected) -> dict[str, str]:
    key = keys.hold_key(planned.resource_id)
    return {"pk": key.pk, "sk": key.sk, **({"wake_key": planned.wake_key} if planned.wake_key else {})}


def release(store: Store, execution_id: ExecutionId, resources: Iterable[Resource]) -> None:
    """Take away the holds of an execution that is over; housekeeping, for they bind no more."""
    ours = Equals("execution_id", execution_id)
    for chunk in chunks(resources, RELEASE_CHUNK):
        deletes = [Delete(keys.hold_key(resource.resource_id), ours) for resource in chunk]
        write_for_the_rest(store, deletes, list, without_the_refused)


def chunks(things: Iterable[T], size: int) -> Iterable[list[T]]:
    """The things in lists of at most `size`."""
    source = iter(things)
    while chunk := list(islice(source, size)):
        yield chunk
