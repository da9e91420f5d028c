"""The states of executions, waves, resources and work orders, with their allowed transitions as data in one place."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar


class ExecutionStatus(StrEnum):
    """Where an execution stands."""

    PLANNING = "PLANNING"
    REJECTED = "REJECTED"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    CANCELLING = "CANCELLING"
    CANCELLED = "CANCELLED"
    COMPLETED = "COMPLETED"
    COMPLETED_WITH_EXCEPTIONS = "COMPLETED_WITH_EXCEPTIONS"
    FAILED = "FAILED"


class WaveStatus(StrEnum):
    """Where a wave stands."""

    PENDING = "PENDING"
    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    RUNNING = "RUNNING"
    HELD = "HELD"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"
    CANCELLED = "CANCELLED"


class ResourceState(StrEnum):
    """Where a resource of an execution stands."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    RECOVERED = "RECOVERED"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"


EXECUTION_TRANSITIONS: Mapping[ExecutionStatus, frozenset[ExecutionStatus]] = {
    ExecutionStatus.PLANNING: frozenset(
        # COMPLETED at once: a dry run ends with its plan.
        {ExecutionStatus.REJECTED, ExecutionStatus.RUNNING, ExecutionStatus.COMPLETED}
    ),
    ExecutionStatus.RUNNING: frozenset(
        {
            ExecutionStatus.PAUSED,
            ExecutionStatus.CANCELLING,
            ExecutionStatus.COMPLETED,
            ExecutionStatus.COMPLETED_WITH_EXCEPTIONS,
            ExecutionStatus.FAILED,
        }
    ),
    ExecutionStatus.PAUSED: frozenset({ExecutionStatus.RUNNING, ExecutionStatus.CANCELLING}),
    ExecutionStatus.CANCELLING: frozenset({ExecutionStatus.CANCELLED}),
    ExecutionStatus.REJECTED: frozenset(),
    ExecutionStatus.CANCELLED: frozenset(),
    ExecutionStatus.COMPLETED: frozenset(),
    ExecutionStatus.COMPLETED_WITH_EXCEPTIONS: frozenset(),
    ExecutionStatus.FAILED: frozenset(),
}

WAVE_TRANSITIONS: Mapping[WaveStatus, frozenset[WaveStatus]] = {
    WaveStatus.PENDING: frozenset(
        {WaveStatus.AWAITING_APPROVAL, WaveStatus.RUNNING, WaveStatus.SKIPPED, WaveStatus.CANCELLED}
    ),
    WaveStatus.AWAITING_APPROVAL: frozenset({WaveStatus.RUNNING, WaveStatus.SKIPPED, WaveStatus.CANCELLED}),
    WaveStatus.RUNNING: frozenset({WaveStatus.HELD, WaveStatus.COMPLETED, WaveStatus.FAILED, WaveStatus.CANCELLED}),
    WaveStatus.HELD: frozenset({WaveStatus.RUNNING, WaveStatus.COMPLETED, WaveStatus.FAILED, WaveStatus.CANCELLED}),
    WaveStatus.COMPLETED: frozenset(),
    WaveStatus.FAILED: frozenset(),
    WaveStatus.SKIPPED: frozenset(),
    WaveStatus.CANCELLED: frozenset(),
}

RESOURCE_TRANSITIONS: Mapping[ResourceState, frozenset[ResourceState]] = {
    ResourceState.PENDING: frozenset(
        # RECOVERED and FAILED without a call of ours: it was there already, or cannot be recovered at all.
        {ResourceState.IN_PROGRESS, ResourceState.RECOVERED, ResourceState.FAILED, ResourceState.SKIPPED}
    ),
    ResourceState.IN_PROGRESS: frozenset({ResourceState.RECOVERED, ResourceState.FAILED}),
    ResourceState.FAILED: frozenset({ResourceState.PENDING, ResourceState.SKIPPED}),
    ResourceState.RECOVERED: frozenset(),
    ResourceState.SKIPPED: frozenset(),
}

S = TypeVar("S", bound=StrEnum)


def origins(table: Mapping[S, frozenset[S]], target: S) -> tuple[S, ...]:
    """The states from which the table lets `target` be reached, in the order of the table."""
    return tuple(state for state, targets in table.items() if target in targets)


def is_final(table: Mapping[S, frozenset[S]], state: S) -> bool:
    """Whether nothing follows this state."""
    return not table[state]


OPEN_EXECUTION = tuple(state for state in EXECUTION_TRANSITIONS if not is_final(EXECUTION_TRANSITIONS, state))
"""The states of an execution whose holds bind."""

OPEN_RESOURCE = (ResourceState.PENDING, ResourceState.IN_PROGRESS)
"""The states of a resource that its wave still waits for."""

WORKED_WAVE = (WaveStatus.RUNNING, WaveStatus.HELD)
"""The states of a wave in which outcomes count."""
