"""`DRRequested`: find, judge, hold and write down what is to be recovered, and accept; or reject with every reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import JsonValue

from groundswell.domain.events.envelope import HUB_SOURCE
from groundswell.domain.events.facts import DRAccepted, DRRejected, PlannedWave, Remark
from groundswell.domain.ids import ExecutionId, execution_id_of
from groundswell.domain.instants import to_text
from groundswell.domain.plan import Plan, Served, make_plan
from groundswell.domain.policy import default_policy
from groundswell.domain.records import Execution, Resource, Wave
from groundswell.domain.request import DRRequested, InvalidRequest, read_request
from groundswell.domain.states import ExecutionStatus, WaveStatus
from groundswell.ledger import executions, holding, reading
from groundswell.ledger.outbox import entry_of
from groundswell.ports.store import Store
from groundswell.ports.world import Bus, BusEntry, Clock
from groundswell.reactions.survey import Survey

MAX_REMARKS = 50
"""Remarks of a kind that a fact and the ledger hold; how many there are in all is said beside them."""
_ANSWERS = ("DRAccepted", "DRRejected")


@dataclass(frozen=True)
class Asked:
    """A request as it came over the bus."""

    event_id: str
    source: str
    account: str
    time: datetime
    detail: Mapping[str, JsonValue]


@dataclass(frozen=True)
class Rules:
    """What this hub allows."""

    region: str
    armed: bool
    request_max_age: timedelta
    deadlines: tuple[int, ...]
    """Seconds from acceptance for wave 1, 2 …; the last counts for all that follow."""
    planner_time: timedelta
    """How long a run of the planner may still write after it began: past its process's hard end."""


