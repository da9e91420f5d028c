"""Level-triggered advance: look at the ledger and do what is due, at any time, any number of times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from groundswell.domain.decisions import (
    AskApproval,
    CancelWave,
    Due,
    End,
    Nothing,
    OpenWave,
    WindDown,
    next_due,
    sum_counts,
)
from groundswell.domain.events.facts import WaveAwaitingApproval
from groundswell.domain.ids import ExecutionId
from groundswell.domain.instants import seconds_between, to_text
from groundswell.domain.records import Execution, Wave
from groundswell.domain.states import WORKED_WAVE, ResourceState
from groundswell.ledger import executions, holding, reading, reopening, waves
from groundswell.ports.store import Store
from groundswell.ports.world import Clock
from groundswell.reactions.attempts import until_committed
from groundswell.reactions.close_wave import try_close


def advance(store: Store, clock: Clock, execution_id: ExecutionId, *, cause: str) -> None:
    """Open the next wave, ask for approval, wind down, end the execution, or nothing, as the ledger says is due."""

    def take_next_step() -> bool:
        execution = reading.execution(store, execution_id)
        planned = reading.waves(store, execution_id)
        return _do(store, clock, execution, planned, next_due(execution, planned), cause)

    until_committed(take_next_step, f"advancing {execution_id}")


def _do(store: Store, clock: Clock, execution: Execution, planned: list[Wave], due: Due, cause: str) -> bool:
    """Commit what is due; whether something more may be due at once."""
    match due:
        case OpenWave(wave):
            waves.open_wave(store, execution, wave, cause=cause, at=clock.now())
            try_close(store, clock, execution.execution_id, wave.wave, cause=cause)
            return wave.remaining == 0
        case AskApproval(wave):
            told = _question(store, execution, planned, wave, clock.now())
            waves.ask_approval(store, execution, wave, told, cause=cause, at=clock.now())
        case CancelWave(wave):
            if not _skip_pending(store, clock, wave, cause):
                waves.cancel_wave(store, execution, wave, cause=cause, at=clock.now())
            return True
        case WindDown(wave):
            return _wind_down(store, clock, execution, wave, cause)
        case End():
            executions.end(store, execution, planned, due, cause=cause, at=clock.now())
            release_holds(store, execution, planned)
        case Nothing() if execution.ended_at:
            release_holds(store, execution, planned)  # again: whoever ended it may have died before it could tidy up
    return False


def _wind_down(store: Store, clock: Clock, execution: Execution, wave: Wave, cause: str) -> bool:
    """Go on without what was not begun; whether something more may be due at once."""
    if _skip_pending(store, clock, wave, cause):
        return True
    try_close(store, clock, execution.execution_id, wave.wave, cause=cause)
    return reading.wave(store, execution.execution_id, wave.wave).status not in WORKED_WAVE


def _skip_pending(store: Store, clock: Clock, wave: Wave, cause: str) -> bool:
    """Skip what was not begun of a wave whose execution is cancelled; whether there was anything."""
    everything = reading.resources(store, wave.lanes)
    pending = [each for each in everything if each.state is ResourceState.PENDING]
    for start in range(0, len(pending), reopening.MAX_RESOURCES):
        execution = reading.execution(store, wave.execution_id)
        now = reading.wave(store, wave.execution_id, wave.wave)
        chunk = pending[start : start + reopening.MAX_RESOURCES]
        reopening.wind_down(store, execution, now, chunk, cause=cause, at=clock.now())
    return bool(pending)


def _question(
    store: Store, execution: Execution, planned: Sequence[Wave], wave: Wave, at: datetime
) -> WaveAwaitingApproval:
    """What a person needs to know to decide about the wave."""
    coming = Counter(each.technology for each in reading.resources(store, wave.lanes))
    return WaveAwaitingApproval(
        wave=wave.wave,
        resources=wave.total,
        technologies=dict(sorted(coming.items())),
        counts_before=sum_counts([each for each in planned if each.wave < wave.wave]),
        seconds=seconds_between(execution.accepted_at or execution.created_at, to_text(at)),
    )


def release_holds(store: Store, execution: Execution, planned: list[Wave]) -> None:
    """Tidy up after an execution that is over."""
    for wave in planned:
        holding.release(store, execution.execution_id, reading.resources(store, wave.lanes))
