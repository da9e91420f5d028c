"""What a request comes to: which resources recover in which wave, what is left out and why, what speaks against it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from groundswell.domain.customers import Speakers
from groundswell.domain.estimate import Times, WaveEstimate, estimate_waves, nobody_knows
from groundswell.domain.events.facts import Remark
from groundswell.domain.live_copies import judge_copies
from groundswell.domain.near_misses import not_enabled, perhaps_misspelt, spelt_otherwise, unread_tags
from groundswell.domain.nothing_found import nothing_found
from groundswell.domain.operations import Operation
from groundswell.domain.plan_terms import Terms, chosen_checks
from groundswell.domain.plan_times import time_warnings
from groundswell.domain.preflight import PreflightCheck
from groundswell.domain.protection import Broken, Finding, Protected, judge
from groundswell.domain.references import dependency_warnings, find_named
from groundswell.domain.request import DRRequested
from groundswell.domain.twins import settle_twins

_MAX_NAMED = 10


@dataclass(frozen=True)
class Estate:
    """What was found, and what could not be looked at."""

    findings: Sequence[Finding]
    at: datetime
    """When it was looked at."""
    unread: Sequence[Remark] = ()
    """Accounts that could not be reached, and inventory entries that could not be understood."""
    checks: Sequence[Finding] = ()
    """What a named plan checks before and after its waves."""
    speakers: Speakers = field(default_factory=Speakers)
    """Which accounts may speak for which customers."""
    passed_over: Sequence[Remark] = ()
    """What was not looked into, and need not be."""


@dataclass(frozen=True)
class Served:
    """Who can do what: asked of the technologies and of the bus."""

    supports: Callable[[str, Operation], bool]
    """Whether a technology declares the operation; a foreign one is taken at its word."""
    answers: Callable[[str], bool]
    """Whether anyone takes up the technology's work orders."""
    times: Times = nobody_knows
    """How long a technology's phases usually take; a foreign one's are not known."""


@dataclass(frozen=True)
class Plan:
    """The answer to a request, before anything is written."""

    resources: Sequence[Protected] = ()
    left_out: Sequence[Remark] = ()
    warnings: Sequence[Remark] = ()
    faults: Sequence[str] = ()
    """Why the request is to be rejected; empty if it is good."""
    preflight: Sequence[PreflightCheck] = ()
    """What was checked before the start, the worst first; see fail_closed.py."""
    estimates: Sequence[WaveEstimate] = ()
    """When each wave usually is over, in their order."""

    @property
    def waves(self) -> dict[int, list[Protected]]:
        """The resources by wave, ascending."""
        waves = defaultdict[int, list[Protected]](list)
        for resource in self.resources:
            waves[resource.wave].append(resource)
        return dict(sorted(waves.items()))


@dataclass
class _Sorted:
    """Findings as they are judged."""

    protected: list[Protected] = field(default_factory=list)
    left_out: list[Remark] = field(default_factory=list)


def make_plan(request: DRRequested, estate: Estate, served: Served, terms: Terms) -> Plan:
    """The plan of a request, with every fault of it at once."""
    everything = _judged(request, estate, terms)
    settled = settle_twins([resource for resource in everything.protected if _is_asked_for(request, resource)])
    recovered, unserved = _split_unserved(settled.kept, served)
    left_out = [*estate.unread, *everything.left_out, *settled.left_out, *unserved]
    left_out += spelt_otherwise(request, everything.protected)
    faults = [*_closed(request, estate.speakers), *settled.faults, *_unsupported(request.operation, recovered, served)]
    if not recovered:
        faults.append(nothing_found(request, everything.protected, left_out, unread=estate.unread))
    if request.operation is Operation.SWITCHOVER:
        faults += _unfit(recovered)
    recovered, unknown = _with_relaunches(request, recovered)
    copies = judge_copies(request, recovered, estate.at)
    recovered = copies.resources
    faults += [*unknown, *copies.faults, *terms.too_many(request, len(recovered))]
    if terms.named:
        checks, wrong = chosen_checks(terms.named, request, estate.checks, {each.wave for each in recovered})
        recovered = [*recovered, *checks]
        faults += [*wrong, *_uncheckable(checks, request.operation, served)]
    warnings = [*estate.passed_over, *_unguarded(request, estate.speakers), *_unmatched(request, recovered)]
    warnings += [*copies.warnings, *_warnings(request, recovered), *dependency_warnings(recovered)]
    warnings += [*perhaps_misspelt(request, everything.protected), *unread_tags(request, estate.findings)]
    warnings += not_enabled(request, estate.findings)
    return _timed(Plan(recovered, left_out, warnings, faults), request.operation, served, terms)


def _timed(plan: Plan, operation: Operation, served: Served, terms: Terms) -> Plan:
    """The plan with its usual times, and first of all warnings those of what is late beforehand."""
    waves = plan.waves
    estimates = tuple(estimate_waves(waves, operation, served.times))
    late = (
        warning
        for each in estimates
        for warning in time_warnings(each, waves[each.wave], terms.policy(each.wave).deadline_seconds)
    )
    return replace(plan, estimates=estimates, warnings=[*late, *plan.warnings])


def _uncheckable(checks: Sequence[Protected], operation: Operation, served: Served) -> Iterable[str]:
    """A check that nobody makes is a fault: left out, its wave would seem to have passed it."""
    _, unserved = _split_unserved(checks, served)
    yield from (f"{remark.subject}: {remark.reason}" for remark in unserved)
    yield from _unsupported(operation, checks, served)


