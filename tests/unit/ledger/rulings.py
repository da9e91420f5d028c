"""What people decide, and waves brought to where they have to."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from groundswell.domain.conditions import Value
from groundswell.domain.events.commands import Command
from groundswell.domain.failure import Failure
from groundswell.domain.ids import ExecutionId, OrderId, ResourceId
from groundswell.domain.instants import to_text
from groundswell.domain.policy import OnFailure, WavePolicy
from groundswell.domain.protection import Protected
from groundswell.domain.records import Execution, Resource, Wave
from groundswell.domain.states import ResourceState, WaveStatus
from groundswell.ledger import keys, marking, reading, waves
from groundswell.ledger.control import Decision
from groundswell.ledger.marking import Outcome
from groundswell.ports.store import Store, Update
from tests.unit.ledger.stories import X, at, cut_order, resource, server

ALICE = "arn:aws:sts::111111111111:assumed-role/recovery-managers/alice"
FAILURE = Failure(cause="AWS refused", advice="ask for more")
ORDER = OrderId("dr-1.w001.drs.here.000")
OPTIONAL = {"dr:impact": "optional"}
C = TypeVar("C", bound=Command)


def by_alice(kind: type[C], **data: Any) -> C:
    """A decision of hers."""
    return kind.model_validate({"decided_by": ALICE, **data})


def decided(kind: type[Command], *, seconds: float = 100, command_id: str = "command-1", **data: Any) -> Decision:
    """A decision of hers that takes effect at a second."""
    return Decision(command_id, by_alice(kind, **data), at(seconds))


def execution_of(store: Store) -> Execution:
    """The execution as it stands."""
    return reading.execution(store, X)


def wave_of(store: Store, number: int = 1) -> Wave:
    """The wave as it stands."""
    return reading.wave(store, X, number)


def waves_of(store: Store) -> list[Wave]:
    """The waves as they stand."""
    return reading.waves(store, X)


def named(store: Store, names: str) -> list[Resource]:
    """These resources of wave 1 as they stand."""
    return [resource(store, name) for name in names]


def mark(store: Store, name: str, failure: Failure | None = None, *, ended: datetime | None = None) -> None:
    """Let a resource of wave 1 have failed, or be recovered, at second 20."""
    now = resource(store, name)
    outcome = Outcome(
        event_id=f"e-{name}",
        resource=now,
        order_id=now.order_id or ORDER,
        attempt=now.attempt,
        evidence={},
        failure=failure,
        claimed_at=to_text(at(20)),
    )
    marked = marking.mark(store, X, 1, [outcome], at=ended or at(20))
    assert marked.counted


def worked(store: Store, *planned: Protected, failed: str = "a", recovered: str = "") -> Wave:
    """Wave 1, running since second 1, with some of its resources ended; `a`, `b` and `c` where none are given."""
    cut_order(store, *(planned or map(server, "abc")))
    for name in failed:
        mark(store, name, FAILURE)
    for name in recovered:
        mark(store, name)
    return wave_of(store)


def held(store: Store, *planned: Protected, failed: str = "a", recovered: str = "b", seconds: float = 40) -> Wave:
    """The same, held for a person since a second; `a` and `b` where none are given."""
    worked(store, *(planned or map(server, "ab")), failed=failed, recovered=recovered)
    return hold(store, seconds)


def hold(store: Store, seconds: float) -> Wave:
    """Let wave 1 be held."""
    waves.close_wave(store, execution_of(store), wave_of(store), WaveStatus.HELD, cause="c", at=at(seconds))
    return wave_of(store)


def put_wave(store: Store, number: int = 1, **change: Value) -> Wave:
    """Let a wave be so."""
    store.write(Update(keys.wave_key(X, number), set=change, add={"version": 1}))
    return wave_of(store, number)


def put_policy(store: Store, number: int = 1, **change: Any) -> Wave:
    """Let a wave have another policy."""
    old = wave_of(store, number).policy.model_dump(mode="json")
    policy: dict[str, Value] = WavePolicy.model_validate({**old, **change}).model_dump(mode="json")
    return put_wave(store, number, policy=policy)


def put_in(store: Store, state: ResourceState, *names: str, execution_id: ExecutionId = X) -> None:
    """Let resources of wave 1 be in a state."""
    for name in names:
        lanes = reading.wave(store, execution_id, 1).lanes
        (lane,) = (each.lane for each in reading.resources(store, lanes) if each.resource_id == name)
        store.write(Update(keys.resource_key(lane, ResourceId(name)), set={"state": state}))


def counts(store: Store, number: int = 1) -> tuple[int, int, int, int, int]:
    """Of a wave: remaining, recovered, failed, failed and optional, skipped."""
    wave = wave_of(store, number)
    return wave.remaining, wave.recovered, wave.failed, wave.failed_optional, wave.skipped


CONTINUE_OR_STOP = (OnFailure.CONTINUE, OnFailure.STOP)
