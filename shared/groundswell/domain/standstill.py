"""While an execution waits for a person, its deadlines stand still."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from groundswell.domain.conditions import Item
from groundswell.domain.instants import from_text, to_text
from groundswell.domain.records import Execution, Wave
from groundswell.domain.states import ExecutionStatus, WaveStatus

WAITING_WAVE = (WaveStatus.HELD, WaveStatus.AWAITING_APPROVAL)
"""The states of a wave in which a person is asked."""


def stands_still(status: ExecutionStatus, *waves: WaveStatus) -> bool:
    """Whether an execution of this status, with a wave of this one, waits for a person."""
    if status is ExecutionStatus.RUNNING:
        return any(wave in WAITING_WAVE for wave in waves)
    return status is ExecutionStatus.PAUSED


def unanswered(waves: Iterable[Wave]) -> list[WaveStatus]:
    """The states of the waves in which a person is asked; one that is approved waits for its turn, not for him."""
    return [each.status for each in waves if each.status in WAITING_WAVE and not _is_let_begin(each)]


def _is_let_begin(wave: Wave) -> bool:
    return wave.status is WaveStatus.AWAITING_APPROVAL and wave.approved


def clock(execution: Execution, *, stands: bool, at: datetime) -> tuple[Item, tuple[str, ...]]:
    """What a transition after which the execution waits, or does not, sets and removes."""
    if stands and execution.stopped_at is None:
        return {"stopped_at": to_text(at)}, ()
    if not stands and execution.stopped_at is not None:
        return {"waited_ms": _milliseconds(waited(execution, at))}, ("stopped_at",)
    return {}, ()


def waited(execution: Execution, now: datetime) -> timedelta:
    """For how long it has waited for people, the present waiting with it."""
    before = timedelta(milliseconds=execution.waited_ms)
    return before + (now - from_text(execution.stopped_at)) if execution.stopped_at else before


def deadline_of(execution: Execution, wave: Wave, now: datetime) -> datetime:
    """When the wave is to be over, all waiting for people so far excluded."""
    return from_text(wave.deadline_at) + waited(execution, now)


def _milliseconds(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)
