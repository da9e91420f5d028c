"""What must be true of every execution, whatever happened to it; each violation is told in words."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from groundswell.domain.ids import ExecutionId
from groundswell.domain.instants import from_text
from groundswell.domain.records import Hold, Resource, Wave
from groundswell.domain.states import OPEN_EXECUTION, OPEN_RESOURCE, ResourceState, WaveStatus
from groundswell.ledger import keys, reading
from groundswell.ports.store import Store
from groundswell.ports.world import BusEntry

Published = Sequence[tuple[datetime, BusEntry]]
"""What was put on the bus, and when."""


def violations(store: Store, execution_id: ExecutionId, published: Published) -> list[str]:
    """Everything that is wrong with an execution that has come to rest."""
    return [
        *wrong_counts(store, execution_id),
        *waves_out_of_order(store, execution_id, published),
        *unpublished_facts(store, execution_id, published),
        *unsaid_outcomes(store, execution_id),
        *holds_of_the_past(store, execution_id),
        *forgotten(store, execution_id),
    ]


def wrong_counts(store: Store, execution_id: ExecutionId) -> Iterator[str]:
    """`remaining` equals the resources not ended, and each kind of ending is counted right."""
    for wave in reading.waves(store, execution_id):
        found = list(reading.resources(store, execution_id, wave.wave))
        counted = (wave.total, wave.remaining, wave.recovered, wave.failed + wave.failed_optional, wave.skipped)
        if counted != _counts(found):
            yield f"wave {wave.wave} counts {counted}, its resources are {_counts(found)}"


def _counts(found: Sequence[Resource]) -> tuple[int, int, int, int, int]:
    states = [resource.state for resource in found]
    return (
        len(states),
        sum(state in OPEN_RESOURCE for state in states),
        states.count(ResourceState.RECOVERED),
        states.count(ResourceState.FAILED),
        states.count(ResourceState.SKIPPED),
    )


def waves_out_of_order(store: Store, execution_id: ExecutionId, published: Published) -> Iterator[str]:
    """No resource of a wave is requested, or begun, before the wave before it is closed."""
    for earlier, later in pairwise(reading.waves(store, execution_id)):
        closed = from_text(earlier.ended_at) if earlier.ended_at else None
        for what, at in _beginnings(store, later, published):
            if closed is None or at < closed:
                yield f"{what} of wave {later.wave} at {at}, and wave {earlier.wave} was closed at {closed}"


def _beginnings(store: Store, wave: Wave, published: Published) -> Iterator[tuple[str, datetime]]:
    if wave.started_at:
        yield "start", from_text(wave.started_at)
    for resource in reading.resources(store, wave.execution_id, wave.wave):
        if resource.started_at:
            yield f"call for {resource.resource_id}", from_text(resource.started_at)
    for at, entry in published:
        told = json.loads(entry.detail)
        is_order = entry.detail_type == "RecoveryRequested"
        if is_order and (told["metadata"]["execution_id"], told["data"]["wave"]) == (wave.execution_id, wave.wave):
            yield f"request for {told['data']['order_id']}", at


def unpublished_facts(store: Store, execution_id: ExecutionId, published: Published) -> Iterator[str]:
    """Every fact in the ledger is on the bus exactly as it was written, and every fact on the bus is in the ledger."""
    on_bus = {entry.detail for _, entry in published if entry.source == "groundswell"}
    in_ledger = {fact.detail for fact in reading.facts(store, execution_id)}
    for detail in in_ledger - on_bus:
        yield f"never published: {detail}"
    for _, entry in published:
        is_fact = entry.source == "groundswell" and entry.detail_type not in ("RecoveryRequested", "DRRequested")
        told = json.loads(entry.detail)
        if is_fact and told["metadata"]["execution_id"] == execution_id and entry.detail not in in_ledger:
            yield f"published and not in the ledger: {entry.detail}"


def unsaid_outcomes(store: Store, execution_id: ExecutionId) -> Iterator[str]:
    """Every outcome is on its resource: a failure with its cause, an end with its time."""
    for wave in reading.waves(store, execution_id):
        for resource in reading.resources(store, execution_id, wave.wave):
            if resource.state is ResourceState.FAILED and not resource.failure:
                yield f"{resource.resource_id} failed and does not say why"
            if resource.state in (ResourceState.FAILED, ResourceState.RECOVERED) and not resource.ended_at:
                yield f"{resource.resource_id} is {resource.state} and does not say since when"


def holds_of_the_past(store: Store, execution_id: ExecutionId) -> Iterator[str]:
    """An execution that is over holds nothing any more."""
    execution = reading.execution(store, execution_id)
    if execution.status in OPEN_EXECUTION:
        return
    for wave in execution.planned_waves:
        for resource in reading.resources(store, execution_id, wave):
            item = store.get(keys.hold_key(resource.resource_id))
            if item and Hold.of(item).execution_id == execution_id:
                yield f"{resource.resource_id} is still held, and the execution is {execution.status}"


def forgotten(store: Store, execution_id: ExecutionId) -> Iterator[str]:
    """Every accepted execution ends, or waits visibly for a person."""
    execution = reading.execution(store, execution_id)
    waiting = (WaveStatus.HELD, WaveStatus.AWAITING_APPROVAL)
    waits = any(wave.status in waiting for wave in reading.waves(store, execution_id))
    if execution.status in OPEN_EXECUTION and not waits:
        yield f"it is {execution.status} and waits for nobody"


def double_launches(launches: Mapping[str, int], *, expected: Collection[str] = ()) -> Iterator[str]:
    """No server is launched twice by an execution; `expected` may be, because their launches fail."""
    for server, times in launches.items():
        if times > 1 and server not in expected:
            yield f"server {server} was launched {times} times"
