"""Under which terms a plan is made, besides what the request says: a named plan's, and how much may be touched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from groundswell.domain.named_plan import Check, NamedPlan, Stage
from groundswell.domain.policy import DEFAULT_DEADLINES, WavePolicy, default_policy
from groundswell.domain.protection import Broken, Finding, Protected, judge
from groundswell.domain.request import DRRequested


@dataclass(frozen=True)
class Terms:
    """What holds beside the request."""

    named: NamedPlan | None = None
    """The plan that the request names."""
    max_resources: int | None = None
    """More than these are not touched unasked: the hub's own limit."""
    deadlines: tuple[int, ...] = DEFAULT_DEADLINES
    """The hub's own for wave 1, 2 …, in seconds from acceptance; the last counts for all that follow."""

    def policy(self, wave: int) -> WavePolicy:
        """The rules of a wave: those of the named plan, or the hub's own."""
        stage = self._stage(wave)
        return stage.policy(self.deadlines) if stage else default_policy(wave, self.deadlines)

    def name_of(self, wave: int) -> str:
        """What the named plan calls the wave; empty where tags made it."""
        stage = self._stage(wave)
        return stage.name if stage else ""

    def _stage(self, wave: int) -> Stage | None:
        stages = self.named.stages if self.named else ()
        return next((stage for stage in stages if stage.number == wave), None)

    def number_of(self, finding: Finding) -> int | None:
        """The wave that the named plan has for what was found, 0 if it has none; None where tags decide."""
        return (self.named.number_of(finding) or 0) if self.named else None

    def too_many(self, request: DRRequested, count: int) -> Iterator[str]:
        """The fault of a plan that touches more than its request, or whoever asked for less, expects."""
        limits = self._limits() if request.max_resources is None else {"the request": request.max_resources}
        whose = next((whose for whose, limit in limits.items() if count > limit), None)
        if whose:
            yield (
                f"it would touch {count:,} resources, and {whose} allows {limits[whose]:,}: narrow the request, or, if "
                f'so many are meant, say so with "max_resources": {count} (dr request … --max-resources {count})'
            )

    def _limits(self) -> dict[str, int]:
        of_plan = {f"plan {self.named.plan}": self.named.max_resources} if self.named else {}
        limits = {**of_plan, "this hub": self.max_resources}
        return {whose: limit for whose, limit in limits.items() if limit is not None}


def check_findings(named: NamedPlan, request: DRRequested, account: str, region: str) -> list[Finding]:
    """The checks of a plan as resources of the request's scope; `account` and `region` are the hub's."""
    return [
        _finding(named, request, stage, check, account=check.account or account, region=region)
        for stage in named.stages
        for check in stage.checks
    ]


def _finding(
    named: NamedPlan, request: DRRequested, stage: Stage, check: Check, *, account: str, region: str
) -> Finding:
    return Finding(
        technology=check.technology,
        account=account,
        region=region,
        name=check.name,
        own_name=f"check/{request.scope}/{named.plan}/{stage.name}/{check.name}",
        tags={
            "dr:enabled": "true",
            "dr:wave": str(stage.number),
            "Customer": request.customer or "all",
            "Environment": request.environment or "all",
        },
        parameters={**check.parameters},
    )


def chosen_checks(
    named: NamedPlan, request: DRRequested, checks: Iterable[Finding], waves: Collection[int]
) -> tuple[list[Protected], list[str]]:
    """The checks of waves that have something to do, and the faults of those that cannot be made.

    Args:
        named: the plan that they are of.
        request: only checks of the waves that it names, if it names any.
        checks: all of the plan's, examined by their technologies.
        waves: the numbers of the waves that have resources.
    """
    wanted = _wanted(named, request, waves)
    judged = [judge(check) for check in checks]
    faults = [
        f"check {each.remark.subject}: {each.remark.reason}; correct plan {named.plan}"
        for each in judged
        if isinstance(each, Broken)
    ]
    return [each for each in judged if isinstance(each, Protected) and each.wave in wanted], faults


def _wanted(named: NamedPlan, request: DRRequested, waves: Collection[int]) -> set[int]:
    """The numbers of the waves of checks that belong to a wave with resources, or to one that only checks."""
    busy = {stage.place for stage in named.stages if stage.number in waves or not stage.of.resources}
    return {
        stage.number
        for stage in named.stages
        if stage.checks and stage.place in busy and (request.waves is None or stage.number in request.waves)
    }
