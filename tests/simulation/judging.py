"""What must be true at the end of every world; a violation is told in words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from groundswell.domain.records import Execution, Resource, Wave
from groundswell.domain.states import OPEN_EXECUTION, OPEN_RESOURCE, ResourceState, WaveStatus
from groundswell.ledger import reading
from tests.simulation.world import World


def violations(world: World) -> list[str]:
    """Everything that is wrong in a world that has come to rest."""
    found = [*_launches(world)]
    for execution in world.executions():
        found += [f"{execution.execution_id}: {each}" for each in _of_execution(world, execution)]
    return found


def _launches(world: World) -> Iterator[str]:
    """An effect on AWS happens once a resource, phase and attempt: what was launched, one execution launched."""
    accepted = sum(execution.accepted_at is not None for execution in world.executions())
    for server, times in world.estate.launches().items():
        failed = len(world.scenario.faults.launch_failures) * 3
        if times > max(1, accepted) + failed:
            yield f"server {server} was launched {times} times by {accepted} executions"


def _of_execution(world: World, execution: Execution) -> Iterator[str]:
    waves = reading.waves(world.ledger, execution.execution_id)
    if execution.status in OPEN_EXECUTION and not any(wave.status is WaveStatus.HELD for wave in waves):
        yield f"it is {execution.status} and waits for nobody"
    yield from _unpublished(world, execution)
    yield from _order_of_waves(waves)
    for wave in waves:
        resources = list(reading.resources(world.ledger, execution.execution_id, wave.wave))
        yield from _counts(wave, resources)


def _counts(wave: Wave, resources: list[Resource]) -> Iterator[str]:
    """`remaining` equals the resources not ended, and each kind of ending is counted right."""
    remaining = sum(resource.state in OPEN_RESOURCE for resource in resources)
    recovered = sum(resource.state is ResourceState.RECOVERED for resource in resources)
    failed = sum(resource.state is ResourceState.FAILED for resource in resources)
    if (wave.total, wave.remaining, wave.recovered) != (len(resources), remaining, recovered):
        yield f"wave {wave.wave} counts {wave.counts} but {remaining} remain and {recovered} are recovered"
    if wave.failed + wave.failed_optional != failed:
        yield f"wave {wave.wave} counts {wave.counts} but {failed} failed"
    if wave.status is WaveStatus.COMPLETED and remaining:
        yield f"wave {wave.wave} is completed and {remaining} resources are not"


def _order_of_waves(waves: list[Wave]) -> Iterator[str]:
    """No wave begins before the one before it is closed."""
    for earlier, later in pairwise(waves):
        if later.started_at and (earlier.ended_at is None or later.started_at < earlier.ended_at):
            yield f"wave {later.wave} began before wave {earlier.wave} was closed"


def _unpublished(world: World, execution: Execution) -> Iterator[str]:
    """Every fact in the ledger was published."""
    said = {event["detail"].get("metadata", {}).get("event_id") for _, event in world.published}
    for fact in reading.facts(world.ledger, execution.execution_id):
        if fact.event_id not in said:
            yield f"the fact {fact.detail_type} was never published"
