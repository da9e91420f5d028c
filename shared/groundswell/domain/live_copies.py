"""Copies that are there already: each is named, and an old one counts as recovered only if the request says so.

A copy of the target Region that somebody launched weeks ago looks recovered and lacks all that was written since. How
old it may be is what its `dr:rpo-target` says, a day where there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from groundswell.domain.events.facts import Remark
from groundswell.domain.instants import to_text
from groundswell.domain.protection import LiveCopy, Protected
from groundswell.domain.references import find_named
from groundswell.domain.request import ALL_COPIES, DRRequested

WITHOUT_TARGET = timedelta(hours=24)
"""How old a copy may be of a resource that has no `dr:rpo-target`."""
_MAX_NAMED = 10


@dataclass
class Copies:
    """The resources, each with the oldest copy that counts for it, and what is to be said of the copies."""

    resources: list[Protected] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def judge_copies(request: DRRequested, chosen: Sequence[Protected], at: datetime) -> Copies:
    """Every live copy by name; a fault for each that is too old and neither accepted nor to be replaced."""
    named = [name for name in request.accept_existing if name != ALL_COPIES]
    accepted, faults = find_named("accept_existing", named, chosen)
    copies, old = Copies(), list[str]()
    for each in chosen:
        is_accepted = each.resource_id in accepted or ALL_COPIES in request.accept_existing
        copies.resources.append(_bounded(each, at, is_accepted=is_accepted))
        if each.live_copy:
            told = _in_words(each, each.live_copy, at)
            copies.warnings.append(Remark(subject=each.resource_id, reason=told))
            if not (is_accepted or each.relaunch) and _is_old(each, each.live_copy, at):
                old.append(f"{each.resource_id}: {told}")
    copies.faults = [*faults, *_choices(old)]
    return copies


def _bounded(one: Protected, at: datetime, *, is_accepted: bool) -> Protected:
    return one if is_accepted else one.model_copy(update={"oldest_copy": to_text(at - _bound(one))})


def _bound(one: Protected) -> timedelta:
    return WITHOUT_TARGET if one.rpo_minutes is None else timedelta(minutes=one.rpo_minutes)


def _is_old(one: Protected, copy: LiveCopy, at: datetime) -> bool:
    """What nobody knows the age of is old."""
    return copy.as_of is None or at - copy.as_of > _bound(one)


def _in_words(one: Protected, copy: LiveCopy, at: datetime) -> str:
    launched = f"launched {_day(copy.launched_at)}" if copy.launched_at else "launched nobody knows when"
    data = f"with the data of {_day(copy.point_in_time)}" if copy.point_in_time else "with data of an unknown time"
    age = "of unknown age" if copy.as_of is None else f"{_span(at - copy.as_of)} old"
    bound = "without dr:rpo-target" if one.rpo_minutes is None else "by dr:rpo-target"
    use = "it is replaced" if one.relaunch else f"{_span(_bound(one))} are allowed {bound}"
    return f"a live copy is there already: {copy.name} ({copy.state}), {launched}, {data}, {age}; {use}"


def _choices(old: Sequence[str]) -> list[str]:
    """The faults of copies that are too old; what to do is said once."""
    if not old:
        return []
    more = [f"and {len(old) - _MAX_NAMED} more live copies are too old; see dr plan"] if len(old) > _MAX_NAMED else []
    return [
        *old[:_MAX_NAMED],
        *more,
        "say of each live copy that is too old whether it counts as recovered, with accept_existing (dr request … "
        f"--accept-existing ID, or {ALL_COPIES}), or is replaced, with relaunch (--relaunch ID)",
    ]


def _day(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC" if instant else "an unknown time"


def _span(age: timedelta) -> str:
    """Whole days from two days on, hours from two hours on, else minutes."""
    minutes = max(0, int(age.total_seconds() // 60))
    for unit, length in (("days", 1440), ("hours", 60)):
        if minutes >= 2 * length:
            return f"{minutes // length} {unit}"
    return f"{minutes} min"
