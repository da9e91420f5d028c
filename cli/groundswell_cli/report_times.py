"""How long things took: resources, waves, and the hand-over from one wave to the next. All times in seconds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Self

from pydantic import BaseModel, ConfigDict

from groundswell.domain.ids import OrderId, ResourceId
from groundswell.domain.instants import seconds_between
from groundswell.domain.records import Resource, Wave, WorkOrder
from groundswell_cli.report_standstill import Standstill


class Figures(BaseModel):
    """A part of the report; None: it was not recorded, so it is unknown."""

    model_config = ConfigDict(frozen=True)


class CountedFrom(StrEnum):
    """Where the time of a resource begins."""

    FIRST_CALL = "first call"
    """The first call that was made for it."""
    WORK_ORDER = "work order"
    """The work order that it was in: no call of ours was recorded for it."""


class Slowest(Figures):
    """The resource of a wave that took longest."""

    resource_id: ResourceId
    technology: str
    seconds: float
    waited_seconds: float
    """Of these, for which the execution waited for people; what ran in AWS went on meanwhile."""
    counted_from: CountedFrom


class HandOver(Figures):
    """From the last outcome of a wave to the first work order of the wave that began next."""

    from_wave: int
    to_wave: int
    seconds: float
    waited_for_person: bool
    """A pause, a hold or an approval lay between: the time is a person's, and not in the spread."""


class Spread(Figures):
    """How measured times are spread; percentiles are the nearest measured time at or above."""

    count: int
    p50: float
    p95: float
    longest: float

    @classmethod
    def of(cls, times: Iterable[float]) -> Self | None:
        """The spread; None where nothing was measured."""
        ordered = sorted(times)
        if not ordered:
            return None
        return cls(count=len(ordered), p50=_percentile(ordered, 50), p95=_percentile(ordered, 95), longest=ordered[-1])


def _percentile(ordered: Sequence[float], percent: int) -> float:
    return ordered[max(1, math.ceil(len(ordered) * percent / 100)) - 1]


_FAR_SECONDS = 300
"""Between saying and counting lie seconds; a clock that is further off is not that of this hub."""


def is_far(counted_at: str, claimed_at: str | None) -> bool:
    """Whether a time that somebody claims is far from the one at which it was counted."""
    return claimed_at is not None and abs(seconds_between(claimed_at, counted_at)) > _FAR_SECONDS


def between(start: str | None, end: str | None) -> float | None:
    """Seconds from one recorded instant to another; None where one of them is not recorded."""
    return round(seconds_between(start, end), 3) if start and end else None


def slowest_of(
    resources: Iterable[Resource], orders: Mapping[OrderId, WorkOrder], standstill: Standstill
) -> Slowest | None:
    """The slowest of the ended resources whose time is known."""
    timed = [found for resource in resources if (found := _timed(resource, orders, standstill))]
    return max(timed, key=lambda each: each.seconds, default=None)


def _timed(resource: Resource, orders: Mapping[OrderId, WorkOrder], standstill: Standstill) -> Slowest | None:
    order = orders.get(resource.order_id) if resource.order_id else None
    begun = (CountedFrom.FIRST_CALL, resource.started_at)
    if not resource.started_at and order:
        begun = (CountedFrom.WORK_ORDER, order.created_at)
    seconds = between(begun[1], resource.ended_at)
    if seconds is None:
        return None
    return Slowest(
        resource_id=resource.resource_id,
        technology=resource.technology,
        seconds=seconds,
        waited_seconds=standstill.seconds_between(begun[1], resource.ended_at),
        counted_from=begun[0],
    )


def hand_overs(
    waves: Sequence[Wave], resources: Sequence[Resource], orders: Sequence[WorkOrder], standstill: Standstill
) -> list[HandOver]:
    """One for each two waves of which the first had outcomes and the next had work orders."""
    begun = sorted((wave for wave in waves if wave.started_at and wave.total), key=lambda wave: wave.wave)
    found = (_hand_over((former, latter), resources, orders, standstill) for former, latter in pairwise(begun))
    return [each for each in found if each]


def _hand_over(
    waves: tuple[Wave, Wave], resources: Sequence[Resource], orders: Sequence[WorkOrder], standstill: Standstill
) -> HandOver | None:
    former, latter = waves
    last = max((each.ended_at for each in resources if each.wave == former.wave and each.ended_at), default=None)
    first = min((each.created_at for each in orders if each.wave == latter.wave), default=None)
    seconds = between(last, first)
    if seconds is None:
        return None
    waited = standstill.seconds_between(last, first) > 0
    return HandOver(from_wave=former.wave, to_wave=latter.wave, seconds=seconds, waited_for_person=waited)
