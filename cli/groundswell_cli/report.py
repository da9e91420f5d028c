"""The report of an execution: a pure calculation from what the ledger recorded."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from groundswell.domain.decisions import sum_counts
from groundswell.domain.ids import ResourceId
from groundswell.domain.records import Execution, Resource, StoredEvent, Wave, WorkOrder
from groundswell.domain.states import ResourceState
from groundswell_cli.record import Disbelieved
from groundswell_cli.report_model import (
    CallFigures,
    EventFigures,
    FailedResource,
    FarClock,
    LateFinding,
    Report,
    WaveFigures,
)
from groundswell_cli.report_resources import ResourceFigures, resource_figures
from groundswell_cli.report_standstill import Standstill
from groundswell_cli.report_targets import (
    Objective,
    recovery_point_targets,
    recovery_time_targets,
    wave_objective,
    whole_objective,
)
from groundswell_cli.report_times import Spread, between, hand_overs, is_far, slowest_of


def make_report(
    execution: Execution,
    waves: Sequence[Wave],
    resources: Sequence[Resource],
    orders: Sequence[WorkOrder],
    facts: Sequence[StoredEvent],
    disbelieved: Sequence[Disbelieved] = (),
) -> Report:
    """The report of an execution; of one that is not over, what is known so far."""
    standstill = Standstill.of(facts)
    each_resource = tuple(resource_figures(execution, resources, standstill))
    inside = {wave.wave: [each for each in resources if each.wave == wave.wave] for wave in waves}
    objectives = [(wave, wave_objective(execution, wave, inside[wave.wave], standstill)) for wave in waves]
    figures = tuple(
        _wave(wave, objective, inside[wave.wave], figures=each_resource, orders=orders, standstill=standstill)
        for wave, objective in objectives
    )
    handed = tuple(hand_overs(waves, resources, orders, standstill))
    whole, path = between(execution.accepted_at, execution.ended_at), _critical_path(figures)
    waited = standstill.seconds_between(execution.accepted_at, execution.ended_at)
    asked = {name: execution.request.get(name) for name in ("requested_by", "reason")}
    return Report(
        **execution.model_dump(include=set(Report.model_fields) & set(Execution.model_fields)),
        **{name: value if isinstance(value, str) else None for name, value in asked.items()},
        planning_seconds=between(execution.created_at, execution.accepted_at),
        seconds=whole,
        waited_seconds=None if whole is None else waited,
        critical_path_seconds=path,
        times_critical_path=round((whole - _idle(waited, figures)) / path, 3) if whole and path else None,
        counts=sum_counts(waves),
        waves=figures,
        hand_overs=handed,
        hand_over=Spread.of(each.seconds for each in handed if not each.waited_for_person),
        recovery_time=whole_objective(objectives),
        recovery_time_targets=recovery_time_targets(each_resource),
        recovery_point_targets=recovery_point_targets(each_resource),
        resources=each_resource,
        calls=tuple(_calls(orders)),
        events=_events(waves, orders, facts, disbelieved),
        failed=tuple(_failed(each) for each in resources if each.state is ResourceState.FAILED),
        skipped=tuple(each.resource_id for each in resources if each.state is ResourceState.SKIPPED),
        late=tuple(finding for each in resources for finding in _late(each)),
        far_clocks=tuple(_far_clocks(resources)),
        not_believed=tuple(disbelieved),
    )


def _wave(
    wave: Wave,
    objective: Objective,
    resources: Sequence[Resource],
    *,
    figures: Iterable[ResourceFigures],
    orders: Sequence[WorkOrder],
    standstill: Standstill,
) -> WaveFigures:
    inside = [each for each in figures if each.wave == wave.wave]
    ordered = {each.order_id: each for each in orders if each.wave == wave.wave}
    seconds, slowest = between(wave.started_at, wave.ended_at), slowest_of(resources, ordered, standstill)
    waited = standstill.seconds_between(wave.started_at, wave.ended_at)
    idle = waited - slowest.waited_seconds if slowest else 0.0
    overhead = round(seconds - idle - slowest.seconds, 3) if slowest and seconds is not None else None
    return WaveFigures(
        **wave.model_dump(include=set(WaveFigures.model_fields) & set(Wave.model_fields)),
        counts=wave.counts,
        work_orders=len(ordered),
        seconds=seconds,
        waited_seconds=None if seconds is None else waited,
        slowest=slowest,
        overhead_seconds=overhead,
        deadline=objective,
        recovery_time=recovery_time_targets(inside),
        recovery_point=recovery_point_targets(inside),
    )


def _critical_path(waves: Iterable[WaveFigures]) -> float | None:
    """Unknown as long as a wave works, and where one has no resource whose time is known."""
    worked = [wave for wave in waves if wave.started_at and wave.counts.total]
    known = [wave.slowest.seconds for wave in worked if wave.slowest and wave.ended_at]
    return round(sum(known), 3) if worked and len(known) == len(worked) else None


def _idle(waited: float, waves: Iterable[WaveFigures]) -> float:
    """Of the waiting for people, that in which no slowest resource was at work: nothing but waiting."""
    return waited - sum(wave.slowest.waited_seconds for wave in waves if wave.slowest)


def _calls(orders: Sequence[WorkOrder]) -> Iterable[CallFigures]:
    calls, resources = Counter[tuple[str, str]](), defaultdict[str, set[ResourceId]](set)
    for order in orders:
        resources[order.technology].update(order.resource_ids)
        for name, count in order.calls.items():
            calls[order.technology, name.partition(":")[0]] += count
    for (technology, service), count in sorted(calls.items()):
        number = len(resources[technology])
        yield CallFigures(
            technology=technology,
            service=service,
            calls=count,
            resources=number,
            calls_per_resource=round(count / number, 2),
        )


def _events(
    waves: Sequence[Wave],
    orders: Sequence[WorkOrder],
    facts: Sequence[StoredEvent],
    disbelieved: Sequence[Disbelieved],
) -> EventFigures:
    counts = sum_counts(waves)
    return EventFigures(
        facts=len(facts),
        facts_refused=sum(fact.refused is not None for fact in facts),
        work_orders=len(orders),
        outcomes=counts.recovered + counts.failed + counts.failed_optional,
        duplicates=sum(wave.duplicates for wave in waves),
        not_believed=len(disbelieved),
    )


def _failed(resource: Resource) -> FailedResource:
    return FailedResource(
        **resource.model_dump(include=set(FailedResource.model_fields) & set(Resource.model_fields)),
        cause=resource.failure.cause if resource.failure else None,
        advice=resource.failure.advice if resource.failure else None,
    )


def _far_clocks(resources: Iterable[Resource]) -> Iterable[FarClock]:
    for each in resources:
        if each.ended_at and is_far(each.ended_at, each.claimed_at):
            yield FarClock(**each.model_dump(include=set(FarClock.model_fields)))


def _late(resource: Resource) -> Iterable[LateFinding]:
    for event_id, finding in resource.late.items():
        yield LateFinding(resource_id=resource.resource_id, wave=resource.wave, event_id=event_id, finding=finding)
