"""Tags and values that somebody surely meant for us, and that nothing reads as they are written: named, never lost."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from groundswell.domain.events.facts import Remark
from groundswell.domain.protection import Finding, Protected, judge
from groundswell.domain.request import DRRequested
from groundswell.domain.spelling import is_misspelt, looks_like, nearest
from groundswell.domain.tag_names import ENABLED, OUR_TAGS

_OURS = re.compile(r"^\W*dr[\W_]", re.IGNORECASE)
"""How a tag begins that is meant for us."""
_SHOWN = 5
_MOST = 30
"""Remarks of one kind; what is more of them is counted."""
Groups = dict[str, list[str]]
"""What is to be said, and of which resources."""


def unread_tags(request: DRRequested, findings: Iterable[Finding]) -> list[Remark]:
    """Tags of what is to be recovered that begin like ours, or look like them, and are not read."""
    groups: Groups = defaultdict(list)
    for finding in _in_scope(request, findings):
        for said in unread_tags_of(finding):
            groups[said].append(finding.name)
    return _remarks("tags", groups)


def unread_tags_of(finding: Finding) -> list[str]:
    """What to say of such tags of one finding, if it is to be recovered at all."""
    tags = finding.plain_tags
    if tags.get(ENABLED, "").lower() != "true":
        return []
    return [said for name in sorted(tags.keys() - OUR_TAGS) if (said := _unread(name))]


def not_enabled(request: DRRequested, findings: Iterable[Finding]) -> list[Remark]:
    """One remark on everything that has tags of ours, but none that says whether it is protected."""
    ours = {name for name in OUR_TAGS if name.startswith("dr:")}
    names = [
        finding.name
        for finding in _in_scope(request, findings)
        if ENABLED not in finding.plain_tags and ours & finding.plain_tags.keys() and judge(finding) is None
    ]
    return _remarks("tags", {f"dr: tags without {ENABLED}: they are passed over": names} if names else {})


def spelt_otherwise(request: DRRequested, protected: Sequence[Protected]) -> list[Remark]:
    """Resources whose customer and environment look like those of the request, and are written otherwise."""
    groups: Groups = defaultdict(list)
    for resource, said in _others(request, protected):
        if all(written == asked or looks_like(written, asked) for written, asked in said):
            groups[f"{_scope(resource)}, the request says {request.scope}: write both alike"].append(resource.name)
    return _remarks("not in the plan", groups)


def perhaps_misspelt(request: DRRequested, protected: Sequence[Protected]) -> list[Remark]:
    """The same of those that are one letter apart, which may be meant."""
    groups: Groups = defaultdict(list)
    for resource, said in _others(request, protected):
        if all(written == asked or is_misspelt(written, asked) for written, asked in said):
            groups[f"{_scope(resource)}, is that {request.scope}? They are not in the plan"].append(resource.name)
    return _remarks("not in the plan", groups)


def _others(
    request: DRRequested, protected: Iterable[Protected]
) -> Iterator[tuple[Protected, tuple[tuple[str, str], tuple[str, str]]]]:
    """Resources of another customer or environment, each with what it says beside what the request says."""
    customer, environment = request.customer, request.environment
    if customer is None or environment is None:
        return
    for resource in protected:
        in_waves = request.waves is None or resource.wave in request.waves
        if in_waves and (request.technologies is None or resource.technology in request.technologies):
            said = ((resource.customer, customer), (resource.environment, environment))
            if (resource.customer, resource.environment) != (customer, environment):
                yield resource, said


def _scope(resource: Protected) -> str:
    return f"Customer {resource.customer!r} and Environment {resource.environment!r}"


def _in_scope(request: DRRequested, findings: Iterable[Finding]) -> Iterator[Finding]:
    """What may belong to the request: what does not say whose it is may be anybody's."""
    for finding in findings:
        tags: Mapping[str, str] = finding.plain_tags
        if request.all or (
            tags.get("Customer") in (None, request.customer) and tags.get("Environment") in (None, request.environment)
        ):
            yield finding


def _unread(name: str) -> str | None:
    """What to say of a tag that is none of ours; None where it need not be."""
    meant = next((known for known in sorted(OUR_TAGS) if looks_like(name, known)), None)
    if meant is None and _OURS.match(name):
        meant = nearest(name, [known for known in OUR_TAGS if known.startswith("dr:")]) or ""
    if meant is None:
        return None
    hint = f"did you mean {meant}?" if meant else "docs/tags-and-inventory.md has all that there are"
    return f"the tag {name!r}, which is not read: {hint}"


def _remarks(subject: str, groups: Groups) -> list[Remark]:
    remarks = [
        Remark(subject=subject, reason=f"{_resources(len(names))} {said} ({_named(names)})")
        for said, names in sorted(groups.items())
    ]
    if len(remarks) > _MOST:
        more = Remark(subject=subject, reason=f"and {len(remarks) - _MOST:,} more of the kind")
        return [*remarks[:_MOST], more]
    return remarks


def _resources(count: int) -> str:
    return "1 resource has" if count == 1 else f"{count:,} resources have"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f"{', '.join(sorted(names)[:_SHOWN])}{more}"
