"""Anybody may put something on the bus that looks like an outcome: what is none is refused, and poisons no batch."""

from __future__ import annotations

import json
from typing import Any

import pytest

from groundswell.entry.answers import SAID, read_answer
from groundswell.ledger.refusals import Refused
from groundswell.reactions.record_outcome import Heard

METADATA = {
    "event_id": "e-1",
    "schema_version": "1.0",
    "execution_id": "dr-1",
    "correlation_id": "c",
    "causation_id": "c",
    "occurred_at": "2030-01-01T00:00:00Z",
}
DATA = {"order_id": "o", "attempt": 1, "token": "secret", "technology": "drs", "wave": 1, "resource_id": "drs/a"}


def read(*, metadata: Any = None, data: Any = None, **changes: Any) -> Heard | Refused:
    event = {
        "id": "1",
        "source": "groundswell.technology.drs",
        "account": "111111111111",
        "time": "2030-01-01T00:00:00Z",
        "detail-type": "ResourceRecovered",
        "detail": {"metadata": {**METADATA, **(metadata or {})}, "data": {**DATA, **(data or {})}},
        **changes,
    }
    return read_answer(SAID.validate_python({"messageId": "m-1", "body": json.dumps(event)}))


def test_an_outcome_is_heard() -> None:
    found = read(metadata={"schema_version": "1.7"}, data={"of a later version": True})

    assert isinstance(found, Heard)
    assert (found.message_id, found.answer.resource_id) == ("m-1", "drs/a")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"data": {"token": None}}, "token"),
        ({"data": {"attempt": "one"}}, "attempt"),
        ({"data": {"order_id": ""}}, "order_id has 0 bytes"),
        ({"data": {"resource_id": "ä" * 300}}, "resource_id has 600 bytes"),
        ({"metadata": {"event_id": "x" * 5000}}, "event_id has 5000 bytes"),
        ({"metadata": {"execution_id": 7}}, "execution_id"),
        ({"metadata": {"schema_version": "2.0"}}, "schema_version 2.0 is not understood"),
        ({"metadata": {"schema_version": ""}}, "schema_version  is not understood"),
        ({"metadata": {"occurred_at": "yesterday"}}, "occurred_at"),
        ({"metadata": {"occurred_at": "2030-01-01T00:00:00"}}, "occurred_at"),
        ({"metadata": {"occurred_at": "9999-12-31T23:59:59-23:59"}}, "occurred_at is beyond all calendars"),
        ({"metadata": {"occurred_at": "0001-01-01T00:00:00+23:59"}}, "occurred_at is beyond all calendars"),
        ({"detail-type": "ResourceForgotten"}, "ResourceForgotten"),
        ({"detail": {}}, "metadata"),
        ({"detail": "text"}, "detail"),
        ({"detail": {"metadata": [], "data": None}}, "metadata"),
    ],
)
def test_what_is_no_outcome_is_refused_with_what_is_wrong_and_without_its_token(
    changes: dict[str, Any], told: str
) -> None:
    found = read(**changes)

    assert isinstance(found, Refused)
    assert told in found.reason
    assert "secret" not in str(found)


def test_what_is_refused_says_all_that_can_be_said_of_it() -> None:
    found = read(data={"token": None})

    assert isinstance(found, Refused)
    assert (found.execution_id, found.event_id, found.source) == ("dr-1", "e-1", "groundswell.technology.drs")
    assert (found.detail_type, found.order_id, found.resource_id) == ("ResourceRecovered", "o", "drs/a")
