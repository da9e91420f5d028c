"""What must be true of every world that has come to rest; a violation is told in words."""

from __future__ import annotations

from collections.abc import Iterator

from groundswell.domain.records import Execution, Hold
from groundswell.domain.standstill import WAITING_WAVE
from groundswell.domain.states import OPEN_EXECUTION, OPEN_RESOURCE, ExecutionStatus, WaveStatus
from groundswell.ledger import keys, reading
from tests.simulation.changes import wrong_counts
from tests.simulation.errands import answers
from tests.simulation.world import World


def judged(world: World) -> list[str]:
    """Let a world live, and say everything that was wrong in it."""
    settled = world.live()
    found = violations(world)
    if not settled and not found:
        found.append(f"it did not come to rest within {world.machine.time / 3600:.1f} hours")
    return found


def violations(world: World) -> list[str]:
    """Everything that is wrong in a world that has come to rest, or was stopped because something was wrong."""
    if world.watch.found:
        return list(world.watch.found)
    found = [*world.watch.doubled(), *_losers_only(world), *_commands(world)]
    for execution in world.executions():
        found += [f"{execution.execution_id}: {each}" for each in _of_execution(world, execution)]
    return found


def _losers_only(world: World) -> Iterator[str]:
    """Of overlapping requests one wins: nobody is turned away for the sake of one who was turned away for his."""
    rejected = {
        execution.execution_id: " ".join(execution.reasons)
        for execution in world.executions()
        if execution.status is ExecutionStatus.REJECTED
    }
    for one, its_reasons in rejected.items():
        for other, other_reasons in rejected.items():
            if one < other and f"execution {other}" in its_reasons and f"execution {one}" in other_reasons:
                yield f"{one} and {other} were each rejected because the other held a resource"


def _commands(world: World) -> Iterator[str]:
    """A decision takes effect wholly or is refused, never both; one that nobody vouches for does nothing."""
    if world.people is None:
        return
    for execution_id, command_id, kind in world.people.asked:
        told = answers(world, execution_id, command_id)
        if "CommandRefused" in told and len(told) > 1:
            yield f"{kind} {command_id} was refused and took effect: {told}"
        if not told and not world.queues.dead_letters:
            yield f"{kind} {command_id} was never answered"
    for execution_id, command_id in world.people.forged:
        if answers(world, execution_id, command_id):
            yield f"{command_id} did not come through the door, and took effect"


def _of_execution(world: World, execution: Execution) -> Iterator[str]:
    waves = reading.waves(world.ledger, execution.execution_id)
    waits = execution.status is ExecutionStatus.PAUSED or any(wave.status in WAITING_WAVE for wave in waves)
    if execution.status in OPEN_EXECUTION and not waits:
        yield f"it is {execution.status} and waits for nobody"
    if waits != (execution.stopped_at is not None) and execution.status in OPEN_EXECUTION:
        yield f"it waits for a person: {waits}, and its deadlines stand still since {execution.stopped_at}"
    for wave in waves:
        resources = list(reading.resources(world.ledger, wave.lanes))
        yield from wrong_counts(wave, resources)
        is_closed = wave.status in (WaveStatus.COMPLETED, WaveStatus.CANCELLED)
        if is_closed and any(resource.state in OPEN_RESOURCE for resource in resources):
            yield f"wave {wave.wave} is {wave.status}, and not all of its resources are at an end"
    yield from _unpublished(world, execution)
    yield from _binding_holds(world, execution)


def _unpublished(world: World, execution: Execution) -> Iterator[str]:
    """Every fact in the ledger was published, and is marked so."""
    for fact in reading.facts(world.ledger, execution.execution_id):
        if fact.event_id not in world.said:
            yield f"the fact {fact.detail_type} was never published"


def _binding_holds(world: World, execution: Execution) -> Iterator[str]:
    """What an open execution works on is held by it."""
    if execution.status not in OPEN_EXECUTION or execution.status is ExecutionStatus.PLANNING:
        return
    for resource in reading.resources(world.ledger, execution.planned_lanes):
        item = world.ledger.get(keys.hold_key(resource.resource_id))
        if item is None or Hold.of(item).execution_id != execution.execution_id:
            yield f"{resource.resource_id} is not held by the execution that works on it"
