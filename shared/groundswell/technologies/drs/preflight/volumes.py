"""The EBS volumes of an account, read once for all checks that need them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from groundswell.technologies.contract import Look
from groundswell.technologies.drs.preflight import reads

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import VolumeTypeDef


@dataclass
class Volumes:
    """All volumes but those of instances that the launches replace."""

    look: Look
    replaced: Collection[str]
    """The ids of those instances."""

    @cached_property
    def all(self) -> list[VolumeTypeDef]:
        """The volumes; read when they are first asked for."""
        return [one for one in reads.volumes(self.look) if not self._goes(one)]

    def _goes(self, volume: VolumeTypeDef) -> bool:
        return any(one.get("InstanceId") in self.replaced for one in volume.get("Attachments", []))
