"""What each resource reached: when it was recovered, and how much of its source's writing it lacks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from enum import StrEnum

from groundswell.domain.evidence import RECOVERY_POINT
from groundswell.domain.ids import ResourceId
from groundswell.domain.records import Execution, Resource
from groundswell.domain.states import ResourceState
from groundswell_cli.report_standstill import Standstill
from groundswell_cli.report_times import Figures, between

_MINUTE = 60


class PointSource(StrEnum):
    """Where a recovery point comes from."""

    MEASURED = "measured at the failover"
    """By the resource's technology, for the very copy that was recovered."""
    PLANNED = "lag when planned"
    """The replica's lag when the execution was planned: what it was minutes before, at best."""


class ResourceFigures(Figures):
    """One resource against its own targets. Recovery times count from acceptance, waiting for people excluded."""

    resource_id: ResourceId
    wave: int
    technology: str
    state: ResourceState
    recovery_seconds: float | None
    """None: it is not recovered."""
    waited_seconds: float | None
    """For people, from acceptance to its recovery; not in the figure before."""
    recovery_target_seconds: int | None
    recovery_met: bool | None
    recovery_point_seconds: float | None
    recovery_point_from: PointSource | None
    recovery_point_target_seconds: int | None
    recovery_point_met: bool | None


def resource_figures(
    execution: Execution, resources: Iterable[Resource], standstill: Standstill
) -> Iterator[ResourceFigures]:
    """The figures of each resource."""
    return (_figures(execution, each, standstill) for each in resources)


def _figures(execution: Execution, resource: Resource, standstill: Standstill) -> ResourceFigures:
    recovered_at = resource.ended_at if resource.state is ResourceState.RECOVERED else None
    elapsed = between(execution.accepted_at, recovered_at)
    waited = standstill.seconds_until(recovered_at) if recovered_at else None
    seconds = None if elapsed is None else round(elapsed - (waited or 0), 3)
    point, source = _recovery_point(resource)
    time_target, point_target = _in_seconds(resource.rto_minutes), _in_seconds(resource.rpo_minutes)
    is_lost = resource.state in (ResourceState.FAILED, ResourceState.SKIPPED)
    return ResourceFigures(
        **resource.model_dump(include={"resource_id", "wave", "technology", "state"}),
        recovery_seconds=seconds,
        waited_seconds=waited,
        recovery_target_seconds=time_target,
        recovery_met=False if is_lost and time_target is not None else _met(seconds, time_target),
        recovery_point_seconds=point,
        recovery_point_from=source,
        recovery_point_target_seconds=point_target,
        recovery_point_met=_met(point, point_target),
    )


def _in_seconds(minutes: int | None) -> int | None:
    return None if minutes is None else minutes * _MINUTE


def _met(seconds: float | None, target: int | None) -> bool | None:
    return None if seconds is None or target is None else seconds <= target


def _recovery_point(resource: Resource) -> tuple[float | None, PointSource | None]:
    """Measured, or as planned; nothing of what was given up or gone without, which has no recovered copy."""
    measured = _measured(resource.evidence.get(RECOVERY_POINT))
    if resource.state is ResourceState.RECOVERED and measured is not None:
        return measured, PointSource.MEASURED
    is_lost = resource.state in (ResourceState.FAILED, ResourceState.SKIPPED)
    if is_lost or resource.lag_seconds is None or resource.evidence.get("already_there"):
        return None, None
    return resource.lag_seconds, PointSource.PLANNED


def _measured(value: object) -> float | None:
    """Evidence keeps fractions as text, and anyone may have written it."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
