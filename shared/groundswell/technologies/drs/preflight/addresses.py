"""Free addresses in the subnets that servers are launched into."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from groundswell.domain.preflight import PreflightCheck
from groundswell.technologies.checking import Checks, attempt, named
from groundswell.technologies.contract import Look
from groundswell.technologies.drs.preflight import reads
from groundswell.technologies.drs.preflight.launches import Launch, Launches

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import SubnetTypeDef

CHECK = "free addresses"


def check(look: Look, place: str, launches: Launches) -> Checks:
    """One for each subnet that the launches use, and one for the default VPC's together."""
    by_subnet = launched_into(launches)
    in_default = by_subnet.pop(None, [])
    yield from attempt(place, CHECK, partial(_named, look, launches, by_subnet))
    if in_default:
        yield from attempt(f"default VPC, {place}", CHECK, partial(_in_default, look, place, in_default, launches))


def _named(look: Look, launches: Launches, by_subnet: Mapping[str | None, list[Launch]]) -> Iterator[PreflightCheck]:
    known = {one.get("SubnetId", ""): one for one in reads.subnets(look, sorted(filter(None, by_subnet)))}
    for subnet, members in by_subnet.items():
        subject = f"subnet {subnet} of account {look.account}/{look.region}"
        if subnet in known:
            yield _room(subject, [known[subnet]], members, launches)
        else:
            found = f"there is no such subnet; {len(members):,} servers are to be launched there: {_names(members)}"
            advice = "Name one that there is in the EC2 launch templates of these servers, as their default version."
            yield PreflightCheck.judged(subject, CHECK, found, advice=advice)


def launched_into(launches: Launches) -> dict[str | None, list[Launch]]:
    """The launches that need an address, by subnet; None: the launch template names none."""
    found = defaultdict[str | None, list[Launch]](list)
    for launch in launches.of.values():
        if not launch.into:
            found[launch.subnet].append(launch)
    return dict(sorted(found.items(), key=lambda item: item[0] or ""))


def _in_default(look: Look, place: str, members: Sequence[Launch], launches: Launches) -> Iterator[PreflightCheck]:
    subject, subnets = f"default VPC, {place}", reads.default_subnets(look)
    if subnets:
        yield _room(subject, subnets, members, launches)
        return
    found = f"there is none, and the launch templates of {len(members):,} servers name no subnet: {_names(members)}"
    advice = "Name a subnet in the EC2 launch templates of these servers, as their default version."
    yield PreflightCheck.judged(subject, CHECK, found, advice=advice)


def _room(
    subject: str, subnets: Sequence[SubnetTypeDef], members: Sequence[Launch], launches: Launches
) -> PreflightCheck:
    freed = sum(launches.freed.get(one.get("SubnetId", ""), 0) for one in subnets)
    free = sum(one.get("AvailableIpAddressCount", 0) for one in subnets) + freed
    found = f"{free:,} free addresses and {len(members):,} servers to be launched there: {_names(members)}"
    advice = f"Free {len(members) - free:,} or more of its addresses, or name another subnet for some of these servers."
    return PreflightCheck.judged(subject, CHECK, found, advice="" if len(members) <= free else advice)


def _names(members: Sequence[Launch]) -> str:
    return named(sorted(each.name for each in members))
