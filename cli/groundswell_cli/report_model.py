"""What a report says. All times are in seconds; None: it was not recorded, so it is unknown."""

from __future__ import annotations

from pydantic import JsonValue

from groundswell.domain.dry_run import CallSheet
from groundswell.domain.events.facts import Counts, Remark, Scope
from groundswell.domain.ids import ExecutionId, ResourceId
from groundswell.domain.operations import Operation
from groundswell.domain.protection import Impact
from groundswell.domain.states import ExecutionStatus, WaveStatus
from groundswell_cli.record import Disbelieved
from groundswell_cli.report_resources import ResourceFigures
from groundswell_cli.report_targets import Objective, Targets
from groundswell_cli.report_times import Figures, HandOver, Slowest, Spread


class WaveFigures(Figures):
    """One wave."""

    wave: int
    status: WaveStatus
    counts: Counts
    work_orders: int
    duplicates: int
    """Outcomes that were dropped because they were counted before."""
    started_at: str | None
    held_at: str | None
    ended_at: str | None
    seconds: float | None
    """From its start to its end."""
    waited_seconds: float | None
    """Of these, for which the execution waited for people."""
    slowest: Slowest | None
    overhead_seconds: float | None
    """What the wave took longer than its slowest resource, without what did nothing but wait for people."""
    deadline: Objective
    deadline_missed_at: str | None
    recovery_time: Targets
    """`dr:rto-target` of its resources."""
    recovery_point: Targets
    """`dr:rpo-target` of its resources."""


class CallFigures(Figures):
    """The AWS requests of one service that one technology made, retries counted."""

    technology: str
    service: str
    calls: int
    resources: int
    """Resources in the work orders of the technology."""
    calls_per_resource: float


class EventFigures(Figures):
    """Events of the execution that the ledger knows of; how often work orders were asked again is not recorded."""

    facts: int
    facts_refused: int
    """Facts that the bus did not take."""
    work_orders: int
    outcomes: int
    """Outcomes that were counted, each once."""
    duplicates: int
    """Outcomes that were dropped because they were counted before."""
    not_believed: int


class FailedResource(Figures):
    """A resource that was given up."""

    resource_id: ResourceId
    wave: int
    technology: str
    account: str
    impact: Impact
    attempt: int
    cause: str | None
    advice: str | None


class FarClock(Figures):
    """A resource whose outcome claims a time that is far from when it was counted, which alone is measured."""

    resource_id: ResourceId
    wave: int
    technology: str
    ended_at: str
    claimed_at: str


class LateFinding(Figures):
    """A rightful outcome that came after its resource was decided."""

    resource_id: ResourceId
    wave: int
    event_id: str
    finding: JsonValue


class Report(Figures):
    """What an execution did, took and lost."""

    execution_id: ExecutionId
    status: ExecutionStatus
    operation: Operation | None
    scope: Scope | None
    target_region: str
    dry_run: bool
    requested_via: str
    """Source and account of the event that asked: what AWS vouches for."""
    requested_by: str | None
    """What the request's body claims, which nobody vouches for."""
    reason: str | None
    request_id: str
    created_at: str
    accepted_at: str | None
    ended_at: str | None
    planning_seconds: float | None
    seconds: float | None
    """From acceptance to the end."""
    waited_seconds: float | None
    """For people, up to its end; they are in the figure before, and excluded from all that targets are held against."""
    critical_path_seconds: float | None
    """The slowest resources of all waves that worked, one after the other."""
    times_critical_path: float | None
    """The whole, without what did nothing but wait for people, as a multiple of the critical path."""
    counts: Counts
    waves: tuple[WaveFigures, ...]
    hand_overs: tuple[HandOver, ...]
    hand_over: Spread | None
    recovery_time: Objective | None
    recovery_time_targets: Targets
    recovery_point_targets: Targets
    resources: tuple[ResourceFigures, ...]
    calls: tuple[CallFigures, ...]
    events: EventFigures
    failed: tuple[FailedResource, ...]
    skipped: tuple[ResourceId, ...]
    late: tuple[LateFinding, ...]
    far_clocks: tuple[FarClock, ...]
    not_believed: tuple[Disbelieved, ...]
    left_out: tuple[Remark, ...]
    left_out_count: int
    warnings: tuple[Remark, ...]
    warnings_count: int
    reasons: tuple[str, ...]
    """Why it was rejected."""
    planned_calls: CallSheet | None = None
    """The calls that a dry run found; None where it was none."""
