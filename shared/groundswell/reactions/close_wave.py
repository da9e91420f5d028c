"""Whatever moves a counter or opens a wave then tries to close it, also after a pure duplicate."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from groundswell.domain.decisions import close_due
from groundswell.domain.events.facts import Remark
from groundswell.domain.ids import ExecutionId
from groundswell.domain.records import Wave
from groundswell.domain.states import ResourceState, WaveStatus
from groundswell.ledger import reading, waves
from groundswell.ports.store import Store
from groundswell.ports.world import Clock
from groundswell.reactions.attempts import until_committed

_MAX_NAMED = 10


def try_close(store: Store, clock: Clock, execution_id: ExecutionId, number: int, *, cause: str) -> None:
    """Close the wave if nothing in it is left to wait for; at any time, any number of times."""

    def close_if_due() -> bool:
        wave = reading.wave(store, execution_id, number)
        execution = reading.execution(store, execution_id)
        to = close_due(execution, wave)
        if to is None:
            return False
        failed = tuple(_failed(store, wave)) if to is WaveStatus.HELD else ()
        waves.close_wave(store, execution, wave, to, failed_resources=failed, cause=cause, at=clock.now())
        return False

    until_committed(close_if_due, f"closing wave {number} of {execution_id}")


def _failed(store: Store, wave: Wave) -> Iterable[Remark]:
    everything = reading.resources(store, wave.lanes)
    failed = (each for each in everything if each.state is ResourceState.FAILED)
    for resource in islice(failed, _MAX_NAMED):
        yield Remark(subject=resource.resource_id, reason=resource.failure.cause if resource.failure else "unknown")
