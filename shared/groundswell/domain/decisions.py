"""What is due: pure decisions on an execution and its waves, taken from the ledger and committed by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from groundswell.domain.events.facts import Counts
from groundswell.domain.policy import OnFailure
from groundswell.domain.records import Execution, Wave
from groundswell.domain.states import OPEN_EXECUTION, WORKED_WAVE, ExecutionStatus, WaveStatus


@dataclass(frozen=True)
class Nothing:
    """Something runs or waits for a person: nothing is due."""


@dataclass(frozen=True)
class OpenWave:
    """The wave may begin."""

    wave: Wave


@dataclass(frozen=True)
class AskApproval:
    """The wave may begin once a person says so."""

    wave: Wave


@dataclass(frozen=True)
class End:
    """The execution is over."""

    status: ExecutionStatus
    reason: str = ""


@dataclass(frozen=True)
class CancelWave:
    """The wave was not begun, and never will be."""

    wave: Wave


@dataclass(frozen=True)
class WindDown:
    """The wave goes on without what was not begun; what is in flight is followed to its end."""

    wave: Wave


Due: TypeAlias = Nothing | OpenWave | AskApproval | CancelWave | WindDown | End


def next_due(execution: Execution, waves: Sequence[Wave]) -> Due:
    """What is due for the execution, whenever and however often it is asked."""
    if execution.status is ExecutionStatus.CANCELLING:
        return _next_of_cancelling(waves)
    if execution.status is not ExecutionStatus.RUNNING:
        return Nothing()
    for wave in sorted(waves, key=lambda each: each.wave):
        if _is_passed(wave):
            continue
        return _due_of(wave)
    return End(_final_status(execution, waves))


def _next_of_cancelling(waves: Sequence[Wave]) -> Due:
    for wave in sorted(waves, key=lambda each: each.wave):
        if wave.status in (WaveStatus.PENDING, WaveStatus.AWAITING_APPROVAL):
            return CancelWave(wave)
        if wave.status in WORKED_WAVE:
            return WindDown(wave)
    return End(ExecutionStatus.CANCELLED)


def _is_passed(wave: Wave) -> bool:
    if wave.status in (WaveStatus.COMPLETED, WaveStatus.SKIPPED):
        return True
    return wave.status is WaveStatus.FAILED and wave.policy.on_failure is OnFailure.CONTINUE


def _due_of(wave: Wave) -> Due:
    if wave.status is WaveStatus.FAILED:
        return End(ExecutionStatus.FAILED, f"wave {wave.wave} failed and its policy is to stop")
    if wave.status is WaveStatus.PENDING and wave.policy.approval and not wave.approved:
        return AskApproval(wave)
    if wave.status is WaveStatus.PENDING or (wave.status is WaveStatus.AWAITING_APPROVAL and wave.approved):
        return OpenWave(wave)
    return Nothing()


def _final_status(execution: Execution, waves: Sequence[Wave]) -> ExecutionStatus:
    total = sum_counts(waves)
    flawed = total.failed or total.failed_optional or total.skipped or execution.left_out_count
    return ExecutionStatus.COMPLETED_WITH_EXCEPTIONS if flawed else ExecutionStatus.COMPLETED


def close_due(execution: Execution, wave: Wave) -> WaveStatus | None:
    """The status that the wave is to take because nothing in it is left to wait for; None while it stays as it is."""
    if wave.status not in WORKED_WAVE or wave.remaining > 0 or execution.status not in OPEN_EXECUTION:
        return None
    if execution.status is ExecutionStatus.CANCELLING:
        return WaveStatus.CANCELLED
    if is_success(wave):
        return WaveStatus.COMPLETED
    if wave.policy.on_failure is not OnFailure.HOLD:
        return WaveStatus.FAILED
    return WaveStatus.HELD if wave.status is WaveStatus.RUNNING else None


def is_success(wave: Wave) -> bool:
    """Whether enough of the critical resources that were not skipped is recovered; an empty wave succeeds."""
    if not wave.failed:
        return True
    recovered = wave.recovered - wave.recovered_optional
    return recovered * 100 >= wave.policy.least_success_percent * (recovered + wave.failed)


def sum_counts(waves: Sequence[Wave]) -> Counts:
    """The counts of all waves together."""
    return Counts(
        total=sum(wave.total for wave in waves),
        remaining=sum(wave.remaining for wave in waves),
        recovered=sum(wave.recovered for wave in waves),
        failed=sum(wave.failed for wave in waves),
        failed_optional=sum(wave.failed_optional for wave in waves),
        skipped=sum(wave.skipped for wave in waves),
    )
