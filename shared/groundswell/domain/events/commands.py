"""What people decide about an execution. The door puts it on the bus, and with it who decided; nobody else can."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from groundswell.domain.events.envelope import EventData
from groundswell.domain.identity import MAX_ID_BYTES
from groundswell.domain.ids import ResourceId
from groundswell.domain.protection import MAX_WAVE

DOOR_SOURCE = "groundswell.door"
"""The source of decisions whose author is known."""

_WaveNumber = Annotated[int, Field(ge=1, le=MAX_WAVE)]
_Name = Annotated[ResourceId, Field(max_length=MAX_ID_BYTES)]


class Command(EventData):
    """A decision, with its author and what was said to it."""

    decided_by: str = Field(max_length=2048, description="Who decided, as AWS vouches for it: the caller's ARN.")
    reason: str | None = Field(default=None, max_length=500, description="Kept in the trail beside the decision.")


class DRPauseRequested(Command):
    """Begin nothing more; what runs in AWS is followed to its end."""

    detail_type: ClassVar[str] = "DRPauseRequested"


class DRResumeRequested(Command):
    """Go on where the pause began."""

    detail_type: ClassVar[str] = "DRResumeRequested"


class DRCancelRequested(Command):
    """Begin nothing more, and end as cancelled once nothing is in flight."""

    detail_type: ClassVar[str] = "DRCancelRequested"


class WaveApproveRequested(Command):
    """Let the wave begin."""

    detail_type: ClassVar[str] = "WaveApproveRequested"
    wave: _WaveNumber


class WaveRejectRequested(Command):
    """Do not let the wave begin: the execution is cancelled."""

    detail_type: ClassVar[str] = "WaveRejectRequested"
    wave: _WaveNumber


class ResourceRetryRequested(Command):
    """Try failed resources of a wave once more."""

    detail_type: ClassVar[str] = "ResourceRetryRequested"
    wave: _WaveNumber
    resource_ids: tuple[_Name, ...] = Field(
        default=(), max_length=100, description="None: all that had failed when it was decided."
    )


class ResourceSkipRequested(Command):
    """Go on without resources of a wave that failed or were not begun."""

    detail_type: ClassVar[str] = "ResourceSkipRequested"
    wave: _WaveNumber
    resource_ids: tuple[_Name, ...] = Field(
        default=(), max_length=100, description="None: all that had failed when it was decided."
    )
    reason: str = Field(min_length=1, max_length=500, description="Why it is right to go on without them.")
