"""How a wave is run: its deadline, what a failure does, what counts as success."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class OnFailure(StrEnum):
    """What happens when a wave ends with too little success."""

    HOLD = "hold"
    """It stays open for a person: the default."""
    CONTINUE = "continue"
    """It counts as failed, and the next begins."""
    STOP = "stop"
    """It counts as failed, and so does the execution."""


class WavePolicy(BaseModel):
    """The rules of one wave."""

    model_config = ConfigDict(frozen=True)

    deadline_seconds: int = Field(gt=0, description="From acceptance.")
    on_failure: OnFailure = OnFailure.HOLD
    least_success_percent: int = Field(
        default=100, ge=0, le=100, description="Of the critical resources that are not skipped."
    )
    approval: bool = False


DEFAULT_DEADLINES = (900, 1800, 3600, 14400)
"""Seconds from acceptance for waves 1, 2, 3, and 4 or later."""


def default_policy(wave: int, deadlines: tuple[int, ...] = DEFAULT_DEADLINES) -> WavePolicy:
    """The policy of a wave where no plan says otherwise; waves past the last deadline share it."""
    return WavePolicy(deadline_seconds=deadlines[min(wave, len(deadlines)) - 1])
