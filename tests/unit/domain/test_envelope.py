from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from pydantic import ValidationError

from groundswell.domain.events.envelope import Event, EventData, Lineage, Metadata
from groundswell.domain.ids import EventId, ExecutionId

AT = datetime(2030, 1, 1, 3, 0, tzinfo=UTC)
METADATA = {
    "event_id": "e-1",
    "schema_version": "1.0",
    "execution_id": "dr-1",
    "correlation_id": "c-1",
    "causation_id": "x-1",
    "occurred_at": "2030-01-01T03:00:00Z",
}


class Told(EventData):
    """Something that happened."""

    detail_type: ClassVar[str] = "Told"
    schema_version: ClassVar[str] = "1.3"
    name: str
    note: str | None = None


def told(**changes: str | None) -> Event[Told]:
    data = Told.model_validate({"name": "a", **changes})
    lineage = Lineage(ExecutionId("dr-1"), "c-1", "x-1")
    return lineage.tell(data, source="groundswell", event_id=EventId("e-1"), at=AT, sequence=4)


def test_event_says_what_it_follows_from_and_where_it_belongs() -> None:
    metadata = told().metadata

    assert (metadata.execution_id, metadata.correlation_id, metadata.causation_id) == ("dr-1", "c-1", "x-1")
    assert (metadata.event_id, metadata.sequence, metadata.occurred_at) == ("e-1", 4, AT)


def test_event_has_the_name_and_version_of_what_it_tells() -> None:
    event = told()

    assert (event.detail_type, event.metadata.schema_version) == ("Told", "1.3")


def test_detail_is_metadata_and_data_without_what_is_none() -> None:
    detail = json.loads(told().detail)

    assert detail["data"] == {"name": "a"}
    assert detail["metadata"]["occurred_at"] == "2030-01-01T03:00:00Z"


def test_detail_is_the_same_text_when_the_same_is_told_again() -> None:
    assert told(note="b").detail == told(note="b").detail


def test_metadata_is_understood_when_it_has_more_than_we_know() -> None:
    assert Metadata.model_validate({**METADATA, "tenant": "new"}).event_id == "e-1"


def test_data_is_understood_when_it_has_more_than_we_know() -> None:
    assert Told.model_validate({"name": "a", "new": 1}) == Told(name="a")


@pytest.mark.parametrize("name", list(METADATA))
def test_metadata_is_refused_when_a_part_is_missing(name: str) -> None:
    with pytest.raises(ValidationError, match=name):
        Metadata.model_validate({key: value for key, value in METADATA.items() if key != name})


def test_metadata_is_refused_when_its_instant_has_no_offset() -> None:
    with pytest.raises(ValidationError, match="occurred_at"):
        Metadata.model_validate({**METADATA, "occurred_at": "2030-01-01T03:00:00"})
