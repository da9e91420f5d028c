"""A wave's transitions: opened, put before a person, closed, its deadline missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from groundswell.domain.conditions import Absent, Equals, Item, OneOf, all_of
from groundswell.domain.events.envelope import EventData
from groundswell.domain.events.facts import (
    Remark,
    WaveApprovalOverdue,
    WaveAwaitingApproval,
    WaveCancelled,
    WaveClosed,
    WaveCompleted,
    WaveDeadlineMissed,
    WaveFailed,
    WaveHeld,
    WaveStarted,
)
from groundswell.domain.instants import seconds_between, to_text
from groundswell.domain.policy import OnFailure
from groundswell.domain.records import Execution, Wave
from groundswell.domain.standstill import clock, deadline_of, stands_still
from groundswell.domain.states import WAVE_TRANSITIONS, WORKED_WAVE, ExecutionStatus, WaveStatus, origins
from groundswell.ledger import keys
from groundswell.ledger.executions import step
from groundswell.ledger.outbox import fact
from groundswell.ports.store import Key, Store, Update


def open_wave(store: Store, execution: Execution, wave: Wave, *, cause: str, at: datetime) -> None:
    """Let the wave begin, if the execution is still running as it was read.

    Raises:
        TransactionRefusedError: the execution or the wave has moved on; read and decide again.
    """
    told = WaveStarted(wave=wave.wave, resources=wave.total, deadline_at=deadline_of(execution, wave, at))
    store.write(
        step(execution, within=(ExecutionStatus.RUNNING,), also={"current_wave": wave.wave}),
        _move(wave, WaveStatus.RUNNING, {"started_at": to_text(at)}),
        fact(execution, told, subject=_subject(wave), cause=cause, at=at),
    )


def ask_approval(
    store: Store, execution: Execution, wave: Wave, told: WaveAwaitingApproval, *, cause: str, at: datetime
) -> None:
    """Put the wave before a person.

    Raises:
        TransactionRefusedError: the execution or the wave has moved on; read and decide again.
    """
    started, _ = clock(execution, stands=True, at=at)
    store.write(
        step(execution, within=(ExecutionStatus.RUNNING,), also=started),
        _move(wave, WaveStatus.AWAITING_APPROVAL, {"asked_at": to_text(at)}),
        fact(execution, told, subject=_subject(wave), cause=cause, at=at),
    )


def escalate(store: Store, execution: Execution, wave: Wave, *, cause: str, at: datetime) -> None:
    """Say, once, that nobody decides about the wave; it goes on waiting.

    Raises:
        TransactionRefusedError: it was said, or somebody has decided, or the execution has moved on.
    """
    told = WaveApprovalOverdue(wave=wave.wave, seconds=seconds_between(wave.asked_at or to_text(at), to_text(at)))
    silent = all_of(
        Equals("version", wave.version), Equals("status", WaveStatus.AWAITING_APPROVAL), Absent("escalated_at")
    )
    store.write(
        step(execution),
        Update(
            _key(wave),
            set={"escalated_at": to_text(at), "version": wave.version + 1},
            condition=silent,
        ),
        fact(execution, told, subject=_subject(wave), cause=cause, at=at),
    )


def cancel_wave(store: Store, execution: Execution, wave: Wave, *, cause: str, at: datetime) -> None:
    """End a wave that was not begun, because its execution is cancelled.

    Raises:
        TransactionRefusedError: the execution or the wave has moved on; read and decide again.
    """
    told = WaveCancelled(wave=wave.wave, counts=wave.counts, seconds=0)
    store.write(
        step(execution, within=(ExecutionStatus.CANCELLING,)),
        _move(wave, WaveStatus.CANCELLED, {"ended_at": to_text(at)}),
        fact(execution, told, subject=_subject(wave), cause=cause, at=at),
    )


def close_wave(
    store: Store,
    execution: Execution,
    wave: Wave,
    to: WaveStatus,
    *,
    failed_resources: Sequence[Remark] = (),
    cause: str,
    at: datetime,
) -> None:
    """Complete, fail or hold the wave as decided on the version that was read.

    Raises:
        TransactionRefusedError: the execution or the wave has moved on; read and decide again.
    """
    told = _closing(wave, to, tuple(failed_resources), at)
    now = to_text(at)
    when: Item = {"held_at": now}
    if to is not WaveStatus.HELD:  # what was excluded so far stays excluded, whatever is waited for later
        when = {"ended_at": now, "deadline_at": to_text(deadline_of(execution, wave, at))}
    change, stopped = clock(execution, stands=stands_still(execution.status, to), at=at)
    store.write(
        step(execution, also=change, remove=stopped),
        _move(wave, to, when),
        fact(execution, told, subject=_subject(wave), cause=cause, at=at),
    )


def miss_deadline(store: Store, execution: Execution, wave: Wave, *, cause: str, at: datetime) -> None:
    """Say, once, that the wave's deadline has passed; where its policy is to hold it, a person is asked from now on.

    What is in flight goes on, and may still complete a wave that is held.

    Raises:
        TransactionRefusedError: it was said, or the execution or the wave has moved on.
    """
    told = WaveDeadlineMissed(wave=wave.wave, deadline_at=deadline_of(execution, wave, at), counts=wave.counts)
    unsaid = all_of(Equals("version", wave.version), OneOf("status", WORKED_WAVE), Absent("deadline_missed_at"))
    change: Item = {"deadline_missed_at": to_text(at), "version": wave.version + 1}
    missed = fact(execution, told, subject=_subject(wave), cause=cause, at=at)
    asks = execution.status is ExecutionStatus.RUNNING and wave.policy.on_failure is OnFailure.HOLD
    if wave.status is WaveStatus.HELD or not asks:
        store.write(step(execution), Update(_key(wave), set=change, condition=unsaid), missed)
        return
    started, _ = clock(execution, stands=True, at=at)
    held = _closing(wave, WaveStatus.HELD, (), at)
    hold: Item = {**change, "status": WaveStatus.HELD, "held_at": to_text(at)}
    store.write(
        step(execution, also={"version": execution.version + 2, **started}),
        Update(_key(wave), set=hold, condition=unsaid),
        missed,
        fact(execution, held, subject=_subject(wave), cause=cause, at=at, ahead=2),
    )


def _move(wave: Wave, to: WaveStatus, also: Item) -> Update:
    as_read = all_of(Equals("version", wave.version), OneOf("status", origins(WAVE_TRANSITIONS, to)))
    change: Item = {"status": to, "version": wave.version + 1, **also}
    return Update(_key(wave), set=change, condition=as_read)


def _closing(wave: Wave, to: WaveStatus, failed: tuple[Remark, ...], at: datetime) -> EventData:
    seconds = seconds_between(wave.started_at or to_text(at), to_text(at))
    if to is WaveStatus.HELD:
        return WaveHeld(wave=wave.wave, counts=wave.counts, seconds=seconds, failed_resources=failed)
    kinds: dict[WaveStatus, type[WaveClosed]] = {
        WaveStatus.COMPLETED: WaveCompleted,
        WaveStatus.FAILED: WaveFailed,
        WaveStatus.CANCELLED: WaveCancelled,
    }
    return kinds[to](wave=wave.wave, counts=wave.counts, seconds=seconds)


def _subject(wave: Wave) -> str:
    return f"wave {wave.wave}"


def _key(wave: Wave) -> Key:
    return keys.wave_key(wave.execution_id, wave.wave)
