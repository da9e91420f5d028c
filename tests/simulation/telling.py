"""How the stories of calm worlds are told: who asks, what came of it, and what calm forbids besides."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from groundswell.domain.events.commands import DOOR_SOURCE
from groundswell.domain.ids import ExecutionId, execution_id_of
from groundswell.domain.records import Execution, Hold, Resource, Wave
from groundswell.domain.states import OPEN_EXECUTION, OPEN_RESOURCE
from groundswell.ledger import keys, reading
from groundswell.ports.world import BusEntry
from tests.simulation.judging import violations
from tests.simulation.world import World


def ask(world: World, request_id: str = "r-1", **changes: Any) -> ExecutionId:
    """Ask for a failover of everything; `changes` replace parts of the request, or say when it is put."""
    world.request(**{"all": True, "operation": "failover", "request_id": request_id, **changes})
    return execution_id_of(request_id)


def decide(world: World, execution_id: ExecutionId, kind: str, **data: Any) -> None:
    """Somebody decides about an execution, through the door; it is carried out when the world goes on."""
    now = world.clock.now().isoformat()
    metadata = {"event_id": f"decision-{world.next_number()}", "schema_version": "1.0", "execution_id": execution_id}
    metadata |= {"correlation_id": "r-1", "causation_id": metadata["event_id"], "occurred_at": now}
    told = {"metadata": metadata, "data": {**data, "decided_by": "arn:aws:iam::111111111111:user/operator"}}
    world.put_on_bus([BusEntry(DOOR_SOURCE, kind, json.dumps(told))])
    world.live()


def rest(world: World, execution_id: ExecutionId) -> Execution:
    """Let the world run until all is settled and nothing is on its way any more; the execution as it is then."""
    settled = world.live()
    assert settled, "\n".join(["not settled in time", *world.story()[-40:]])
    assert not world.watch.found, "\n".join([*world.watch.found, *world.story()[-40:]])
    return reading.execution(world.ledger, execution_id)


def resources(world: World, execution_id: ExecutionId) -> Mapping[str, Resource]:
    """All resources of an execution, by name."""
    return {resource.name: resource for resource in _resources(world, execution_id)}


def waves(world: World, execution_id: ExecutionId) -> Sequence[Wave]:
    """The waves of an execution, in order."""
    return reading.waves(world.ledger, execution_id)


def said(world: World, detail_type: str) -> list[dict[str, Any]]:
    """The data of all events of a type, in the order in which they were put on the bus."""
    return [json.loads(entry.detail)["data"] for entry in world.published if entry.detail_type == detail_type]


def mutations(world: World) -> int:
    """How many calls changed, or were to change, the estate."""
    return len(world.estate.log.select(mutating=True))


def wrong(world: World) -> list[str]:
    """What is wrong in a world without trouble, in which launches do not fail."""
    return [*wrong_but_for_launches(world), *_launched_twice(world)]


def wrong_but_for_launches(world: World) -> list[str]:
    """The same where launches fail, and are tried again."""
    found = [*violations(world), *_raised(world)]
    for execution in world.executions():
        found += [*_holds_of_the_past(world, execution), *_ended_at_no_time(world, execution)]
    return found


def _launched_twice(world: World) -> Iterator[str]:
    for server, times in world.estate.launches().items():
        if times > 1:
            yield f"server {server} was launched {times} times"


def _raised(world: World) -> Iterator[str]:
    """Without trouble no function raises, so that no message is given up."""
    yield from (what for _, _, what in world.happened if what.startswith(("raised", "killed", "relay failed")))
    yield from (f"dead letters in {queue}" for queue in world.queues.dead_letters)


def _holds_of_the_past(world: World, execution: Execution) -> Iterator[str]:
    """An execution that is over has tidied up its holds."""
    if execution.status in OPEN_EXECUTION:
        return
    for resource in _resources(world, execution.execution_id):
        item = world.ledger.get(keys.hold_key(resource.resource_id))
        if item and Hold.of(item).execution_id == execution.execution_id:
            yield f"{resource.resource_id} is still held, and the execution is {execution.status}"


def _ended_at_no_time(world: World, execution: Execution) -> Iterator[str]:
    for resource in _resources(world, execution.execution_id):
        if resource.state not in OPEN_RESOURCE and not resource.ended_at:
            yield f"{resource.resource_id} is {resource.state} and does not say since when"


def _resources(world: World, execution_id: ExecutionId) -> Iterator[Resource]:
    """Of a rejected execution too, which has no waves: what its planner wrote before."""
    yield from reading.resources(world.ledger, reading.execution(world.ledger, execution_id).planned_lanes)
