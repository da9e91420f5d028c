"""Breaks the rules on purpose, in a world that went well so far: writes, events and calls that nobody may make."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from groundswell.domain.conditions import Item, Value
from groundswell.domain.ids import EventId, ExecutionId, Lane, execution_id_of
from groundswell.domain.instants import from_text, to_text
from groundswell.domain.operations import Phase
from groundswell.domain.records import IntentRecord, IntentState, Resource, StoredEvent, WorkOrder
from groundswell.domain.states import ResourceState
from groundswell.ledger import gates, keys, reading
from groundswell.ports.clients import Clients
from groundswell.ports.store import Key, Put, Update, Write
from groundswell.ports.world import BusEntry
from rehearsal.estate.scenario.model import Scenario
from tests.simulation.calm import QUICK, QUIET
from tests.simulation.judging import violations
from tests.simulation.machine import Invocation
from tests.simulation.outside import TroubledSource
from tests.simulation.setting import Setting
from tests.simulation.telling import ask, rest, wrong
from tests.simulation.world import World

EXECUTION: ExecutionId = execution_id_of("r-1")
ACCOUNT = "222222222201"
SMALL = {
    "accounts": [ACCOUNT],
    "customers": {"count": 1},
    "servers": [
        {"name": "{customer}-dc-{n:02}", "per_customer": 1, "wave": 1},
        {"name": "{customer}-app-{n:02}", "per_customer": 1, "wave": 2},
    ],
    "aurora": [{"name": "{customer}-db", "wave": 2}],
    "oddities": QUIET,
    "times": QUICK,
}


def small(**faults: Any) -> World:
    """A world of two servers and a database, in which a failover of everything was asked for."""
    scenario = Scenario.model_validate({**SMALL, "faults": {"throttling": [], **faults}})
    world = World(Setting(scenario))
    ask(world)
    return world


def over() -> World:
    """A world in which all went well."""
    world = small()
    rest(world, EXECUTION)
    assert wrong(world) == []
    return world


def held() -> World:
    """A world in which the first wave waits for a person, as it should."""
    world = small(launch_failures=[{"servers": "*-dc-01", "times": "always"}])
    rest(world, EXECUTION)
    assert violations(world) == []
    return world


def at_work() -> World:
    """A world in which the first wave is at work, and its server is on its way."""
    return _until(lambda world: _state_of(world) is ResourceState.IN_PROGRESS and not _is_claimed(world))


def claimed() -> World:
    """The same at a moment at which a worker looks at the server."""
    return _until(lambda world: _state_of(world) is ResourceState.IN_PROGRESS and _is_claimed(world))


def _until(is_so: Callable[[World], bool]) -> World:
    world = small()
    assert world.machine.run(until=lambda: is_so(world), seconds=600)
    assert world.watch.found == []
    return world


def _state_of(world: World) -> ResourceState | None:
    if reading.find_execution(world.ledger, EXECUTION) is None:
        return None
    found = list(reading.resources(world.ledger, [Lane(EXECUTION, 1, "drs")]))
    return found[0].state if found else None


def _is_claimed(world: World) -> bool:
    return order_of(world).claim_until is not None


# ── What is there ────────────────────────────────────────────────────────────────────────────────────────────────────


def server_of(world: World, wave: int = 1) -> Resource:
    """The server of a wave."""
    (server,) = reading.resources(world.ledger, [Lane(EXECUTION, wave, "drs")])
    return server


def order_of(world: World) -> WorkOrder:
    """The first wave's work order."""
    (order,) = reading.orders(world.ledger, [Lane(EXECUTION, 1, "drs")])
    return order


def order_event(world: World) -> dict[str, Any]:
    """The first wave's work order as it was put on the bus."""
    (detail, *_) = (entry.detail for entry in world.published if entry.detail_type == "RecoveryRequested")
    told: dict[str, Any] = json.loads(detail)
    return told


# ── What nobody may write ────────────────────────────────────────────────────────────────────────────────────────────


def commit(world: World, *writes: Write) -> None:
    """A transaction, as a function of ours would commit it."""
    world.ledger.write(*writes)
    world.watch.committed()


def execution(**change: Value) -> Write:
    """A change of the execution."""
    return Update(keys.execution_key(EXECUTION), set=change)


