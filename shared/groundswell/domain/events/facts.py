"""Facts about executions and waves: told by the ledger alone."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from groundswell.domain.events.envelope import EventData
from groundswell.domain.ids import OrderId, ResourceId
from groundswell.domain.operations import Operation
from groundswell.domain.preflight import PreflightCheck, VerdictCounts
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


MAX_WORDS = 900
"""Characters of a remark's parts: a fact holds a hundred remarks, and checks besides, and has to fit on the bus."""


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
    name: str = Field(default="", description="What its named plan calls it.")
    resources: int
    technologies: dict[str, int] = Field(description="Resources by technology.")
    deadline_at: AwareDatetime
    approval: bool = Field(default=False, description="Whether it begins only when a person approves it.")


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
    schema_version: ClassVar[str] = "1.1"
    operation: Operation
    scope: Scope
    target_region: str
    dry_run: bool
    plan: str | None = Field(default=None, description="The named plan that it follows.")
    plan_version: int | None = None
    resources: int
    waves: tuple[PlannedWave, ...]
    left_out: tuple[Remark, ...] = Field(description="The first of what is tagged for DR but not in the plan, and why.")
    left_out_count: int
    warnings: tuple[Remark, ...] = Field(description="The first of what a person should know before trusting the plan.")
    warnings_count: int
    preflight: tuple[PreflightCheck, ...] = Field(
        default=(), description="The first of the checks before the start: failed, then unknown, then passed."
    )
    preflight_counts: VerdictCounts = Field(default=VerdictCounts(), description="All of them.")


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
    schema_version: ClassVar[str] = "1.1"
    wave: int
    resources: int
    technologies: dict[str, int] = Field(default_factory=dict, description="Resources of the wave by technology.")
    counts_before: Counts | None = Field(default=None, description="How the waves before it came out, together.")
    seconds: float | None = Field(default=None, description="Since acceptance.")


class WaveApprovalOverdue(EventData):
    """Nobody has decided about the wave for long; it goes on waiting."""

    detail_type: ClassVar[str] = "WaveApprovalOverdue"
    wave: int
    seconds: float = Field(description="For which it has waited.")


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


class WaveCancelled(WaveClosed):
    """The execution was cancelled, and nothing of the wave is in flight any more."""

    detail_type: ClassVar[str] = "WaveCancelled"


class WaveDeadlineMissed(EventData):
    """The wave's deadline has passed and resources are still to come; what follows is its policy's."""

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


class Decided(EventData):
    """What is told of a person's decision that took effect."""

    decided_by: str = Field(description="Who decided, as AWS vouches for it.")
    reason: str | None = None


class DRPaused(Decided):
    """Nothing more is begun; what runs in AWS is followed to its end."""

    detail_type: ClassVar[str] = "DRPaused"


class DRResumed(Decided):
    """The execution goes on where it was paused."""

    detail_type: ClassVar[str] = "DRResumed"
    seconds: float = Field(description="For which it was paused.")


class DRCancelling(Decided):
    """Nothing more is begun; the execution ends as cancelled once nothing is in flight."""

    detail_type: ClassVar[str] = "DRCancelling"


class WaveApproved(Decided):
    """The wave may begin."""

    detail_type: ClassVar[str] = "WaveApproved"
    wave: int


class WaveRejected(Decided):
    """The wave may not begin: the execution is cancelled."""

    detail_type: ClassVar[str] = "WaveRejected"
    wave: int


class ResourcesRetried(Decided):
    """Failed resources are tried again, under a work order of their own."""

    detail_type: ClassVar[str] = "ResourcesRetried"
    wave: int
    order_id: OrderId
    attempt: int = Field(description="Which attempt at these resources it is.")
    resource_ids: tuple[ResourceId, ...]


class ResourcesSkipped(Decided):
    """The execution goes on without these resources."""

    detail_type: ClassVar[str] = "ResourcesSkipped"
    wave: int
    resource_ids: tuple[ResourceId, ...]


class CommandRefused(EventData):
    """A person's decision does not apply, and changed nothing."""

    detail_type: ClassVar[str] = "CommandRefused"
    command: str = Field(description="The type of the event that asked.")
    decided_by: str
    reason: str = Field(description="Why it does not apply, and what would.")


FACT_TYPES = frozenset(
    model.detail_type
    for model in (
        DRAccepted,
        DRRejected,
        WaveStarted,
        WaveAwaitingApproval,
        WaveApprovalOverdue,
        WaveCompleted,
        WaveFailed,
        WaveHeld,
        WaveCancelled,
        WaveDeadlineMissed,
        DRCompleted,
        DRFailed,
        DRCancelled,
        DRPaused,
        DRResumed,
        DRCancelling,
        WaveApproved,
        WaveRejected,
        ResourcesRetried,
        ResourcesSkipped,
        CommandRefused,
    )
)
"""The types of all facts: nothing else is published out of the ledger."""
