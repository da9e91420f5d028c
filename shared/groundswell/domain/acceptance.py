"""What a hub lets through, and what an accepted request begins with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import JsonValue

from groundswell.domain.events.commands import DOOR_SOURCE
from groundswell.domain.events.facts import DRAccepted, PlannedWave, Remark
from groundswell.domain.ids import execution_id_of
from groundswell.domain.instants import to_text
from groundswell.domain.named_plan import NamedPlan
from groundswell.domain.plan import Plan
from groundswell.domain.plan_terms import Terms
from groundswell.domain.preflight import VerdictCounts
from groundswell.domain.records import Execution, Wave
from groundswell.domain.request import DRRequested, InvalidRequest
from groundswell.domain.states import ExecutionStatus, WaveStatus

MAX_REMARKS = 50
"""Remarks of a kind that a fact and the ledger hold; how many there are in all is said beside them."""


@dataclass(frozen=True)
class Asked:
    """A request as it came over the bus; what AWS vouches for is all but the detail."""

    event_id: str
    source: str
    account: str
    time: datetime
    detail: Mapping[str, JsonValue]
    doubled: tuple[str, ...] = ()
    """Keys that its text has twice; the detail has the last of each."""

    @property
    def requester(self) -> str | None:
        """Who asked, where AWS vouches for it by name: only what comes through the door."""
        metadata = self.detail.get("metadata")
        who = metadata.get("decided_by") if isinstance(metadata, dict) else None
        return who if self.source == DOOR_SOURCE and isinstance(who, str) else None

    @property
    def via(self) -> str:
        """Who asked, as far as AWS vouches for it."""
        place = f"{self.source} in account {self.account}"
        return f"{self.requester}, through {place}" if self.requester else place


@dataclass(frozen=True)
class Rules:
    """What this hub allows."""

    region: str
    armed: bool
    request_max_age: timedelta
    deadlines: tuple[int, ...]
    """Seconds from acceptance for wave 1, 2 …; the last counts for all that follow."""
    max_resources: int
    """More than these are not touched unless the request says so."""
    planner_time: timedelta
    """How long a run of the planner may still write after it began: past its process's hard end."""

    def terms(self, named: NamedPlan | None) -> Terms:
        """What holds for a request beside its own words."""
        return Terms(named, self.max_resources, self.deadlines)


def reasons_outright(
    request: DRRequested | InvalidRequest, asked: Asked, rules: Rules, now: datetime
) -> tuple[str, ...]:
    """Why a request is rejected before anything is looked at; all of it at once."""
    stale = _staleness(asked, rules, now)
    if isinstance(request, InvalidRequest):
        return (*request.faults, *stale)
    return (*stale, *reasons_here(request, rules))


def reasons_here(request: DRRequested, rules: Rules) -> tuple[str, ...]:
    """Why a request, whenever it is put, is rejected by this hub before anything is looked at."""
    return (*_disarmed(request, rules), *_misdirected(request, rules))


def _staleness(asked: Asked, rules: Rules, now: datetime) -> list[str]:
    if now - asked.time <= rules.request_max_age:
        return []
    minutes = rules.request_max_age.total_seconds() / 60
    return [
        f"the request is stale: put at {to_text(asked.time)}, and only {minutes:.0f} minutes are allowed; "
        "if it is still wanted, put it again with a new request_id"
    ]


def _disarmed(request: DRRequested, rules: Rules) -> list[str]:
    if rules.armed or request.dry_run:
        return []
    return [
        "this hub is not armed: only dry runs are allowed until the stack is deployed with Armed=true; "
        'or ask with "dry_run": true'
    ]


def _misdirected(request: DRRequested, rules: Rules) -> list[str]:
    if request.target_region in (None, rules.region):
        return []
    return [
        f"this hub recovers into {rules.region}; for {request.target_region} put the request on the bus "
        f"of the hub in {request.target_region}"
    ]


def new_execution(
    asked: Asked, request: DRRequested | InvalidRequest, request_id: str, rules: Rules, now: datetime
) -> Execution:
    """The execution that a request begins, with its first planner."""
    valid = request if isinstance(request, DRRequested) else None
    return Execution(
        execution_id=execution_id_of(request_id),
        request_id=request_id,
        content_hash=request.content_hash,
        request=valid.model_dump(mode="json", exclude_none=True) if valid else {},
        requested_via=asked.via,
        requester=asked.requester,
        operation=valid.operation if valid else None,
        scope=valid.scope if valid else None,
        approval=valid.approval if valid else (),
        target_region=rules.region,
        dry_run=valid.dry_run if valid else False,
        status=ExecutionStatus.PLANNING,
        correlation_id=asked.event_id,
        planner=1,
        planner_until=to_text(now + rules.planner_time),
        created_at=to_text(now),
    )


def count_planned(plan: Plan) -> dict[int, Counter[str]]:
    """The resources of a plan by wave and technology."""
    return {wave: Counter(resource.technology for resource in found) for wave, found in plan.waves.items()}


def acceptance(
    execution: Execution, plan: Plan, counts: Mapping[int, Counter[str]], terms: Terms, at: datetime
) -> DRAccepted:
    """The fact that tells of a plan; `counts` has the resources of each wave by technology."""
    assert execution.operation  # noqa: S101 - narrows: only valid requests are accepted
    assert execution.scope  # noqa: S101 - the same
    waves = [_planned(execution, wave, found, terms, at) for wave, found in sorted(counts.items()) if found]
    return DRAccepted(
        operation=execution.operation,
        scope=execution.scope,
        target_region=execution.target_region,
        dry_run=execution.dry_run,
        plan=execution.plan,
        plan_version=execution.plan_version,
        resources=sum(wave.resources for wave in waves),
        waves=tuple(waves),
        left_out=_first(plan.left_out),
        left_out_count=len(plan.left_out),
        warnings=_first(plan.warnings),
        warnings_count=len(plan.warnings),
        preflight=tuple(plan.preflight[:MAX_REMARKS]),
        preflight_counts=VerdictCounts.of(plan.preflight),
    )


def new_wave(execution: Execution, planned: PlannedWave, terms: Terms, at: datetime) -> Wave:
    """A wave as it is written when its execution is accepted."""
    policy = terms.policy(planned.wave).model_copy(update={"approval": planned.approval})
    return Wave(
        execution_id=execution.execution_id,
        wave=planned.wave,
        name=planned.name,
        technologies=tuple(sorted(planned.technologies)),
        status=WaveStatus.PENDING,
        policy=policy,
        total=planned.resources,
        remaining=planned.resources,
        deadline_at=to_text(at + timedelta(seconds=policy.deadline_seconds)),
    )


def _planned(execution: Execution, wave: int, counts: Counter[str], terms: Terms, at: datetime) -> PlannedWave:
    policy = terms.policy(wave)
    return PlannedWave(
        wave=wave,
        name=terms.name_of(wave),
        resources=counts.total(),
        technologies=dict(counts),
        deadline_at=at + timedelta(seconds=policy.deadline_seconds),
        approval=policy.approval or wave in execution.approval,
    )


def _first(remarks: Sequence[Remark]) -> tuple[Remark, ...]:
    return tuple(remarks[:MAX_REMARKS])
