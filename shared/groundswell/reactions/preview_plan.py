"""What a request would come to, and who holds what it wants; read only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, JsonValue

from groundswell.domain.acceptance import Rules, reasons_here
from groundswell.domain.dry_run import CallSheet
from groundswell.domain.events.facts import Remark
from groundswell.domain.ids import ResourceId
from groundswell.domain.operations import Operation
from groundswell.domain.plan import Plan, Served, make_plan
from groundswell.domain.plan_terms import Terms
from groundswell.domain.preflight import PreflightCheck
from groundswell.domain.protection import Fitness, Impact
from groundswell.domain.records import Hold
from groundswell.domain.request import DRRequested, InvalidRequest, read_request
from groundswell.domain.states import OPEN_EXECUTION
from groundswell.ledger import keys, reading
from groundswell.ports.store import Store
from groundswell.reactions.chosen_plan import choose_plan
from groundswell.reactions.dry_run.calls import DryRun
from groundswell.reactions.preflight import Preflight
from groundswell.reactions.survey import Survey

WITH_CALLS = "with_calls"
"""What asks for the calls too, beside the fields of the request."""
ANSWER_BYTES = 5_000_000
"""Bytes of an answer that can be relied on: a function answers with 6 MB at most (Lambda quotas)."""
_SESSION = "dr-preview"
_SOMEBODY = "whoever previews"
"""Who will ask is not known yet; that a plan asks for two people is found out when it is asked."""


class PreviewedResource(BaseModel):
    """A resource as it would be recovered."""

    resource_id: ResourceId
    name: str
    wave: int
    technology: str
    account: str
    region: str
    customer: str
    environment: str
    impact: Impact
    fitness: Fitness | None


class WaveForecast(BaseModel):
    """When a wave usually is over; waiting for people excluded."""

    wave: int
    seconds: int
    """What it usually takes, without its technologies whose times nobody declares."""
    ends_seconds: int
    """From acceptance to its end, the waves before it included."""
    unknown: tuple[str, ...]
    """Its technologies whose times nobody declares."""
    without: tuple[str, ...]
    """Those, and the same of the waves before it: its end is later by what they take."""


class Preview(BaseModel):
    """The answer to a request that is only asked about."""

    accepted: bool
    operation: Operation | None
    target_region: str
    deadlines: dict[int, int]
    """Seconds from acceptance by wave."""
    estimates: tuple[WaveForecast, ...] = ()
    """How long each wave usually takes, in their order."""
    names: dict[int, str] = {}
    """What a named plan calls its waves."""
    resources: tuple[PreviewedResource, ...]
    left_out: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    preflight: tuple[PreflightCheck, ...] = ()
    """Every check before the start, the worst first."""
    reasons: tuple[str, ...]
    """Why it would be rejected."""
    calls: CallSheet | None = None
    """The calls that it would make; None where nobody asked for them."""

    def with_calls(self, sheet: CallSheet) -> Preview:
        """The answer with as many of the calls as it can carry."""
        used = len(json.dumps(self.model_dump(mode="json")))
        return self.model_copy(update={"calls": sheet.within(max(0, ANSWER_BYTES - used))})


@dataclass(frozen=True)
class Previewer:
    """Answers what a request would come to."""

    store: Store
    survey: Survey
    served: Served
    rules: Rules
    dry_run: DryRun
    preflight: Preflight

    def plan(self, detail: Mapping[str, JsonValue]) -> Preview:
        """The plan of a request; nothing is written or held.

        Args:
            detail: the request as an event would have it, and `with_calls: true` where its calls are wanted too.
        """
        request = read_request({name: value for name, value in detail.items() if name != WITH_CALLS})
        if isinstance(request, InvalidRequest):
            return self._preview(None, Plan(), request.faults, self.rules.terms(None))
        chosen = choose_plan(self.store, request, begun_with=None, requester=_SOMEBODY)
        terms = self.rules.terms(chosen.named)
        if chosen.faults:
            return self._preview(request.operation, Plan(), chosen.faults, terms)
        estate = self.survey.take(request, terms.named, session_name=_SESSION)
        plan = make_plan(request, estate, self.served, terms)
        plan = self.preflight.judge(plan, request.operation, session_name=_SESSION)
        held = () if request.dry_run else self._held(plan)
        reasons = (*reasons_here(request, self.rules), *plan.faults, *held)
        preview = self._preview(request.operation, plan, reasons, terms)
        is_wanted = detail.get(WITH_CALLS) is True and not plan.faults
        return preview.with_calls(self._calls(request, plan)) if is_wanted else preview

    def _calls(self, request: DRRequested, plan: Plan) -> CallSheet:
        return self.dry_run.sheet(request.operation, plan.resources, session_name=_SESSION)

    def _preview(self, operation: Operation | None, plan: Plan, reasons: tuple[str, ...], terms: Terms) -> Preview:
        return Preview(
            accepted=not reasons,
            operation=operation,
            target_region=self.survey.region,
            deadlines={wave: terms.policy(wave).deadline_seconds for wave in plan.waves},
            estimates=tuple(WaveForecast.model_validate(each, from_attributes=True) for each in plan.estimates),
            names={wave: terms.name_of(wave) for wave in plan.waves if terms.name_of(wave)},
            resources=tuple(
                PreviewedResource.model_validate(resource, from_attributes=True)
                for found in plan.waves.values()
                for resource in found
            ),
            left_out=tuple(plan.left_out),
            warnings=tuple(plan.warnings),
            preflight=tuple(plan.preflight),
            reasons=reasons,
        )

    def _held(self, plan: Plan) -> list[str]:
        """The open executions that hold what the plan wants, each with its first resource."""
        items = self.store.get_many([keys.hold_key(resource.resource_id) for resource in plan.resources])
        first = {hold.execution_id: hold for hold in reversed([Hold.of(item) for item in items])}
        found = ((reading.find_execution(self.store, execution_id), hold) for execution_id, hold in first.items())
        return [
            f"{hold.resource_id} is held by execution {hold.execution_id}; see: dr status {hold.execution_id}"
            for holder, hold in found
            if holder and holder.status in OPEN_EXECUTION
        ]
