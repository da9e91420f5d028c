"""What waits for people in an execution: for which decision, since when, and who may take it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import JsonValue

from groundswell.domain.records import Wave
from groundswell.domain.states import ExecutionStatus, WaveStatus
from groundswell_cli.standing import Standing

_LEADERS = ("RecoveryManagers", "Administrators")
_OPERATORS = ("Operators", *_LEADERS)
DECIDERS: Mapping[str, tuple[str, ...]] = {
    "request": _OPERATORS,
    "pause": _OPERATORS,
    "resume": _OPERATORS,
    "cancel": _LEADERS,
    "approve": _LEADERS,
    "reject": _LEADERS,
    "retry": _LEADERS,
    "skip": _LEADERS,
}
"""The policies of the stack whose holders may take a decision."""


class Cause(StrEnum):
    """Why a person is waited for."""

    PAUSED = "paused"
    APPROVAL = "approval"
    FAILED = "failed"
    """A wave is held because critical resources failed."""
    LATE = "late"
    """A wave is held because its deadline has passed; the work on it goes on."""


_DECISIONS = {
    Cause.PAUSED: ("resume", "cancel"),
    Cause.APPROVAL: ("approve", "reject"),
    Cause.FAILED: ("retry", "skip"),
    Cause.LATE: ("skip", "cancel"),
}


@dataclass(frozen=True)
class Wait:
    """One thing that waits for a person."""

    cause: Cause
    since: str | None
    """An instant, as the ledger has it."""
    wave: Wave | None = None

    @property
    def decisions(self) -> tuple[str, ...]:
        """The commands that answer it."""
        return _DECISIONS[self.cause]

    @property
    def deciders(self) -> tuple[str, ...]:
        """The policies whose holders may give the first of these answers."""
        return DECIDERS[self.decisions[0]]

    @property
    def escalated_at(self) -> str | None:
        """When people were told again, because nobody had decided."""
        return self.wave.escalated_at if self.wave and self.cause is Cause.APPROVAL else None

    def as_json(self) -> dict[str, JsonValue]:
        """All of it, for scripts."""
        return {
            "cause": self.cause,
            "wave": self.wave.wave if self.wave else None,
            "since": self.since,
            "escalated_at": self.escalated_at,
            "decisions": [*self.decisions],
            "policies": [*self.deciders],
        }


def waits_of(standing: Standing) -> Iterator[Wait]:
    """Everything that waits, the pause of the whole first."""
    if standing.execution.status is ExecutionStatus.PAUSED:
        yield Wait(Cause.PAUSED, standing.execution.paused_at)
    for wave in standing.waiting:
        if wave.status is WaveStatus.AWAITING_APPROVAL:
            yield Wait(Cause.APPROVAL, wave.asked_at, wave)
        else:
            yield Wait(Cause.FAILED if wave.failed else Cause.LATE, wave.held_at, wave)