def _judged(request: DRRequested, estate: Estate, terms: Terms) -> _Sorted:
    result = _Sorted()
    for finding in sorted(estate.findings, key=_order):
        judged = _judge(finding, estate.speakers, terms)
        if isinstance(judged, Protected) and not judged.wave:
            if _is_asked_for(request, judged):
                result.left_out.append(_unplanned_remark(judged, terms))
        elif isinstance(judged, Broken) and _may_belong(request, judged):
            result.left_out.append(judged.remark)
        elif isinstance(judged, Protected):
            result.protected.append(judged)
    return result


def _order(finding: Finding) -> tuple[str, str, str, str, str]:
    """In one order, whatever order AWS answers in."""
    return finding.technology, finding.account, finding.region, finding.name, finding.service_id or ""


def _judge(finding: Finding, speakers: Speakers, terms: Terms) -> Protected | Broken | None:
    """What a finding is; one whose account is not heard about its customer is judged no further."""
    tags = finding.plain_tags
    customer = tags.get("Customer", "")
    if speakers.may_speak(finding.account, customer):
        return judge(finding, terms.number_of(finding))
    if tags.get("dr:enabled", "false").lower() == "false":
        return None
    subject = f"{finding.technology} {finding.name} in {finding.account}/{finding.region}"
    remark = Remark(subject=subject, reason=speakers.why_not(finding.account, customer))
    return Broken(remark=remark, customer=customer, environment=tags.get("Environment") or None)


def _closed(request: DRRequested, speakers: Speakers) -> list[str]:
    """The faults of a map of customers that is there and not understood."""
    return [] if speakers.lets_pass(request) else list(speakers.doubts(request))


def _unguarded(request: DRRequested, speakers: Speakers) -> Iterable[Remark]:
    """What is to be known of a plan that was compared with no map although there may be one."""
    if speakers.lets_pass(request):
        for doubt in speakers.doubts(request):
            yield Remark(subject="inventory", reason=f"{doubt}; what accounts say of customers was taken unchecked")


def _unplanned_remark(judged: Protected, terms: Terms) -> Remark:
    name = terms.named.plan if terms.named else "tags"
    return Remark(subject=judged.resource_id, reason=f"no wave of plan {name} takes it: see dr plans get {name}")


def _may_belong(request: DRRequested, broken: Broken) -> bool:
    """Whether a resource with broken tags may be in the scope: what does not say whose it is may be anybody's."""
    if request.all:
        return True
    return broken.customer in (None, request.customer) and broken.environment in (None, request.environment)


def _is_asked_for(request: DRRequested, resource: Protected) -> bool:
    in_scope = request.all or (resource.customer, resource.environment) == (request.customer, request.environment)
    in_waves = request.waves is None or resource.wave in request.waves
    return in_scope and in_waves and (request.technologies is None or resource.technology in request.technologies)


def _split_unserved(chosen: Sequence[Protected], served: Served) -> tuple[list[Protected], list[Remark]]:
    answered = {name: served.answers(name) for name in sorted({resource.technology for resource in chosen})}
    remarks = [
        Remark(
            subject=resource.resource_id,
            reason=f"nobody answers for technology {resource.technology}: no enabled rule on the bus routes its "
            "work orders to a target",
        )
        for resource in chosen
        if not answered[resource.technology]
    ]
    return [resource for resource in chosen if answered[resource.technology]], remarks


def _unsupported(operation: Operation, chosen: Iterable[Protected], served: Served) -> Iterable[str]:
    counts = Counter(resource.technology for resource in chosen)
    for technology, count in sorted(counts.items()):
        if not served.supports(technology, operation):
            yield (
                f"{operation} is not supported by {technology} ({count} resources); "
                'leave it out with "technologies", or ask for another operation'
            )


def _unfit(chosen: Iterable[Protected]) -> list[str]:
    """A switchover loses nothing: it is refused while a replica lags, or cannot be read."""
    unfit = [resource for resource in chosen if resource.fitness and resource.fitness.fit is not True]
    faults = [f"not fit for a switchover: {_fitness_in_words(resource)}" for resource in unfit[:_MAX_NAMED]]
    if len(unfit) > _MAX_NAMED:
        faults.append(f"and {len(unfit) - _MAX_NAMED} more resources are not fit for a switchover; see dr plan")
    return faults


def _fitness_in_words(resource: Protected) -> str:
    if not resource.fitness:
        return resource.resource_id
    lag = resource.fitness.lag_seconds
    behind = "" if lag is None else f", {lag:.0f} s behind"
    return f"{resource.resource_id} ({resource.name}) is {resource.fitness.state}{behind}"


def _with_relaunches(request: DRRequested, chosen: Sequence[Protected]) -> tuple[list[Protected], list[str]]:
    """The resources, marked where their live copy may be replaced, and the faults of what the request names."""
    meant, faults = find_named("relaunch", request.relaunch, chosen)
    marked = [each.model_copy(update={"relaunch": True}) if each.resource_id in meant else each for each in chosen]
    return marked, faults


def _unmatched(request: DRRequested, chosen: Sequence[Protected]) -> Iterable[Remark]:
    """What the request narrows itself to and no resource of the plan has: misspelt, perhaps."""
    technologies = {resource.technology for resource in chosen}
    for name in sorted(set(request.technologies or ()) - technologies):
        yield Remark(subject="request", reason=f"technologies names {name}, of which nothing is in the plan")
    for wave in sorted(set(request.waves or ()) - {resource.wave for resource in chosen}):
        yield Remark(subject="request", reason=f"waves names {wave}, in which nothing is in the plan")


def _warnings(request: DRRequested, chosen: Sequence[Protected]) -> Iterable[Remark]:
    for resource in chosen:
        for text in resource.warnings:
            yield Remark(subject=resource.resource_id, reason=text)
        if request.operation is Operation.FAILOVER and resource.fitness and resource.fitness.fit is not True:
            yield Remark(subject=resource.resource_id, reason=f"replica not fit: {_fitness_in_words(resource)}")
