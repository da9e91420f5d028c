"""Executions brought to where a test begins, through the ledger's own transitions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from groundswell.domain.acceptance import Rules, acceptance, count_planned, new_wave
from groundswell.domain.conditions import Item
from groundswell.domain.events.facts import DRAccepted
from groundswell.domain.ids import ExecutionId, Lane, OrderId, ResourceId
from groundswell.domain.instants import to_text
from groundswell.domain.operations import Operation
from groundswell.domain.plan import Plan
from groundswell.domain.protection import Protected
from groundswell.domain.records import Execution, Resource, Wave, WorkOrder
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import executions, gates, holding, keys, orders, reading, waves
from groundswell.ledger.orders import Claim
from groundswell.ports.store import Store
from tests.unit.domain import builders
from tests.unit.domain.builders import protected

NOW = datetime(2030, 1, 1, tzinfo=UTC)
X = ExecutionId("dr-1")
LANE = Lane(X, 1, "drs")
"""Its servers of wave 1."""
RULES = Rules("us-west-2", True, timedelta(minutes=15), (900, 1800), 1000, timedelta(seconds=35))


def at(seconds: float) -> datetime:
    """So many seconds after everything began."""
    return NOW + timedelta(seconds=seconds)


def planning(execution_id: ExecutionId = X, /, **changes: Any) -> Execution:
    """An execution that is being planned by its first planner, who has 35 seconds."""
    given = {"status": ExecutionStatus.PLANNING, "planner": 1, "planner_until": to_text(at(35))}
    return builders.execution(execution_id=execution_id, created_at=to_text(NOW), **{**given, **changes})


def server(name: str, wave: int = 1, /, **tags: str) -> Protected:
    """A server that goes by this id."""
    return protected(name, tags={"dr:wave": str(wave), "dr:resource-id": name, **tags})


def told_of(execution: Execution, planned: Sequence[Protected]) -> DRAccepted:
    """The fact that tells of a plan of these."""
    plan = Plan(planned)
    return acceptance(execution, plan, count_planned(plan), RULES.terms(None), NOW)


def waves_of(execution: Execution, told: DRAccepted) -> list[Wave]:
    """The waves of an accepted plan, as they are first written."""
    return [new_wave(execution, each, RULES.terms(None), NOW) for each in told.waves]


def lanes_of(execution: Execution, planned: Sequence[Protected]) -> set[Lane]:
    """Where the resources of a plan are written."""
    return {Lane(execution.execution_id, each.wave, each.technology) for each in planned}


def accepted(store: Store, *planned: Protected, execution_id: ExecutionId = X) -> Execution:
    """An execution that runs, with these resources held; two servers, `a` and `b`, where none are given."""
    execution, found = planning(execution_id), planned or (server("a"), server("b"))
    executions.begin(store, execution)
    executions.note_lanes(store, execution, 1, lanes_of(execution, found))
    holding.take(store, execution, 1, found, at=NOW)
    told = told_of(execution, found)
    executions.accept(store, execution, 1, waves_of(execution, told), told, cause="c", at=NOW)
    return reading.execution(store, execution_id)


def opened_wave(store: Store, *planned: Protected, execution_id: ExecutionId = X) -> Wave:
    """The first wave of an accepted execution, running since second 1."""
    execution = accepted(store, *planned, execution_id=execution_id)
    first = reading.waves(store, execution_id)[0]
    waves.open_wave(store, execution, first, cause="c", at=at(1))
    return reading.wave(store, execution_id, first.wave)


def order_of(names: Sequence[str], /, **changes: Any) -> WorkOrder:
    """An order for these resources of wave 1, not yet written."""
    given: dict[str, Any] = {
        "execution_id": X,
        "order_id": OrderId("dr-1.w001.drs.here.000"),
        "wave": 1,
        "technology": "drs",
        "account": "222222222201",
        "region": "us-west-2",
        "operation": Operation.FAILOVER,
        "token": "secret",
        "resource_ids": tuple(map(ResourceId, names)),
        "correlation_id": "c-1",
        "causation_id": "x-1",
        "created_at": to_text(at(2)),
    }
    return WorkOrder(**{**given, **changes})


def cut_order(store: Store, *planned: Protected) -> WorkOrder:
    """The one order of an open wave 1."""
    opened_wave(store, *planned)
    names = [each.resource_id for each in reading.resources(store, [LANE])]
    orders.cut(store, order_of(names))
    return latest(store)


def claimed_order(store: Store, *planned: Protected) -> tuple[WorkOrder, Claim]:
    """That order, claimed from second 10 to 55."""
    order = cut_order(store, *planned)
    claim = orders.claim(store, order, now=at(10), until=at(55))
    assert claim is not None
    return latest(store), claim


def latest(store: Store, order_id: str = "dr-1.w001.drs.here.000") -> WorkOrder:
    """The order as it stands."""
    (order,) = (each for each in reading.orders(store, reading.wave(store, X, 1).lanes) if each.order_id == order_id)
    return order


def resource(store: Store, name: str, wave: int = 1) -> Resource:
    """The resource as it stands."""
    found = (reading.resources_named(store, lane, [ResourceId(name)]) for lane in _lanes(X, wave))
    return next(each[ResourceId(name)] for each in found if each)


def set_status(store: Store, status: ExecutionStatus, execution_id: ExecutionId = X) -> Execution:
    """Let a person's decision, or an end, have happened to the execution."""
    execution = reading.execution(store, execution_id)
    barrier = gates.opened(execution_id) if status is ExecutionStatus.RUNNING else gates.closed(execution_id)
    store.write(executions.step(execution, within=list(ExecutionStatus), also={"status": status}), *barrier)
    return reading.execution(store, execution_id)


def everything(store: Store, execution_id: ExecutionId = X) -> list[Item]:
    """All items of an execution and of its first waves: for showing that nothing was written."""
    lanes = _lanes(execution_id, 1, 2, 3)
    partitions = [keys.execution_partition(execution_id), *map(keys.lane_partition, lanes)]
    return [item for partition in partitions for item in store.query(partition)]


def _lanes(execution_id: ExecutionId, *numbers: int) -> list[Lane]:
    return [Lane(execution_id, number, technology) for number in numbers for technology in ("aurora", "drs", "fake")]


def facts(store: Store, execution_id: ExecutionId = X) -> list[tuple[int, str]]:
    """The facts of an execution by sequence: sequence and type."""
    return [(fact.sequence, fact.detail_type) for fact in reading.facts(store, execution_id)]


def data_of(store: Store, detail_type: str) -> dict[str, Any]:
    """What the latest fact of a type tells."""
    found = [fact for fact in reading.facts(store, X) if fact.detail_type == detail_type]
    data: dict[str, Any] = json.loads(found[-1].detail)["data"]
    return data
