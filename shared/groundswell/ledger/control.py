"""What people decide about an execution or a wave: paused, resumed, cancelled, approved, rejected; or refused.

Each answers one command with one fact, or with one refusal and no change: what accepts demands that it was not refused,
what refuses demands the execution as it was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from groundswell.domain.conditions import Condition, Equals, Item, all_of
from groundswell.domain.events.commands import Command
from groundswell.domain.events.facts import (
    CommandRefused,
    DRCancelling,
    DRPaused,
    DRResumed,
    WaveApproved,
    WaveRejected,
)
from groundswell.domain.instants import seconds_between, to_text
from groundswell.domain.records import Execution, Wave
from groundswell.domain.standstill import clock, stands_still, unanswered
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import gates, keys
from groundswell.ledger.executions import step
from groundswell.ledger.outbox import fact, refusal, unrefused
from groundswell.ports.store import Check, Store, Update

GOING = (ExecutionStatus.RUNNING, ExecutionStatus.PAUSED)
"""The states in which people decide about the waves of an execution."""


@dataclass(frozen=True)
class Decision:
    """A command with its identity and the moment at which it takes effect."""

    command_id: str
    command: Command
    at: datetime


def refuse(store: Store, execution: Execution, decision: Decision, reason: str) -> None:
    """Answer that the command does not apply.

    Raises:
        TransactionRefusedError: it was answered, or the execution has moved on; read and decide again.
    """
    command = decision.command
    told = CommandRefused(command=command.detail_type, decided_by=command.decided_by, reason=reason)
    as_read = all_of(Equals("version", execution.version), Equals("status", execution.status))
    store.write(
        Check(keys.execution_key(execution.execution_id), as_read),
        refusal(execution, told, command_id=decision.command_id, at=decision.at),
    )


def pause(store: Store, execution: Execution, decision: Decision) -> None:
    """Begin nothing more.

    Raises:
        TransactionRefusedError: it was refused, or the execution has moved on; read and decide again.
    """
    told = DRPaused(decided_by=decision.command.decided_by, reason=decision.command.reason)
    started, _ = clock(execution, stands=True, at=decision.at)
    change: Item = {"status": ExecutionStatus.PAUSED, "paused_at": to_text(decision.at), **started}
    store.write(
        step(execution, within=(ExecutionStatus.RUNNING,), also=change),
        *gates.closed(execution.execution_id),
        fact(execution, told, subject="", cause=decision.command_id, at=decision.at),
        unrefused(execution, decision.command_id),
    )


def resume(store: Store, execution: Execution, waves: Sequence[Wave], decision: Decision) -> None:
    """Go on; a wave that waits for a person still waits.

    Raises:
        TransactionRefusedError: it was refused, or the execution has moved on; read and decide again.
    """
    paused_at = execution.paused_at or to_text(decision.at)
    seconds = seconds_between(paused_at, to_text(decision.at))
    told = DRResumed(decided_by=decision.command.decided_by, reason=decision.command.reason, seconds=seconds)
    stands = stands_still(ExecutionStatus.RUNNING, *unanswered(waves))
    change, stopped = clock(execution, stands=stands, at=decision.at)
    store.write(
        step(
            execution,
            within=(ExecutionStatus.PAUSED,),
            also={"status": ExecutionStatus.RUNNING, **change},
            remove=("paused_at", *stopped),
        ),
        *gates.opened(execution.execution_id),
        fact(execution, told, subject="", cause=decision.command_id, at=decision.at),
        unrefused(execution, decision.command_id),
    )


def cancel(store: Store, execution: Execution, decision: Decision) -> None:
    """Begin nothing more, and wind down.

    Raises:
        TransactionRefusedError: it was refused, or the execution has moved on; read and decide again.
    """
    told = DRCancelling(decided_by=decision.command.decided_by, reason=decision.command.reason)
    store.write(
        _to_cancelling(execution, decision),
        *gates.closed(execution.execution_id),
        fact(execution, told, subject="", cause=decision.command_id, at=decision.at),
        unrefused(execution, decision.command_id),
    )


def reject_wave(store: Store, execution: Execution, wave: Wave, decision: Decision) -> None:
    """Do not let the wave begin, and wind down.

    Raises:
        TransactionRefusedError: it was refused, or the execution has moved on; read and decide again.
    """
    who, why = decision.command.decided_by, decision.command.reason
    rejected = WaveRejected(wave=wave.wave, decided_by=who, reason=why)
    cancelling = DRCancelling(decided_by=who, reason=why or f"wave {wave.wave} was rejected")
    store.write(
        _to_cancelling(execution, decision, versions=2),
        *gates.closed(execution.execution_id),
        Check(keys.wave_key(wave.execution_id, wave.wave), _as_read(wave)),
        fact(execution, rejected, subject=_subject(wave), cause=decision.command_id, at=decision.at),
        fact(execution, cancelling, subject="", cause=decision.command_id, at=decision.at, ahead=2),
        unrefused(execution, decision.command_id),
    )


def approve(store: Store, execution: Execution, wave: Wave, decision: Decision, *, waves: Sequence[Wave]) -> None:
    """Let one of the execution's waves begin; an approval that comes in a pause, or before its turn, is kept.

    Raises:
        TransactionRefusedError: it was refused, or the execution or the wave has moved on; read and decide again.
    """
    told = WaveApproved(wave=wave.wave, decided_by=decision.command.decided_by, reason=decision.command.reason)
    others = unanswered(each for each in waves if each.wave != wave.wave)
    change, stopped = clock(execution, stands=stands_still(execution.status, *others), at=decision.at)
    store.write(
        step(execution, within=GOING, also=change, remove=stopped),
        Update(
            keys.wave_key(wave.execution_id, wave.wave),
            set={"approved": True, "version": wave.version + 1},
            condition=_as_read(wave),
        ),
        fact(execution, told, subject=_subject(wave), cause=decision.command_id, at=decision.at),
        unrefused(execution, decision.command_id),
    )


def _to_cancelling(execution: Execution, decision: Decision, *, versions: int = 1) -> Update:
    """Winding down waits for nobody: deadlines run again."""
    change, stopped = clock(execution, stands=False, at=decision.at)
    version = execution.version + versions
    also: Item = {"status": ExecutionStatus.CANCELLING, "version": version, **change}
    return step(execution, within=GOING, also=also, remove=("paused_at", *stopped))


def _as_read(wave: Wave) -> Condition:
    return all_of(Equals("version", wave.version), Equals("status", wave.status))


def _subject(wave: Wave) -> str:
    return f"wave {wave.wave}"
