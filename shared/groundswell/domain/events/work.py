"""Work orders and their outcomes: they travel on the bus, and anyone may answer for a technology."""

from __future__ import annotations

from typing import ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from groundswell.domain.events.envelope import EventData
from groundswell.domain.ids import OrderId, ResourceId
from groundswell.domain.operations import Operation, Phase

EVIDENCE_LIMIT = 1024
"""Bytes of JSON that the evidence of an outcome may have."""


class OrderedResource(BaseModel):
    """A resource of a work order, with what its technology needs to know of it."""

    model_config = ConfigDict(frozen=True)

    resource_id: ResourceId
    name: str
    parameters: dict[str, JsonValue] = Field(default_factory=dict)


class RecoveryRequested(EventData):
    """Recover these resources. Act once for an (order, attempt); the token goes back with each outcome."""

    detail_type: ClassVar[str] = "RecoveryRequested"
    order_id: OrderId
    attempt: int
    token: str = Field(description="Shows that an outcome answers this order.")
    technology: str
    account: str
    region: str = Field(description="The Region to recover into.")
    operation: Operation
    phases: tuple[Phase, ...]
    wave: int
    not_after: AwareDatetime = Field(description="Drop the order after this instant; it will be renewed if it stands.")
    resources: tuple[OrderedResource, ...]


class Outcome(EventData):
    """What every answer to a work order says."""

    order_id: OrderId
    attempt: int
    token: str
    technology: str
    wave: int
    resource_id: ResourceId


class ResourceRecovered(Outcome):
    """The resource runs in the target Region, as was seen and not only asked for."""

    detail_type: ClassVar[str] = "ResourceRecovered"
    evidence: dict[str, JsonValue] = Field(default_factory=dict, description="What was seen; at most 1 KB of JSON.")


class ResourceFailed(Outcome):
    """The resource is given up, with cause and advice."""

    detail_type: ClassVar[str] = "ResourceFailed"
    cause: str
    advice: str = Field(description="What a person does next.")


class ResourceProgressed(Outcome):
    """The resource is on its way; postpones the renewal of its order."""

    detail_type: ClassVar[str] = "ResourceProgressed"
    note: str
