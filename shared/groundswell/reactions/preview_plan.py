"""What a request would come to, and who holds what it wants; read only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, JsonValue

from groundswell.domain.acceptance import Rules, reasons_here
from groundswell.domain.events.facts import Remark
from groundswell.domain.ids import ResourceId
from groundswell.domain.operations import Operation
from groundswell.domain.plan import Plan, Served, make_plan
from groundswell.domain.policy import default_policy
from groundswell.domain.protection import Fitness, Impact
from groundswell.domain.records import Hold
from groundswell.domain.request import InvalidRequest, read_request
from groundswell.domain.states import OPEN_EXECUTION
from groundswell.ledger import keys, reading
from groundswell.ports.store import Store
from groundswell.reactions.survey import Survey

_SESSION = "groundswell-preview"


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


class Preview(BaseModel):
    """The answer to a request that is only asked about."""

    accepted: bool
    operation: Operation | None
    target_region: str
    deadlines: dict[int, int]
    """Seconds from acceptance by wave."""
    resources: tuple[PreviewedResource, ...]
    left_out: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    reasons: tuple[str, ...]
    """Why it would be rejected."""


@dataclass(frozen=True)
class Previewer:
    """Answers what a request would come to."""

    store: Store
    survey: Survey
    served: Served
    rules: Rules

    def plan(self, detail: Mapping[str, JsonValue]) -> Preview:
        """The plan of a request; nothing is written or held."""
        request = read_request(detail)
        if isinstance(request, InvalidRequest):
            return self._preview(None, Plan(), request.faults)
        plan = make_plan(request, self.survey.take(request.operation, _SESSION), self.served)
        held = () if request.dry_run else self._held(plan)
        return self._preview(request.operation, plan, (*reasons_here(request, self.rules), *plan.faults, *held))

    def _preview(self, operation: Operation | None, plan: Plan, reasons: tuple[str, ...]) -> Preview:
        return Preview(
            accepted=not reasons,
            operation=operation,
            target_region=self.survey.region,
            deadlines={wave: default_policy(wave, self.rules.deadlines).deadline_seconds for wave in plan.waves},
            resources=tuple(
                PreviewedResource.model_validate(resource, from_attributes=True)
                for found in plan.waves.values()
                for resource in found
            ),
            left_out=tuple(plan.left_out),
            warnings=tuple(plan.warnings),
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