def bars() -> tuple[Write, ...]:
    """Every gate of the execution closed."""
    return tuple(gates.closed(EXECUTION))


def wave(number: int, **change: Value) -> Write:
    """A change of a wave."""
    return Update(keys.wave_key(EXECUTION, number), set=change)


def server(world: World, number: int = 1, **change: Value) -> Write:
    """A change of a wave's server."""
    return Update(keys.resource_key(Lane(EXECUTION, number, "drs"), server_of(world, number).resource_id), set=change)


def order(world: World, **change: Value) -> Write:
    """A change of the first wave's work order."""
    return Update(keys.order_key(order_of(world).lane, order_of(world).order_id), set=change)


def hold(world: World, **change: Value) -> Write:
    """A change of the hold on the first wave's server."""
    return Update(keys.hold_key(server_of(world).resource_id), set=change)


def fact(name: str = "a-fact-of-nobody", *, detail_type: str = "WaveStarted") -> Write:
    """A fact, of whatever."""
    stored = StoredEvent(
        event_id=EventId(name),
        execution_id=EXECUTION,
        source="groundswell",
        detail_type=detail_type,
        detail="{}",
        sequence=99,
        occurred_at="2030-01-01T00:00:00.000000Z",
    )
    return Put(_at(keys.event_key(EXECUTION, stored.event_id), stored.as_item()))


def intent(world: World, number: int = 1, *, resource: str = "", after: float = 1.0) -> Write:
    """The intent of one more call for a wave's server, so many seconds after the first."""
    (first,) = reading.intents(world.ledger, order_of(world))
    record = IntentRecord(
        order_id=order_of(world).order_id,
        phase=Phase.INSTANTIATE,
        number=99,
        key="a-key-of-nobody",
        resource_ids=(resource or server_of(world, number).resource_id,),
        at=to_text(from_text(first.at) + timedelta(seconds=after)),
    )
    key = keys.intent_key(Lane(EXECUTION, number, "drs"), record.order_id, record.phase, record.number)
    return Put(_at(key, record.as_item()))


def forget_what_became(world: World) -> Write:
    """Nobody knows any more what became of the first wave's call."""
    (first,) = reading.intents(world.ledger, order_of(world))
    key = keys.intent_key(order_of(world).lane, first.order_id, first.phase, first.number)
    return Update(key, {"state": IntentState.OPEN})


def _at(key: Key, item: Item) -> Item:
    return {"pk": key.pk, "sk": key.sk, **item}


# ── What nobody may say or do ────────────────────────────────────────────────────────────────────────────────────────


def answer(world: World, detail_type: str, **more: Any) -> BusEntry:
    """A technology's answer to the first wave's order, with the right token."""
    told = order_event(world)
    data = {name: told["data"][name] for name in ("order_id", "attempt", "token", "technology", "wave")}
    data |= {"resource_id": server_of(world).resource_id, **more}
    metadata = {**told["metadata"], "event_id": f"answer-{world.next_number()}"}
    return BusEntry("groundswell.technology.drs", detail_type, json.dumps({"metadata": metadata, "data": data}))


def launch(world: World, number: int = 1) -> None:
    """Launch a wave's server."""
    source = str(server_of(world, number).parameters["source_server_id"])
    _clients(world, "us-west-2").client("drs").start_recovery(sourceServers=[{"sourceServerID": source}], isDrill=False)


def move_database(world: World) -> None:
    """Fail the database over to the Region that it came from."""
    ((_, identifier), database), *_ = world.estate.world.global_clusters.items()
    writer = database.writer.at(world.clock.now().timestamp())
    (there,) = (member for member in database.members if member.arn != writer)
    _clients(world, there.owner.region).client("rds").failover_global_cluster(
        GlobalClusterIdentifier=identifier, TargetDbClusterIdentifier=there.arn, AllowDataLoss=True
    )


def _clients(world: World, region: str) -> Clients:
    source = TroubledSource(world)
    return source.open(account=ACCOUNT, region=region, role="r", session_name="s", calls_per_second=None)


def run(world: World, work: Callable[[], object], *, bodies: tuple[str, ...] = ()) -> None:
    """Let a function of ours do something, to its end."""
    invocation = Invocation(world.machine, work, seconds=30, name="Intruder")
    invocation.bodies = bodies
    invocation.switch()
    assert world.machine.run(until=lambda: invocation.dead, seconds=30)
