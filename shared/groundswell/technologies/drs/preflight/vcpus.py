"""vCPUs by On-Demand quota: those of running instances and those that the launches add."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from groundswell.domain.preflight import PreflightCheck
from groundswell.technologies.checking import Checks, attempt, named, place_of
from groundswell.technologies.contract import Look
from groundswell.technologies.drs.preflight import reads
from groundswell.technologies.drs.preflight.launches import Launch, Launches

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import InstanceTypeDef

CHECK = "vCPUs"

_STANDARD = ("L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances")
_GRAPHICS = ("L-DB2E81BA", "Running On-Demand G and VT instances")
_QUOTAS = {
    "dl": ("L-6E869C2A", "Running On-Demand DL instances"),
    "f": ("L-74FC7D96", "Running On-Demand F instances"),
    "g": _GRAPHICS,
    "gr": _GRAPHICS,
    "hpc": ("L-F7808C92", "Running On-Demand HPC instances"),
    "inf": ("L-1945791B", "Running On-Demand Inf instances"),
    "p": ("L-417A185B", "Running On-Demand P instances"),
    "trn": ("L-2C3B7624", "Running On-Demand Trn instances"),
    "u": ("L-43DA4232", "Running On-Demand High Memory instances"),
    "vt": _GRAPHICS,
    "x": ("L-7295265B", "Running On-Demand X instances"),
}
"""By what an instance type begins with; all others are standard.
https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html"""


_NAMES = dict([_STANDARD, *_QUOTAS.values()])


def quota_of(instance_type: str) -> tuple[str, str]:
    """Code and name of the quota that counts the vCPUs of this type."""
    family = re.match("[a-z]+", instance_type)
    return _QUOTAS.get(family.group() if family else "", _STANDARD)


@dataclass(frozen=True)
class _Sizes:
    """The vCPUs of instance types."""

    of: Mapping[str, int]

    def wanted(self, launch: Launch, code: str) -> int:
        """What a launch takes of a quota at most."""
        return max((self.of.get(one, 0) for one in launch.types if quota_of(one)[0] == code), default=0)

    def used(self, instance: InstanceTypeDef, code: str) -> int:
        """What an instance takes of a quota. Spot instances and dedicated hosts have quotas of their own."""
        kind = instance.get("InstanceType", "")
        is_running = instance.get("State", {}).get("Name") in ("pending", "running")
        is_on_demand = "InstanceLifecycle" not in instance
        is_shared = instance.get("Placement", {}).get("Tenancy") != "host"
        is_counted = is_running and is_on_demand and is_shared and quota_of(kind)[0] == code
        return self.of.get(kind, 0) if is_counted else 0


@dataclass(frozen=True)
class _Draw:
    """What is drawn on one quota, in vCPUs."""

    used: int
    wanted: int
    servers: int
    others: int
    """Servers among them that other executions will launch."""

    def __str__(self) -> str:
        """As a check says it."""
        besides = f" ({self.others:,} of other executions)" if self.others else ""
        return f"{self.used:,} in use and {self.wanted:,} wanted by {self.servers:,} servers{besides}"


def check(look: Look, place: str, launches: Launches) -> Checks:
    """One for each quota that the launches draw on; the exact types are asked for only where it matters."""
    types = {one for launch in launches.of.values() for one in launch.types}
    running = {one.get("InstanceType", "") for one in launches.instances}
    sizes = _Sizes(reads.default_vcpus(look, sorted(types | running)))
    for code, name in sorted({quota_of(one) for one in types}):
        kind = f"{CHECK}, {name.removeprefix('Running ').partition(' (')[0]}"
        yield from attempt(place, kind, partial(_by_quota, look, launches, sizes, code))
    yield from _untyped(place, sorted(each.name for each in launches.of.values() if not each.types))


def _by_quota(look: Look, launches: Launches, sizes: _Sizes, code: str) -> Iterator[PreflightCheck]:
    allowed, draw = reads.quota(look, "ec2", code), _draw(launches, sizes, code)
    is_much = draw.used + draw.wanted > allowed
    if is_much and launches.settle_types(each for each in launches.of.values() if sizes.wanted(each, code)):
        draw = _draw(launches, sizes, code)
    total, name = draw.used + draw.wanted, _NAMES[code]
    advice = f"Raise the EC2 quota {code} of account {look.account} in {look.region} to {total:,} or more."
    yield PreflightCheck.judged(
        place_of("drs", look),
        f"{CHECK}, {name.removeprefix('Running ').partition(' (')[0]}",
        f"{draw}, quota {allowed:,.0f} ({name})",
        advice=advice if total > allowed else "",
    )


def _draw(launches: Launches, sizes: _Sizes, code: str) -> _Draw:
    drawing = [each for each in launches.of.values() if sizes.wanted(each, code)]
    return _Draw(
        used=sum(sizes.used(one, code) for one in launches.instances),
        wanted=sum(sizes.wanted(each, code) for each in drawing),
        servers=len(drawing),
        others=sum(not each.is_ours for each in drawing),
    )


def _untyped(place: str, names: Sequence[str]) -> Iterator[PreflightCheck]:
    if names:
        found = f"nothing says as what instance type {len(names):,} servers are launched: {named(names)}"
        advice = (
            "Set an instance type in the EC2 launch template of each, or turn on right-sizing in its launch settings."
        )
        yield PreflightCheck.unknown(place, CHECK, found, advice=advice)