@dataclass(frozen=True)
class Planner:
    """Plans executions."""

    store: Store
    bus: Bus
    clock: Clock
    survey: Survey
    served: Served
    rules: Rules

    def plan(self, asked: Asked) -> None:
        """React to a request: delivered again it gets its answer again, and nothing else happens twice.

        Raises:
            StaleWriteError: another run of the planner has taken over.
        """
        request = read_request(asked.detail)
        request_id = request.request_id or asked.event_id
        existing = reading.find_execution(self.store, execution_id_of(request_id))
        if existing and existing.content_hash != request.content_hash:
            request_id, existing = self._as_other_request(request_id, request.content_hash)
            other = f"request_id {request_id.partition('~')[0]} was used for another request: give a new one a new id"
            return self._reject_new(asked, request, request_id, existing, (other,))
        if existing:
            return self._answer_again(existing, asked.event_id)
        reasons = self._outright(asked, request)
        if reasons or isinstance(request, InvalidRequest):
            return self._reject_new(asked, request, request_id, None, reasons)
        return self._begin(asked, request, request_id)

    def _as_other_request(self, request_id: str, content_hash: str) -> tuple[str, Execution | None]:
        request_id = f"{request_id}~{content_hash[:8]}"
        return request_id, reading.find_execution(self.store, execution_id_of(request_id))

    def _outright(self, asked: Asked, request: DRRequested | InvalidRequest) -> tuple[str, ...]:
        """Why the request is rejected before anything is looked at."""
        reasons = list(request.faults) if isinstance(request, InvalidRequest) else []
        age = self.clock.now() - asked.time
        if age > self.rules.request_max_age:
            minutes = self.rules.request_max_age.total_seconds() / 60
            reasons.append(
                f"the request is stale: put at {to_text(asked.time)}, and only {minutes:.0f} minutes are allowed; "
                "if it is still wanted, put it again with a new request_id"
            )
        if isinstance(request, InvalidRequest):
            return tuple(reasons)
        if not self.rules.armed and not request.dry_run:
            reasons.append(
                "this hub is not armed: only dry runs are allowed until the stack is deployed with Armed=true; "
                'or ask with "dry_run": true'
            )
        if request.target_region not in (None, self.rules.region):
            reasons.append(
                f"this hub recovers into {self.rules.region}; for {request.target_region} put the request on the bus "
                f"of the hub in {request.target_region}"
            )
        return tuple(reasons)

    def _reject_new(
        self,
        asked: Asked,
        request: DRRequested | InvalidRequest,
        request_id: str,
        existing: Execution | None,
        reasons: Sequence[str],
    ) -> None:
        execution = self._new(asked, request, request_id)
        told = DRRejected(request_id=request_id, reasons=tuple(reasons))
        if existing or not executions.reject_outright(
            self.store, execution, told, cause=asked.event_id, at=self.clock.now()
        ):
            self._answer_again(reading.execution(self.store, execution.execution_id), asked.event_id)

    def _begin(self, asked: Asked, request: DRRequested, request_id: str) -> None:
        execution = self._new(asked, request, request_id)
        existing = executions.begin(self.store, execution)
        if existing:
            return self._answer_again(existing, asked.event_id)
        return self._work_out(execution, request, execution.planner, asked.event_id)

    def _new(self, asked: Asked, request: DRRequested | InvalidRequest, request_id: str) -> Execution:
        now = self.clock.now()
        valid = request if isinstance(request, DRRequested) else None
        return Execution(
            execution_id=execution_id_of(request_id),
            request_id=request_id,
            content_hash=request.content_hash,
            request=valid.model_dump(mode="json", exclude_none=True) if valid else {},
            requested_via=f"{asked.source} in account {asked.account}",
            operation=valid.operation if valid else None,
            scope=valid.scope if valid else None,
            relaunch=valid.relaunch if valid else (),
            target_region=self.rules.region,
            dry_run=valid.dry_run if valid else False,
            status=ExecutionStatus.PLANNING,
            correlation_id=asked.event_id,
            planner=1,
            planner_until=to_text(now + self.rules.planner_time),
            created_at=to_text(now),
        )

    def _answer_again(self, execution: Execution, cause: str) -> None:
        if execution.status is not ExecutionStatus.PLANNING:
            facts = reading.facts(self.store, execution.execution_id)
            self.bus.publish([entry_of(fact) for fact in facts if fact.detail_type in _ANSWERS])
            return
        now = self.clock.now()
        until = now + self.rules.planner_time
        planner = executions.take_up_planning(self.store, execution, now=now, until=until)
        if planner is not None:
            self._work_out(execution, DRRequested.model_validate(execution.request, strict=False), planner, cause)

    def _work_out(self, execution: Execution, request: DRRequested, planner: int, cause: str) -> None:
        estate = self.survey.take(request.operation, execution.execution_id)
        plan = make_plan(request, estate, self.served)
        reasons = plan.faults
        if not reasons and not request.dry_run:
            reasons = self._take(execution, planner, plan)
        if reasons:
            return self._reject(execution, planner, plan, reasons, cause)
        return self._accept(execution, planner, plan, cause)

    def _take(self, execution: Execution, planner: int, plan: Plan) -> Sequence[str]:
        executions.note_waves(self.store, execution, planner, list(plan.waves))
        try:
            holding.take(self.store, execution, planner, plan.resources, at=self.clock.now())
        except holding.HeldElsewhereError as held:
            return [f"{held}; wait until it ends, see: dr status {held.hold.execution_id}"]
        return ()

    def _reject(self, execution: Execution, planner: int, plan: Plan, reasons: Sequence[str], cause: str) -> None:
        told = DRRejected(request_id=execution.request_id, reasons=tuple(reasons))
        with executions.one_planner(execution.execution_id):
            executions.reject(self.store, execution, planner, told, cause=cause, at=self.clock.now())
        for wave in plan.waves:
            written = reading.resources(self.store, execution.execution_id, wave)
            holding.release(self.store, execution.execution_id, written)

    def _accept(self, execution: Execution, planner: int, plan: Plan, cause: str) -> None:
        at = self.clock.now()
        if execution.dry_run:
            told = self._accepted(execution, plan, [self._planned(*each, at) for each in _dry_counts(plan)])
            with executions.one_planner(execution.execution_id):
                executions.accept_dry_run(self.store, execution, planner, told, cause=cause, at=at)
            return
        written = self._written(execution, plan)
        told = self._accepted(execution, plan, [self._planned(*each, at) for each in written])
        waves = [self._wave(execution.execution_id, number, counts, at) for number, counts in written]
        with executions.one_planner(execution.execution_id):
            executions.accept(self.store, execution, planner, waves, told, cause=cause, at=at)

    def _written(self, execution: Execution, plan: Plan) -> list[tuple[int, Counter[str]]]:
        """The resources of each wave by technology, counted from the ledger: it is what will be worked from."""
        latest = reading.execution(self.store, execution.execution_id)
        counted = [
            (wave, _by_technology(reading.resources(self.store, execution.execution_id, wave)))
            for wave in latest.planned_waves or tuple(plan.waves)
        ]
        return [(wave, counts) for wave, counts in counted if counts]

    def _accepted(self, execution: Execution, plan: Plan, waves: Sequence[PlannedWave]) -> DRAccepted:
        assert execution.operation  # noqa: S101 - narrows: only valid requests get here
        assert execution.scope  # noqa: S101 - the same
        return DRAccepted(
            operation=execution.operation,
            scope=execution.scope,
            target_region=execution.target_region,
            dry_run=execution.dry_run,
            resources=sum(wave.resources for wave in waves),
            waves=tuple(waves),
            left_out=_first(plan.left_out),
            left_out_count=len(plan.left_out),
            warnings=_first(plan.warnings),
            warnings_count=len(plan.warnings),
        )

    def _planned(self, wave: int, counts: Counter[str], at: datetime) -> PlannedWave:
        deadline = at + timedelta(seconds=default_policy(wave, self.rules.deadlines).deadline_seconds)
        return PlannedWave(wave=wave, resources=counts.total(), technologies=dict(counts), deadline_at=deadline)

    def _wave(self, execution_id: ExecutionId, number: int, counts: Counter[str], at: datetime) -> Wave:
        policy = default_policy(number, self.rules.deadlines)
        return Wave(
            execution_id=execution_id,
            wave=number,
            status=WaveStatus.PENDING,
            policy=policy,
            total=counts.total(),
            remaining=counts.total(),
            deadline_at=to_text(at + timedelta(seconds=policy.deadline_seconds)),
        )


def _by_technology(resources: Iterable[Resource]) -> Counter[str]:
    return Counter(resource.technology for resource in resources)


def _dry_counts(plan: Plan) -> list[tuple[int, Counter[str]]]:
    return [(wave, Counter(resource.technology for resource in found)) for wave, found in plan.waves.items()]


def _first(remarks: Sequence[Remark]) -> tuple[Remark, ...]:
    return tuple(remarks[:MAX_REMARKS])


def plan_again(execution: Execution) -> BusEntry:
    """The request that makes the planner take up an execution whose planner died."""
    body = {**execution.request, "request_id": execution.request_id}
    return BusEntry(source=HUB_SOURCE, detail_type=DRRequested.detail_type, detail=json.dumps(body))
