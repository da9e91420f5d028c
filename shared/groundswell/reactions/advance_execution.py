"""Level-triggered advance: look at the ledger and do what is due, at any time, any number of times."""

from __future__ import annotations

from groundswell.domain.decisions import AskApproval, Due, End, OpenWave, next_due
from groundswell.domain.ids import ExecutionId
from groundswell.domain.records import Execution, Wave
from groundswell.ledger import executions, holding, reading, waves
from groundswell.ports.store import Store
from groundswell.ports.world import Clock
from groundswell.reactions.attempts import until_committed
from groundswell.reactions.close_wave import try_close


def advance(store: Store, clock: Clock, execution_id: ExecutionId, *, cause: str) -> None:
    """Open the next wave, ask for approval, end the execution, or nothing, as the ledger says is due."""

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
            waves.ask_approval(store, execution, wave, cause=cause, at=clock.now())
        case End():
            executions.end(store, execution, planned, due, cause=cause, at=clock.now())
            release_holds(store, execution, planned)
    return False


def release_holds(store: Store, execution: Execution, planned: list[Wave]) -> None:
    """Tidy up after an execution that is over."""
    for wave in planned:
        holding.release(store, execution.execution_id, reading.resources(store, execution.execution_id, wave.wave))
