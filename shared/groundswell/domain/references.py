"""What requests and tags call by name, found among the resources of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from groundswell.domain.events.facts import Remark
from groundswell.domain.identity import Names, unclear
from groundswell.domain.ids import ResourceId
from groundswell.domain.protection import Protected

_MAX_NAMED = 10


def find_named(
    field: str, written: Iterable[str], chosen: Sequence[Protected]
) -> tuple[frozenset[ResourceId], list[str]]:
    """The resources that a field of a request names, and the faults of what names none, or more than one."""
    names, meant, faults = Names(each.resource_id for each in chosen), set[ResourceId](), list[str]()
    for name in sorted(set(written)):
        found = names.meant_by(name)
        if len(found) == 1:
            meant.update(found)
        else:
            told = unclear(name, found) if found else f"{name}, which is not in the plan"
            faults.append(f"{field} names {told}")
    if len(faults) > _MAX_NAMED:
        faults[_MAX_NAMED:] = [
            f"and {len(faults) - _MAX_NAMED} more that {field} names are not in the plan, or unclear"
        ]
    return frozenset(meant), faults


def dependency_warnings(chosen: Sequence[Protected]) -> Iterator[Remark]:
    """Of what is to be there before a resource and is not; a name means, first of all, a thing of its own account."""
    wave_of = {resource.resource_id: resource.wave for resource in chosen}
    names = Names(wave_of)
    for resource in chosen:
        for written in resource.depends_on:
            reason = _why_not_before(resource, names.meant_by(written, account=resource.account), written, wave_of)
            if reason:
                yield Remark(subject=resource.resource_id, reason=f"it depends on {reason}")


def _why_not_before(
    resource: Protected, found: list[ResourceId], written: str, wave_of: Mapping[ResourceId, int]
) -> str:
    if not found:
        return f"{written}, which is not in the plan"
    if len(found) > 1:
        return unclear(written, found)
    wave = wave_of[found[0]]
    return f"{written}, which recovers in wave {wave}, not before wave {resource.wave}" if wave >= resource.wave else ""
