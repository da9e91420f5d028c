"""The ledger's items as typed values. Instants are texts as `instants.to_text` writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from groundswell.domain.conditions import Item
from groundswell.domain.events.facts import Counts, Remark, Scope
from groundswell.domain.failure import Failure
from groundswell.domain.ids import EventId, ExecutionId, Lane, OrderId, ResourceId
from groundswell.domain.operations import Operation, Phase
from groundswell.domain.policy import WavePolicy
from groundswell.domain.protection import Impact
from groundswell.domain.states import ExecutionStatus, ResourceState, WaveStatus


class Record(BaseModel):
    """A typed view of an item; attributes that it does not know are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @classmethod
    def of(cls, item: Mapping[str, object]) -> Self:
        """The record that an item holds."""
        return cls.model_validate(item)

    def as_item(self) -> Item:
        """The record's attributes as a store takes them; those that are None are left out."""
        return self.model_dump(mode="json", exclude_none=True)


class Execution(Record):
    """One run of one request."""

    execution_id: ExecutionId
    request_id: str
    content_hash: str
    request: dict[str, JsonValue] = Field(description="As it was understood.")
    requested_via: str = Field(description="Source and account of the event that asked: what AWS vouches for.")
    operation: Operation | None = None
    scope: Scope | None = None
    target_region: str
    dry_run: bool = False
    status: ExecutionStatus
    version: int = 0
    correlation_id: str
    planner: int = 0
    planner_until: str | None = None
    planned: tuple[tuple[int, str], ...] = Field(
        default=(), description="Wave and technology of each lane that any run of the planner wrote into."
    )
    planner_error: str | None = Field(default=None, description="How the last run of the planner ended that failed.")
    planner_error_at: str | None = None
    planners_hindered: int = Field(default=0, description="Runs that AWS only kept waiting: they do not count.")
    current_wave: int = 0
    left_out: tuple[Remark, ...] = ()
    left_out_count: int = 0
    warnings: tuple[Remark, ...] = ()
    warnings_count: int = 0
    reasons: tuple[str, ...] = ()
    approval: tuple[int, ...] = Field(default=(), description="Waves that begin only when a person approves them.")
    requester: str | None = Field(default=None, description="Who asked, where AWS vouches for it: through the door.")
    plan: str | None = Field(default=None, description="The named plan that it follows.")
    plan_version: int | None = None
    four_eyes: bool = Field(default=False, description="Its requester may not approve its waves.")
    tell: tuple[str, ...] = Field(default=(), description="Whom its facts concern, as its plan says.")
    created_at: str
    accepted_at: str | None = None
    paused_at: str | None = None
    stopped_at: str | None = Field(default=None, description="Since when it waits for a person; deadlines stand still.")
    waited_ms: int = Field(default=0, description="Milliseconds for which it waited for people before that.")
    ended_at: str | None = None

    @property
    def planners_counted(self) -> int:
        """Runs of the planner that died or failed, or are at it."""
        return self.planner - self.planners_hindered

    @property
    def lineage(self) -> tuple[ExecutionId, str]:
        """Its id and the request that it goes back to."""
        return self.execution_id, self.correlation_id

    @property
    def planned_lanes(self) -> Sequence[Lane]:
        """Where any run of the planner wrote resources."""
        return [Lane(self.execution_id, wave, technology) for wave, technology in self.planned]


class Wave(Record):
    """The resources that recover side by side."""

    execution_id: ExecutionId
    wave: int
    name: str = Field(default="", description="What the named plan calls it.")
    technologies: tuple[str, ...] = Field(description="Those of its resources.")
    status: WaveStatus
    version: int = 0
    policy: WavePolicy
    total: int
    remaining: int
    recovered: int = 0
    recovered_optional: int = Field(default=0, description="Those of the recovered that are optional.")
    failed: int = 0
    failed_optional: int = 0
    skipped: int = 0
    duplicates: int = Field(default=0, description="Outcomes that were dropped because they were marked before.")
    approved: bool = False
    asked_at: str | None = Field(default=None, description="Since when it awaits approval.")
    escalated_at: str | None = Field(default=None, description="When it was told that nobody decides.")
    deadline_at: str = Field(description="If nothing waits for people; see `standstill.deadline_of`.")
    deadline_missed_at: str | None = None
    started_at: str | None = None
    held_at: str | None = None
    ended_at: str | None = None

    @property
    def counts(self) -> Counts:
        """How its resources stand."""
        return Counts.model_validate(self, from_attributes=True)

    @property
    def lanes(self) -> Sequence[Lane]:
        """Where its resources are."""
        return [Lane(self.execution_id, self.wave, technology) for technology in self.technologies]


