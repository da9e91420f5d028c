"""EBS storage by volume type: what is in use and what the launches add, against the account's quota."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from groundswell.domain.preflight import PreflightCheck
from groundswell.technologies.checking import Checks, attempt
from groundswell.technologies.contract import Look
from groundswell.technologies.drs.preflight import reads
from groundswell.technologies.drs.preflight.launches import Launches
from groundswell.technologies.drs.preflight.volumes import Volumes

CHECK = "EBS storage"

_QUOTAS = {
    "gp2": "L-D18FCD1D",
    "gp3": "L-7A658B76",
    "io1": "L-FD252861",
    "io2": "L-09BD8365",
    "sc1": "L-17AF77E8",
    "st1": "L-82ACEF56",
    "standard": "L-9CF3C2EB",
}
"""In TiB. https://docs.aws.amazon.com/general/latest/gr/ebs-service.html"""


def check(look: Look, place: str, launches: Launches, volumes: Volumes) -> Checks:
    """One for each volume type that the launches use."""
    wanted = Counter[str]()
    for launch in launches.of.values():
        wanted.update(launch.storage)
    used = Counter[str]()
    for volume in volumes.all:
        used[volume.get("VolumeType", "")] += volume.get("Size", 0)
    for kind, gib in sorted(wanted.items()):
        draw = (used[kind] / 1024, gib / 1024)
        yield from attempt(place, f"{CHECK}, {kind}", partial(_by_type, look, place, kind, draw))
    unread = [launch.name for launch in launches.of.values() if not launch.storage]
    if unread:
        found = f"DRS does not tell the disks of {len(unread)} servers, the first is {unread[0]}"
        advice = "Look at the server in the DRS console: has its agent ever reported its disks?"
        yield PreflightCheck.unknown(place, CHECK, found, advice=advice)


def _by_type(look: Look, place: str, kind: str, draw: tuple[float, float]) -> Iterator[PreflightCheck]:
    """`draw`: what is in use and what is wanted besides, in TiB."""
    (used, wanted), code = draw, _QUOTAS[kind]
    allowed = reads.quota(look, "ebs", code)
    found = f"{used:,.1f} TiB in use and {wanted:,.1f} TiB wanted, quota {allowed:,.0f} TiB"
    advice = (
        f"Raise the EBS quota {code} (storage for {kind} volumes, in TiB) of account {look.account} in {look.region} "
        f"to {used + wanted + 1:,.0f} or more."
    )
    yield PreflightCheck.judged(place, f"{CHECK}, {kind}", found, advice="" if used + wanted <= allowed else advice)
