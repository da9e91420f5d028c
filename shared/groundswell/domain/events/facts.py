"""Facts about executions and waves: told by the ledger alone."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from groundswell.domain.events.envelope import EventData
from groundswell.domain.operations import Operation
from groundswell.domain.states import ExecutionStatus


class Scope(BaseModel):
    """Whose resources a request is about: one customer's environment, or all."""

    model_config = ConfigDict(frozen=True)

    customer: str | None = None
    environment: str | None = None
    all: bool = False

    def __str__(self) -> str:
        """The scope as a person types it to confirm."""
        return "all" if self.all else f"{self.customer}/{self.environment}"


MAX_WORDS = 1000
"""Characters of a remark's parts: a fact holds a hundred remarks, and has to fit on the bus."""


def _cut(text: str) -> str:
    return text if len(text) <= MAX_WORDS else f"{text[: MAX_WORDS - 1]}…"


class Remark(BaseModel):
    """Something that a plan must say of a resource or a place: what, and why; endless words are cut."""

    model_config = ConfigDict(frozen=True)

    subject: Annotated[str, AfterValidator(_cut)] = Field(description="The resource, account or zone that it is about.")
    reason: Annotated[str, AfterValidator(_cut)]


class PlannedWave(BaseModel):
    """A wave as it was accepted."""

    model_config = ConfigDict(frozen=True)

    wave: int
    resources: int
    technologies: dict[str, int] = Field(description="Resources by technology.")
    deadline_at: AwareDatetime


class Counts(BaseModel):
    """How the resources of a wave, or of all waves, stand."""

    model_config = ConfigDict(frozen=True)

    total: int
    remaining: int
    recovered: int
    failed: int = Field(description="Failed, and critical.")
    failed_optional: int = Field(description="Failed, and tagged dr:impact=optional: never fails a wave.")
    skipped: int


class DRAccepted(EventData):
    """The request was found good; its waves are planned and its resources held."""

    detail_type: ClassVar[str] = "DRAccepted"
    operation: Operation
    scope: Scope
    target_region: str
    dry_run: bool
    resources: int
    waves: tuple[PlannedWave, ...]
    left_out: tuple[Remark, ...] = Field(description="The first of what is tagged for DR but not in the plan, and why.")
    left_out_count: int
    warnings: tuple[Remark, ...] = Field(description="The first of what a person should know before trusting the plan.")
    warnings_count: int


class DRRejected(EventData):
    """The request starts nothing; every reason is named at once."""

    detail_type: ClassVar[str] = "DRRejected"
    request_id: str
    reasons: tuple[str, ...]


class WaveStarted(EventData):
    """The wave is open: its resources may be recovered."""

    detail_type: ClassVar[str] = "WaveStarted"
    wave: int
    resources: int
    deadline_at: AwareDatetime


class WaveAwaitingApproval(EventData):
    """The wave may begin as soon as a person approves it."""

    detail_type: ClassVar[str] = "WaveAwaitingApproval"
    wave: int
    resources: int


class WaveClosed(EventData):
    """What is told of a wave in which nothing runs any more."""

    wave: int
    counts: Counts
    seconds: float = Field(description="From the wave's start to its close.")


class WaveCompleted(WaveClosed):
    """Enough of the wave is recovered; the next may begin."""

    detail_type: ClassVar[str] = "WaveCompleted"


class WaveFailed(WaveClosed):
    """Too little of the wave is recovered, and its policy does not hold it for a person."""

    detail_type: ClassVar[str] = "WaveFailed"


class WaveHeld(WaveClosed):
    """Too little of the wave is recovered; it stays open until a person decides."""

    detail_type: ClassVar[str] = "WaveHeld"
    failed_resources: tuple[Remark, ...] = Field(description="The first failed resources, each with its cause.")


class WaveDeadlineMissed(EventData):
    """The wave's deadline has passed and resources are still to come; the work goes on."""

    detail_type: ClassVar[str] = "WaveDeadlineMissed"
    wave: int
    deadline_at: AwareDatetime
    counts: Counts


class ExecutionEnded(EventData):
    """What is told of an execution that is over."""

    status: ExecutionStatus
    counts: Counts
    waves: int
    seconds: float = Field(description="From acceptance to the end.")


class DRCompleted(ExecutionEnded):
    """All waves are through; the status says whether with exceptions."""

    detail_type: ClassVar[str] = "DRCompleted"


class DRFailed(ExecutionEnded):
    """A wave failed and its policy stops the execution there."""

    detail_type: ClassVar[str] = "DRFailed"
    reason: str


class DRCancelled(ExecutionEnded):
    """The execution was cancelled and nothing of it is in flight any more."""

    detail_type: ClassVar[str] = "DRCancelled"