class Resource(Record):
    """One thing to recover, in one execution."""

    execution_id: ExecutionId
    resource_id: ResourceId
    wave: int
    technology: str
    account: str
    region: str
    source_region: str | None = None
    name: str
    customer: str
    environment: str
    application: str | None = None
    impact: Impact
    rto_minutes: int | None = None
    rpo_minutes: int | None = None
    lag_seconds: int | None = Field(default=None, description="The replica's lag when it was planned.")
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    relaunch: bool = Field(default=False, description="Its live copy in the target Region may be replaced.")
    oldest_copy: str | None = Field(default=None, description="What was launched before does not count as recovered.")
    state: ResourceState = ResourceState.PENDING
    attempt: int = 1
    order_id: OrderId | None = None
    evidence: dict[str, JsonValue] = Field(default_factory=dict)
    failure: Failure | None = None
    earlier: dict[str, JsonValue] = Field(default_factory=dict, description="How earlier attempts failed, by number.")
    skipped: dict[str, str] | None = Field(default=None, description="Who skipped it, why, and when.")
    late: dict[str, JsonValue] = Field(default_factory=dict)
    started_at: str | None = None
    ended_at: str | None = Field(default=None, description="When its outcome was counted, by our clock.")
    claimed_at: str | None = Field(default=None, description="When it came about, by the clock of whoever said so.")

    @property
    def lane(self) -> Lane:
        """Where it is."""
        return Lane(self.execution_id, self.wave, self.technology)


class Ending(StrEnum):
    """How a work order ended with one of its resources."""

    RECOVERED = "RECOVERED"
    FAILED = "FAILED"
    DROPPED = "DROPPED"
    """Somebody else ended the resource meanwhile (skipped, cancelled): nothing is said of it."""


class Progress(Record):
    """How far a work order has come with one resource."""

    phase: Phase
    since: str = Field(description="When this phase was first looked at.")
    note: str = ""
    evidence: dict[str, JsonValue] = Field(default_factory=dict)
    ending: Ending | None = None
    failure: Failure | None = None
    batch_limit: int | None = Field(default=None, description="Resources a call may take: shrinks when AWS refuses.")
    kills: int = Field(default=0, description="Workers that died while it was worked on alone.")


class OrderStatus(StrEnum):
    """Whether a work order still has something to do."""

    OPEN = "OPEN"
    ENDED = "ENDED"


class WorkOrder(Record):
    """Resources of one wave, technology, account and Region that are taken up together."""

    execution_id: ExecutionId
    order_id: OrderId
    wave: int
    technology: str
    account: str
    region: str
    operation: Operation
    attempt: int = 1
    token: str
    status: OrderStatus = OrderStatus.OPEN
    resource_ids: tuple[ResourceId, ...]
    progress: dict[ResourceId, Progress] = Field(default_factory=dict)
    correlation_id: str
    causation_id: str
    claim: int = Field(default=0, description="Number of the latest claim.")
    claim_until: str | None = Field(default=None, description="When that claim ends by itself; None: released.")
    deaths: int = Field(default=0, description="Claims that ended without being released.")
    suspect: ResourceId | None = Field(default=None, description="The one resource of this claim, after three deaths.")
    look: int = Field(default=0, description="Number of the timer message that is awaited.")
    next_look: str | None = None
    idle_looks: int = Field(default=0, description="Looks since something last moved; the delay grows with them.")
    looked_at: str | None = Field(default=None, description="When it was last looked at.")
    look_again: bool = Field(default=False, description="A wake-up came while the order was claimed.")
    woken: bool = Field(default=False, description="A wake-up is on its way: one is enough until the next look.")
    calls: dict[str, int] = Field(default_factory=dict, description="AWS requests by service:Operation.")
    requested_at: str | None = Field(default=None, description="When it was last put on the bus.")
    created_at: str
    ended_at: str | None = None

    @property
    def lane(self) -> Lane:
        """Where it and its resources are."""
        return Lane(self.execution_id, self.wave, self.technology)

    @property
    def pending(self) -> tuple[ResourceId, ...]:
        """The resources that it has not ended with."""
        return tuple(name for name in self.resource_ids if (at := self.progress.get(name)) is None or at.ending is None)


class IntentState(StrEnum):
    """What is known of a call that was about to be made."""

    OPEN = "OPEN"
    """It may or may not have been made."""
    SETTLED = "SETTLED"
    """AWS took it on."""
    REFUSED = "REFUSED"
    """AWS refused it: nothing was done."""


class IntentRecord(Record):
    """A call about to be made."""

    order_id: OrderId
    phase: Phase
    number: int
    key: str
    resource_ids: tuple[ResourceId, ...]
    state: IntentState = IntentState.OPEN
    handle: str | None = None
    error: str | None = Field(default=None, description="AWS's last words about it, where it was refused or lost.")
    code: str = Field(default="", description="The code of that error.")
    at: str


class Hold(Record):
    """The execution that holds a resource, and where in it the resource is."""

    execution_id: ExecutionId
    wave: int
    technology: str
    resource_id: ResourceId
    held_at: str

    @property
    def lane(self) -> Lane:
        """Where the resource is that it holds."""
        return Lane(self.execution_id, self.wave, self.technology)


class StoredEvent(Record):
    """A fact, exactly as it is published."""

    event_id: EventId
    execution_id: ExecutionId
    source: str
    detail_type: str
    detail: str
    sequence: int
    occurred_at: str
    refused: str | None = Field(default=None, description="The bus's error, where it refused the fact.")
