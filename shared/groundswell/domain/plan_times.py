"""What the usual times of a plan say, beforehand, against its deadlines and against its resources' own targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from groundswell.domain.estimate import WaveEstimate
from groundswell.domain.events.facts import Remark
from groundswell.domain.protection import Protected

_MINUTE = 60


@dataclass(frozen=True)
class _Late:
    """A resource that usually is recovered after its target."""

    resource: Protected
    target_seconds: int
    ends_seconds: float


def time_warnings(estimate: WaveEstimate, resources: Sequence[Protected], deadline_seconds: int) -> Iterator[Remark]:
    """What a person should know of a wave before trusting that it is over in time.

    Args:
        estimate: of the wave.
        resources: all that are in it.
        deadline_seconds: of the wave, from acceptance.
    """
    yield from _against_deadline(estimate, deadline_seconds)
    yield from _against_targets(estimate, resources)


def _against_deadline(estimate: WaveEstimate, deadline_seconds: int) -> Iterator[Remark]:
    if estimate.ends_seconds > deadline_seconds:
        yield Remark(
            subject=f"wave {estimate.wave}",
            reason=f"usually ends {_ends(estimate.ends_seconds, estimate)}, and its deadline is "
            f"{in_words(deadline_seconds)}: give it a later deadline, recover part of it in another wave, or expect it "
            "to be late",
        )


def _against_targets(estimate: WaveEstimate, resources: Sequence[Protected]) -> Iterator[Remark]:
    late = list(_late(estimate, resources))
    if late:
        worst = min(late, key=lambda each: (each.target_seconds, each.resource.resource_id))
        count = sum(each.rto_minutes is not None for each in resources)
        yield Remark(
            subject=f"wave {estimate.wave}",
            reason=f"usually recovered after their dr:rto-target: {len(late):,} of the {count:,} that have one; the "
            f"tightest is {worst.resource.resource_id}: {in_words(worst.target_seconds)}, usually recovered "
            f"{_ends(worst.ends_seconds, estimate)}: recover them in an earlier wave, or correct their targets",
        )


def _late(estimate: WaveEstimate, resources: Sequence[Protected]) -> Iterator[_Late]:
    for each in resources:
        time = estimate.times.get((each.technology, each.account))
        if each.rto_minutes is None or time is None:
            continue
        target, ends = each.rto_minutes * _MINUTE, estimate.begins_seconds + time.total_seconds()
        if ends > target:
            yield _Late(each, target, ends)


def _ends(seconds: float, estimate: WaveEstimate) -> str:
    """When something is over: at least, where some times are not known."""
    if not estimate.without:
        return f"{in_words(seconds)} after acceptance"
    names = ", ".join(estimate.without)
    return f"{in_words(seconds)} after acceptance, and later by what {names} takes, of which nobody declares times"


def in_words(seconds: float) -> str:
    """A duration of a plan: `45 s`, `30 min`, `1 min 30 s`."""
    minutes, rest = divmod(round(seconds), _MINUTE)
    parts = (f"{minutes:,} min" if minutes else "", f"{rest} s" if rest or not minutes else "")
    return " ".join(part for part in parts if part)
