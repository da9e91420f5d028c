"""The envelope of every event, and the base of what it carries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from groundswell.domain.ids import EventId, ExecutionId

HUB_SOURCE = "groundswell"
"""The source of our own facts and work orders."""
TECHNOLOGY_SOURCE = "groundswell.technology."
"""What the source of a technology's outcomes begins with; its name follows."""


class EventData(BaseModel):
    """What an event tells. A field may be added within a major version; readers ignore what they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    detail_type: ClassVar[str]
    schema_version: ClassVar[str] = "1.0"


class Metadata(BaseModel):
    """Where an event belongs, and what it follows from."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event_id: EventId = Field(description="Ours, and the same whenever the same event is told again.")
    schema_version: str = Field(description="major.minor of the data; within a major, fields are only added.")
    execution_id: ExecutionId
    correlation_id: str = Field(description="The request that all of this execution's events go back to.")
    causation_id: str = Field(description="The event that this one follows from.")
    sequence: int | None = Field(
        default=None, description="Place among the facts of the execution; orders and outcomes have none."
    )
    occurred_at: AwareDatetime
    tell: tuple[str, ...] | None = Field(
        default=None, description="Whom it concerns, as the execution's named plan says: rules may go by it."
    )


D = TypeVar("D", bound=EventData)
D_co = TypeVar("D_co", bound=EventData, covariant=True)


@dataclass(frozen=True)
class Event(Generic[D_co]):
    """An event as it goes on the bus."""

    source: str
    metadata: Metadata
    data: D_co

    @property
    def detail_type(self) -> str:
        """The event's name on the bus."""
        return self.data.detail_type

    @property
    def detail(self) -> str:
        """The body on the bus: compact JSON of metadata and data; fields that are None are left out."""
        body = {
            "metadata": self.metadata.model_dump(mode="json", exclude_none=True),
            "data": self.data.model_dump(mode="json", exclude_none=True),
        }
        return json.dumps(body, separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True)
class Lineage:
    """What an event needs to know of the execution it belongs to and of the event it follows from."""

    execution_id: ExecutionId
    correlation_id: str
    causation_id: str
    concerned: tuple[str, ...] = ()
    """Whom the events concern."""

    def tell(self, data: D, *, source: str, event_id: EventId, at: datetime, sequence: int | None = None) -> Event[D]:
        """The event that tells `data`, caused by what this lineage names."""
        metadata = Metadata(
            event_id=event_id,
            schema_version=data.schema_version,
            execution_id=self.execution_id,
            correlation_id=self.correlation_id,
            causation_id=self.causation_id,
            sequence=sequence,
            occurred_at=at,
            tell=self.concerned or None,
        )
        return Event(source, metadata, data)
