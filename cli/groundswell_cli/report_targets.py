"""Targets and what was reached: of waves by their deadlines, of resources by their own tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from groundswell.domain.ids import ResourceId
from groundswell.domain.records import Execution, Resource, Wave
from groundswell.domain.states import WaveStatus
from groundswell_cli.report_resources import ResourceFigures
from groundswell_cli.report_standstill import Standstill
from groundswell_cli.report_times import Figures, between


class Furthest(Figures):
    """The resource that is furthest beyond its target, or nearest to it."""

    resource_id: ResourceId
    seconds: float
    target_seconds: int


class Targets(Figures):
    """How many of the resources that have a target of their own reached it."""

    with_target: int
    met: int
    missed: int
    unknown: int
    strictest_seconds: int | None
    furthest: Furthest | None


class Objective(Figures):
    """A target in seconds from acceptance, and what was reached."""

    target_seconds: int
    reached_seconds: float | None
    """Without the waiting for people. None: it was not reached, or not yet."""
    waited_seconds: float | None
    """For people, up to that."""
    elapsed_seconds: float | None
    """By the clock, waiting included."""
    met: bool | None
    """None: it is still open."""
    last: ResourceId | None
    """The resource that ended last; None until the wave is over."""


def recovery_time_targets(resources: Iterable[ResourceFigures]) -> Targets:
    """`dr:rto-target` of each resource against the time from acceptance to its recovery."""
    return _targets(
        (each.resource_id, each.recovery_seconds, each.recovery_target_seconds, each.recovery_met) for each in resources
    )


def recovery_point_targets(resources: Iterable[ResourceFigures]) -> Targets:
    """`dr:rpo-target` of each resource against how much of its source's writing it lacks."""
    return _targets(
        (each.resource_id, each.recovery_point_seconds, each.recovery_point_target_seconds, each.recovery_point_met)
        for each in resources
    )


def wave_objective(
    execution: Execution, wave: Wave, resources: Iterable[Resource], standstill: Standstill
) -> Objective:
    """The wave's deadline against its end; `resources` are those of the wave."""
    ended_at = wave.ended_at if wave.status is WaveStatus.COMPLETED else None
    elapsed, waited = between(execution.accepted_at, ended_at), standstill.seconds_until(ended_at) if ended_at else None
    ended = [each for each in resources if each.ended_at and wave.ended_at]
    last = max(ended, key=lambda each: each.ended_at or "", default=None)
    return Objective(
        target_seconds=wave.policy.deadline_seconds,
        reached_seconds=None if elapsed is None else round(elapsed - (waited or 0), 3),
        waited_seconds=waited,
        elapsed_seconds=elapsed,
        met=_is_met(wave),
        last=last.resource_id if last else None,
    )


def whole_objective(waves: Sequence[tuple[Wave, Objective]]) -> Objective | None:
    """The latest deadline of all waves against the end of the last; None where there is no wave.

    A wave that was late has missed its own deadline; the whole has missed its only if it came too late itself, or not
    to its end.
    """
    if not waves:
        return None
    objectives = [objective for wave, objective in waves if wave.status is not WaveStatus.SKIPPED]
    verdicts = {each.met for each in objectives}
    target = max(objective.target_seconds for _, objective in waves)
    met = False if False in verdicts else None if None in verdicts else True
    is_complete = all(each.reached_seconds is not None for each in objectives)
    latest = max(objectives, key=lambda each: each.elapsed_seconds or 0, default=None) if is_complete else None
    if latest is None:
        return Objective(
            target_seconds=target, reached_seconds=None, waited_seconds=None, elapsed_seconds=None, met=met, last=None
        )
    in_time = (latest.reached_seconds or 0) <= target
    return latest.model_copy(update={"target_seconds": target, "met": in_time})


def _is_met(wave: Wave) -> bool | None:
    """As the ledger judged it: a wave that ends keeps its deadline with all waiting excluded."""
    if wave.deadline_missed_at:
        return False
    if wave.ended_at is None or wave.status not in (WaveStatus.COMPLETED, WaveStatus.FAILED, WaveStatus.CANCELLED):
        return None
    return wave.status is WaveStatus.COMPLETED and wave.ended_at <= wave.deadline_at


def _targets(measured: Iterable[tuple[ResourceId, float | None, int | None, bool | None]]) -> Targets:
    everything = [(name, seconds, target, met) for name, seconds, target, met in measured if target is not None]
    verdicts = [met for *_, met in everything]
    known = [
        Furthest(resource_id=name, seconds=seconds, target_seconds=target)
        for name, seconds, target, _ in everything
        if seconds is not None
    ]
    return Targets(
        with_target=len(everything),
        met=verdicts.count(True),
        missed=verdicts.count(False),
        unknown=verdicts.count(None),
        strictest_seconds=min((target for _, _, target, _ in everything), default=None),
        furthest=max(known, key=lambda each: each.seconds - each.target_seconds, default=None),
    )
