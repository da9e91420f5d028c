"""`DRRequested`: find, judge, hold and write down what is to be recovered, and accept; or reject with every reason."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from groundswell.domain.acceptance import (
    Asked,
    Rules,
    acceptance,
    count_planned,
    new_execution,
    new_wave,
    reasons_outright,
)
from groundswell.domain.errors import StaleWriteError, TransientError, error_in_words
from groundswell.domain.events.envelope import HUB_SOURCE
from groundswell.domain.events.facts import DRRejected
from groundswell.domain.fail_closed import with_preflight
from groundswell.domain.ids import Lane, execution_id_of
from groundswell.domain.plan import Plan, Served, make_plan
from groundswell.domain.plan_terms import Terms
from groundswell.domain.preflight import PreflightCheck
from groundswell.domain.records import Execution
from groundswell.domain.request import DRRequested, InvalidRequest, read_request
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import executions, holding, planned_calls, planning_runs, reading
from groundswell.ledger.outbox import entry_of
from groundswell.ports.clients import ReadError
from groundswell.ports.store import Store
from groundswell.ports.world import Bus, BusEntry, Clock
from groundswell.reactions.chosen_plan import Chosen, choose_plan
from groundswell.reactions.dry_run.calls import PATIENCE, DryRun
from groundswell.reactions.preflight import Preflight
from groundswell.reactions.survey import Survey

MAX_PLANNERS = 5
"""Runs of the planner that may die or fail on a request before it is rejected: what it holds binds others meanwhile."""
MAX_RUNS = 60
"""The same with the runs that AWS only kept waiting: about as many as there are in an hour."""
LOOKING_PLANNERS = 2
"""Runs of the planner that look how things are, for checks or a dry run; where they died, the next one does not."""
_UNCHECKED = PreflightCheck.unknown(
    "every account",
    "checks before the start",
    f"not made: {LOOKING_PLANNERS} runs of the planner died before",
    advice="See the log of plan-execution for what killed them, and ask for a preview: dr plan.",
)
_ANSWERS = ("DRAccepted", "DRRejected")


@dataclass(frozen=True)
class Planner:
    """Plans executions."""

    store: Store
    bus: Bus
    clock: Clock
    survey: Survey
    served: Served
    rules: Rules
    dry_run: DryRun
    preflight: Preflight
    read_error: ReadError

    def plan(self, asked: Asked) -> None:
        """React to a request: delivered again it gets its answer again, and nothing else happens twice.

        Raises:
            StaleWriteError: another run of the planner has taken over.
        """
        request = read_request(asked.detail, asked.doubled)
        request_id = request.request_id or asked.event_id
        existing = reading.find_execution(self.store, execution_id_of(request_id))
        if existing:
            return self._meet(existing, asked, request, request_id)
        reasons = reasons_outright(request, asked, self.rules, self.clock.now())
        if reasons or isinstance(request, InvalidRequest):
            return self._reject_outright(asked, request, request_id, reasons)
        return self._begin(asked, request, request_id)

    def _meet(self, existing: Execution, asked: Asked, request: DRRequested | InvalidRequest, request_id: str) -> None:
        """There is an execution of this id: of the same request, or of another that had its id before."""
        if existing.content_hash == request.content_hash:
            return self._answer_again(existing, asked.event_id)
        reason = f"request_id {request_id} was used for another request: give a new one a new id"
        return self._reject_outright(asked, request, f"{request_id}~{request.content_hash[:8]}", (reason,))

    def _reject_outright(
        self, asked: Asked, request: DRRequested | InvalidRequest, request_id: str, reasons: Sequence[str]
    ) -> None:
        now = self.clock.now()
        execution = new_execution(asked, request, request_id, self.rules, now)
        told = DRRejected(request_id=request_id, reasons=tuple(reasons))
        if not executions.reject_outright(self.store, execution, told, cause=asked.event_id, at=now):
            self._meet(reading.execution(self.store, execution.execution_id), asked, request, request_id)

    def _begin(self, asked: Asked, request: DRRequested, request_id: str) -> None:
        execution = new_execution(asked, request, request_id, self.rules, self.clock.now())
        existing = executions.begin(self.store, execution)
        if existing:
            return self._meet(existing, asked, request, request_id)
        return self._work_out(execution, request, execution.planner, asked.event_id)

    def _answer_again(self, execution: Execution, cause: str) -> None:
        """Say a decision again; take up planning whose planner died; leave one that is at it alone."""
        if execution.status is not ExecutionStatus.PLANNING:
            facts = reading.facts(self.store, execution.execution_id)
            self.bus.publish([entry_of(fact) for fact in facts if fact.detail_type in _ANSWERS])
            return None
        now = self.clock.now()
        until = now + self.rules.planner_time
        planner = executions.take_up_planning(self.store, execution, now=now, until=until)
        if planner is None:
            return None
        taken = execution.model_copy(update={"planner": planner})
        if taken.planners_counted > MAX_PLANNERS or planner > MAX_RUNS:
            return self._give_up(taken, cause)
        return self._work_out(taken, DRRequested.model_validate(execution.request, strict=False), planner, cause)

    def _give_up(self, execution: Execution, cause: str) -> None:
        last = f", at last for this error: {execution.planner_error}" if execution.planner_error else ""
        reason = (
            f"planning was begun {execution.planner - 1} times and never finished{last}: look into the log of "
            f"plan-execution for {execution.execution_id}, mend what it says, and put the request again with a new "
            "request_id"
        )
        with executions.one_planner(execution.execution_id):
            self._reject(execution, execution.planner, (reason,), cause)

    def _work_out(self, execution: Execution, request: DRRequested, planner: int, cause: str) -> None:
        """Plan, and leave in the ledger why that failed if it does: who waits for it looks there, not into a log."""
        try:
            self._decide(execution, request, planner, cause)
        except StaleWriteError:
            raise
        except Exception as error:
            with suppress(Exception):  # the error itself is what must be told; that it could not be kept is no news
                told, is_passing = error_in_words(error), self._is_passing(error)
                planning_runs.note_failure(
                    self.store, execution, planner, told, at=self.clock.now(), counts=not is_passing
                )
            raise

    def _is_passing(self, error: Exception) -> bool:
        """Whether AWS only has too many requests: no run of the planner's can help that."""
        told = self.read_error(error)
        return isinstance(error, TransientError) or (told is not None and told.is_throttling)

    def _decide(self, execution: Execution, request: DRRequested, planner: int, cause: str) -> None:
        chosen = choose_plan(self.store, request, begun_with=execution.plan_version, requester=execution.requester)
        execution, terms = _following(execution, chosen), self.rules.terms(chosen.named)
        plan = Plan(faults=chosen.faults)
        if not chosen.faults:
            estate = self.survey.take(request, terms.named, session_name=execution.execution_id)
            plan = self._checked(make_plan(request, estate, self.served, terms), execution, request, planner)
        reasons = plan.faults
        if not reasons and not request.dry_run:
            reasons = self._take(execution, planner, plan)
        with executions.one_planner(execution.execution_id):
            if reasons:
                self._reject(execution, planner, reasons, cause)
            elif execution.dry_run:
                self._accept_dry_run(execution, planner, plan, terms, cause)
            else:
                self._accept(execution, planner, plan, terms, cause)

    def _checked(self, plan: Plan, execution: Execution, request: DRRequested, planner: int) -> Plan:
        """The plan with what was checked before the start: what may have killed its planners keeps no failover back."""
        if planner - execution.planners_hindered > LOOKING_PLANNERS:
            return with_preflight(plan, request.operation, [_UNCHECKED])
        return self.preflight.judge(plan, request.operation, session_name=execution.execution_id)

    def _take(self, execution: Execution, planner: int, plan: Plan) -> Sequence[str]:
        """Write and hold the resources; the reason why not, where another execution holds one."""
        lanes = {Lane(execution.execution_id, each.wave, each.technology) for each in plan.resources}
        executions.note_lanes(self.store, execution, planner, lanes)
        try:
            holding.take(self.store, execution, planner, plan.resources, at=self.clock.now())
        except holding.HeldElsewhereError as held:
            return [f"{held}; wait until it ends, see: dr status {held.hold.execution_id}"]
        return ()

    def _reject(self, execution: Execution, planner: int, reasons: Sequence[str], cause: str) -> None:
        told = DRRejected(request_id=execution.request_id, reasons=tuple(reasons))
        executions.reject(self.store, execution, planner, told, cause=cause, at=self.clock.now())
        lanes = reading.execution(self.store, execution.execution_id).planned_lanes
        holding.release(self.store, execution.execution_id, reading.resources(self.store, lanes))

    def _accept_dry_run(self, execution: Execution, planner: int, plan: Plan, terms: Terms, cause: str) -> None:
        """Find and keep every call that it would make, then accept; nothing is held or begun."""
        assert execution.operation  # noqa: S101 - narrows: only valid requests are planned
        sheet = self.dry_run.sheet(
            execution.operation,
            plan.resources,
            session_name=execution.execution_id,
            patience=PATIENCE if planner - execution.planners_hindered <= LOOKING_PLANNERS else timedelta(0),
        )
        planned_calls.keep(self.store, execution, planner, sheet)
        at = self.clock.now()
        told = acceptance(execution, plan, count_planned(plan), terms, at)
        executions.accept_dry_run(self.store, execution, planner, told, cause=cause, at=at)

    def _accept(self, execution: Execution, planner: int, plan: Plan, terms: Terms, cause: str) -> None:
        """Accept what was written: the ledger is what will be worked from, whatever the plan said."""
        at = self.clock.now()
        latest = reading.execution(self.store, execution.execution_id)
        counts = defaultdict[int, Counter[str]](Counter)
        for each in reading.resources(self.store, latest.planned_lanes):
            counts[each.wave][each.technology] += 1
        told = acceptance(execution, plan, counts, terms, at)
        waves = [new_wave(execution, planned, terms, at) for planned in told.waves]
        executions.accept(self.store, execution, planner, waves, told, cause=cause, at=at)


def _following(execution: Execution, chosen: Chosen) -> Execution:
    """The execution with what it keeps of its named plan."""
    if chosen.named is None:
        return execution
    named = chosen.named
    kept = {"plan": named.plan, "plan_version": chosen.version, "four_eyes": named.four_eyes, "tell": named.tell}
    return execution.model_copy(update=kept)


def plan_again(execution: Execution) -> BusEntry:
    """The request that makes the planner take up an execution whose planner died."""
    body = {**execution.request, "request_id": execution.request_id}
    return BusEntry(source=HUB_SOURCE, detail_type=DRRequested.detail_type, detail=json.dumps(body))
