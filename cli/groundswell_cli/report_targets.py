"""Targets and what was reached: recovery time by wave and by tag, recovery point by the replicas' lag at planning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from groundswell.domain.ids import ResourceId
from groundswell.domain.records import Execution, Resource, Wave
from groundswell.domain.states import ResourceState, WaveStatus
from groundswell_cli.report_times import Figures, between

_MINUTE = 60


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
    """None: it was not reached, or not yet."""
    met: bool | None
    """None: it is still open."""


@dataclass(frozen=True)
class _Measured:
    resource: Resource
    target_seconds: int
    seconds: float | None
    is_lost: bool = False
    """It will not come any more: given up or skipped."""

    @property
    def met(self) -> bool | None:
        if self.is_lost:
            return False
        return None if self.seconds is None else self.seconds <= self.target_seconds


def recovery_time_targets(execution: Execution, resources: Iterable[Resource]) -> Targets:
    """`dr:rto-target` of each resource against the time from acceptance to its recovery."""
    return _targets(
        _Measured(
            resource=each,
            target_seconds=each.rto_minutes * _MINUTE,
            seconds=between(execution.accepted_at, each.ended_at) if _is_recovered(each) else None,
            is_lost=each.state in (ResourceState.FAILED, ResourceState.SKIPPED),
        )
        for each in resources
        if each.rto_minutes is not None
    )


def recovery_point_targets(resources: Iterable[Resource]) -> Targets:
    """`dr:rpo-target` of each resource against its replica's lag when it was planned."""
    return _targets(
        _Measured(resource=each, target_seconds=each.rpo_minutes * _MINUTE, seconds=each.lag_seconds)
        for each in resources
        if each.rpo_minutes is not None
    )


def wave_objective(execution: Execution, wave: Wave) -> Objective:
    """The wave's deadline against its end."""
    completed = wave.status is WaveStatus.COMPLETED
    reached = between(execution.accepted_at, wave.ended_at) if completed else None
    return Objective(
        target_seconds=wave.policy.deadline_seconds, reached_seconds=reached, met=_is_met(wave, is_over=_is_over(wave))
    )


def whole_objective(execution: Execution, waves: Iterable[Wave]) -> Objective | None:
    """The latest deadline of all waves against the end of the last; None where there is no wave."""
    last = max(waves, key=lambda wave: wave.deadline_at, default=None)
    if last is None:
        return None
    objectives = [wave_objective(execution, wave) for wave in waves if wave.status is not WaveStatus.SKIPPED]
    reached = [each.reached_seconds for each in objectives if each.reached_seconds is not None]
    is_complete = len(reached) == len(objectives)
    verdicts = {each.met for each in objectives}
    met = False if False in verdicts else None if None in verdicts else True
    target = last.policy.deadline_seconds
    return Objective(
        target_seconds=target, reached_seconds=max(reached, default=None) if is_complete else None, met=met
    )


def _is_met(wave: Wave, *, is_over: bool) -> bool | None:
    if wave.deadline_missed_at:
        return False
    if not is_over or wave.ended_at is None:
        return None
    return wave.status is WaveStatus.COMPLETED and wave.ended_at <= wave.deadline_at


def _is_over(wave: Wave) -> bool:
    return wave.status in (WaveStatus.COMPLETED, WaveStatus.FAILED, WaveStatus.CANCELLED)


def _is_recovered(resource: Resource) -> bool:
    return resource.state is ResourceState.RECOVERED


def _targets(measured: Iterable[_Measured]) -> Targets:
    everything = list(measured)
    verdicts = [each.met for each in everything]
    known = [each for each in everything if each.seconds is not None]
    furthest = max(known, key=lambda each: (each.seconds or 0) - each.target_seconds, default=None)
    return Targets(
        with_target=len(everything),
        met=verdicts.count(True),
        missed=verdicts.count(False),
        unknown=verdicts.count(None),
        strictest_seconds=min((each.target_seconds for each in everything), default=None),
        furthest=_furthest(furthest) if furthest else None,
    )


def _furthest(each: _Measured) -> Furthest:
    return Furthest(
        resource_id=each.resource.resource_id, seconds=each.seconds or 0, target_seconds=each.target_seconds
    )
