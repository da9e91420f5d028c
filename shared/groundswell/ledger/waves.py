"""A wave's transitions: opened, put before a person, closed, its deadline missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from groundswell.domain.conditions import Absent, Equals, Item, OneOf, all_of
from groundswell.domain.events.envelope import EventData
from groundswell.domain.events.facts import (
    Remark,
    WaveAwaitingApproval,
    WaveClosed,
    WaveCompleted,
    WaveDeadlineMissed,
    WaveFailed,
    WaveHeld,
    WaveStarted,
)
from groundswell.domain.instants import from_text, seconds_between, to_text
from groundswell.domain.records import Execution, Wave
from groundswell.domain.states import WAVE_TRANSITIONS, WORKED_WAVE, ExecutionStatus, WaveStatus, origins
from groundswell.ledger import keys
from groundswell.ledger.executions import step
from groundswell.ledger.outbox import fact
from groundswell.ports.store import Store, Update


def open_wave(store: Store, execution: Execution, wave: Wave, *, cause: str, at: datetime) -> None:
    """Let the wave begin, if the execution is still running as it was read.

    Raises:
        TransactionRefusedError: the execution or the wave has moved on; read and decide again.
    """
    told = WaveStarted(wave=wave.wave, resources=wave.total, deadline_at=from_text(wave.deadline_at))
    store.write(
        step(execution, within=(ExecutionStatus.RUNNING,), also={"current_wave": wave.wave}),
        _move(wave, WaveStatus.RUNNING, {"started_at": to_text(at)}),
        fact(execution, told, subject=_subject(wave), cause=cause, at=at),
    )


def ask_approval(store: Store, execution: Execution, wave: Wave, *, cause: str, at: datetime) -> None:
    """Put the wave before a person.

    Raises:
        TransactionRefusedError: the execution or the wave has moved on; read and decide again.
    """
    told = WaveAwaitingApproval(wave=wave.wave, resources=wave.total)
    store.write(
        step(execution),
        _move(wave, WaveStatus.AWAITING_APPROVAL, {}),
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
    when = "held_at" if to is WaveStatus.HELD else "ended_at"
    store.write(
        step(execution),
        _move(wave, to, {when: to_text(at)}),
        fact(execution, told, subject=_subject(wave), cause=cause, at=at),
    )


def miss_deadline(store: Store, execution: Execution, wave: Wave, *, cause: str, at: datetime) -> None:
    """Say, once, that the wave's deadline has passed.

    Raises:
        TransactionRefusedError: it was said, or the execution or the wave has moved on.
    """
    told = WaveDeadlineMissed(wave=wave.wave, deadline_at=from_text(wave.deadline_at), counts=wave.counts)
    key = keys.wave_key(wave.execution_id, wave.wave)
    unsaid = all_of(OneOf("status", WORKED_WAVE), Absent("deadline_missed_at"))
    store.write(
        step(execution),
        Update(key, set={"deadline_missed_at": to_text(at)}, condition=unsaid),
        fact(execution, told, subject=_subject(wave), cause=cause, at=at),
    )


def _move(wave: Wave, to: WaveStatus, also: Item) -> Update:
    as_read = all_of(Equals("version", wave.version), OneOf("status", origins(WAVE_TRANSITIONS, to)))
    change: Item = {"status": to, "version": wave.version + 1, **also}
    return Update(keys.wave_key(wave.execution_id, wave.wave), set=change, condition=as_read)


def _closing(wave: Wave, to: WaveStatus, failed: tuple[Remark, ...], at: datetime) -> EventData:
    seconds = seconds_between(wave.started_at or to_text(at), to_text(at))
    if to is WaveStatus.HELD:
        return WaveHeld(wave=wave.wave, counts=wave.counts, seconds=seconds, failed_resources=failed)
    kind: type[WaveClosed] = WaveCompleted if to is WaveStatus.COMPLETED else WaveFailed
    return kind(wave=wave.wave, counts=wave.counts, seconds=seconds)


def _subject(wave: Wave) -> str:
    return f"wave {wave.wave}"
