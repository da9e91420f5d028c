"""Whether servers that keep the private address of their source can have it: in the subnet's range, and not in use.

Whether a server keeps it is asked of DRS only where it could not have it. EC2 instances are what is known to use an
address; other network interfaces are not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_network

from groundswell.domain.preflight import PreflightCheck
from groundswell.technologies.checking import named
from groundswell.technologies.contract import Look
from groundswell.technologies.drs.preflight import reads
from groundswell.technologies.drs.preflight.addresses import launched_into
from groundswell.technologies.drs.preflight.launches import Launch, Launches

CHECK = "copied addresses"


def check(look: Look, place: str, launches: Launches) -> Iterator[PreflightCheck]:
    """One for all subnets together; what is launched into the default VPC goes where there is room."""
    subnets = [name for name in launched_into(launches) if name]
    ranges = {one.get("SubnetId", ""): one.get("CidrBlock", "") for one in reads.subnets(look, subnets)}
    launches.settle_addresses(launches.of[server] for server in _amiss(launches, ranges))
    wrong = {server: why for server, why in _amiss(launches, ranges).items() if launches.of[server].copies}
    if not wrong:
        yield PreflightCheck.judged(place, CHECK, "no server keeps an address that it cannot have", advice="")
        return
    told = sorted(f"{launches.of[server].name} ({why})" for server, why in wrong.items())
    found = f"{len(wrong):,} servers keep the address of their source and cannot have it: {named(told)}"
    advice = "Turn off `Copy private IP` in their launch settings, free the addresses, or change the subnet."
    yield PreflightCheck.judged(place, CHECK, found, advice=advice)


def _amiss(launches: Launches, ranges: Mapping[str, str]) -> dict[str, str]:
    """Why the launches could not have the addresses that they may keep, by server."""
    used = {
        (one.get("SubnetId", ""), one.get("PrivateIpAddress", "")): one.get("InstanceId", "")
        for one in launches.instances
    }
    kept = [one for one in launches.of.values() if one.address and one.copies is not False and not one.into]
    twins = Counter((one.subnet, one.address) for one in kept)
    found = dict[str, str]()
    for one in kept:
        block, place = ranges.get(one.subnet or ""), (one.subnet or "", one.address or "")
        if block and not _is_in(one, block):
            found[one.server] = f"{one.address} is not in {block}"
        elif place in used:
            found[one.server] = f"{one.address} is in use by {used[place]}"
        elif one.subnet and twins[one.subnet, one.address] > 1:
            found[one.server] = f"{one.address} is wanted by {twins[one.subnet, one.address]} servers"
    return found


def _is_in(launch: Launch, block: str) -> bool:
    """Also where one of the two is no address that Python knows: AWS will judge it."""
    try:
        return ip_address(launch.address or "") in ip_network(block)
    except ValueError:
        return True
