"""Before anything happens: the declared pairs of record sets are there, as the first phase will want them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial

from groundswell.domain.preflight import PreflightCheck
from groundswell.domain.protection import Protected
from groundswell.technologies.checking import MOST_NAMED, Checks, attempt, named
from groundswell.technologies.contract import Failed, Look, Target
from groundswell.technologies.route53.records import Pair, read_pairs, zone_of
from groundswell.technologies.route53.traffic import CHECK_READS as READS

__all__ = ["READS", "check"]

_CHECK = "declared record sets"
_THIRD = "other weighted sets"


def check(look: Look, resources: Sequence[Protected]) -> Checks:
    """Zone by zone, so that what was read counts where time runs out."""
    zones = defaultdict[str, list[Target]](list)
    for each in resources:
        target = Target(each.resource_id, each.name, each.parameters, {})
        zones[zone_of(target)].append(target)
    for zone, targets in sorted(zones.items()):
        subject = f"hosted zone {zone} in account {look.account}"
        yield from attempt(subject, _CHECK, partial(_zone, look, subject, targets))


def _zone(look: Look, subject: str, targets: Sequence[Target]) -> list[PreflightCheck]:
    """One for the zone where all is well, else one for each of the first pairs that are not."""
    pairs = read_pairs(look, targets)
    wrong = [pair for pair in pairs.values() if isinstance(pair, Failed)]
    made = [
        PreflightCheck.judged(subject, _CHECK, pair.failure.cause, advice=pair.failure.advice)
        for pair in wrong[:MOST_NAMED]
    ]
    if len(wrong) > MOST_NAMED:
        found = f"{len(wrong) - MOST_NAMED} more of {len(targets)} pairs are not there either"
        made.append(PreflightCheck.judged(subject, _CHECK, found, advice=wrong[0].failure.advice))
    if not wrong:
        made.append(
            PreflightCheck.judged(subject, _CHECK, f"{len(targets)} of {len(targets)} pairs are there", advice="")
        )
    return [*made, *_thirds(subject, [pair for pair in pairs.values() if isinstance(pair, Pair)])]


def _thirds(subject: str, pairs: Sequence[Pair]) -> Iterator[PreflightCheck]:
    """A set that is in no pair keeps its weight, and with it a share of the traffic, wherever it leads."""
    told = [
        f"{one['Name']} {one['Type']} {one.get('SetIdentifier', '')} (weight {one.get('Weight')})"
        for pair in pairs
        for one in pair.others
        if one.get("Weight")
    ]
    if told:
        found = f"{len(told)} sets besides the pairs keep a share of the traffic: {named(told)}"
        advice = "Where they lead to the Region that is left, set their weight to 0, or take them out, when it is left."
        yield PreflightCheck.warned(subject, _THIRD, found, advice=advice)
