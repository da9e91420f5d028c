"""Whether the zones that servers are launched in offer their instance types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from groundswell.domain.preflight import PreflightCheck
from groundswell.technologies.checking import named
from groundswell.technologies.contract import Look
from groundswell.technologies.drs.preflight import reads
from groundswell.technologies.drs.preflight.addresses import launched_into
from groundswell.technologies.drs.preflight.launches import Launch, Launches

CHECK = "instance types on offer"


def check(look: Look, place: str, launches: Launches) -> Iterator[PreflightCheck]:
    """One for each zone. What has no subnet of its own is launched in one of the default VPC, in whatever zone."""
    subnets = [name for name in launched_into(launches) if name]
    zone_of = {one.get("SubnetId", ""): one.get("AvailabilityZone", "") for one in reads.subnets(look, subnets)}
    if not zone_of:
        return
    types = sorted({one for launch in launches.of.values() for one in launch.types})
    offered = reads.offered_in(look, sorted(set(zone_of.values())), types)
    missing = _missing(launches, zone_of, offered)
    if launches.settle_types(launch for found in missing.values() for launch, _ in found):
        missing = _missing(launches, zone_of, offered)
    for zone in sorted(set(zone_of.values())):
        yield _in_zone(place, zone, missing.get(zone, []))


def _missing(
    launches: Launches, zone_of: Mapping[str, str], offered: set[tuple[str, str]]
) -> dict[str, list[tuple[Launch, str]]]:
    """The launches of each zone that may get a type which the zone does not offer, with the type."""
    found = defaultdict[str, list[tuple[Launch, str]]](list)
    for launch in launches.of.values():
        zone = zone_of.get(launch.subnet or "")
        if zone and not launch.into:
            found[zone] += [(launch, one) for one in sorted(launch.types) if (zone, one) not in offered]
    return {zone: members for zone, members in found.items() if members}


def _in_zone(place: str, zone: str, missing: Sequence[tuple[Launch, str]]) -> PreflightCheck:
    if not missing:
        return PreflightCheck.judged(place, f"{CHECK}, {zone}", f"{zone} offers all that are launched there", advice="")
    types, servers = sorted({one for _, one in missing}), sorted({launch.name for launch, _ in missing})
    found = f"{zone} does not offer {named(types)}, as which {len(servers):,} servers are launched: {named(servers)}"
    advice = "Change the instance type or the subnet in the EC2 launch templates of these servers."
    return PreflightCheck.judged(place, f"{CHECK}, {zone}", found, advice=advice)
