"""Answers to work orders as they come off the bus, from anybody: read, or refused with what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pydantic import JsonValue, TypeAdapter, ValidationError

from groundswell.domain.identity import MAX_ID_BYTES
from groundswell.domain.ids import ExecutionId
from groundswell.domain.instants import to_text
from groundswell.entry.messages import ANSWER, Record, in_words
from groundswell.ledger.refusals import Refused
from groundswell.reactions.record_outcome import Heard

SAID: TypeAdapter[Record[dict[str, JsonValue]]] = TypeAdapter(Record[dict[str, JsonValue]])
"""Messages whose body is any JSON object."""

_VERSION = re.compile(r"1\.\d{1,4}")
"""The versions that are understood: within a major, fields are only added."""


def read_answer(record: Record[dict[str, JsonValue]]) -> Heard | Refused:
    """The answer in a message; where it is none that can be kept, why not."""
    try:
        event = ANSWER.validate_python(record.body)
    except ValidationError as error:
        return _refused(record.body, in_words(error))
    heard = Heard(record.message_id, event.source, event.detail.metadata, event.detail.data)
    faults = "; ".join(_faults(heard))
    return _refused(record.body, faults) if faults else heard


def _faults(heard: Heard) -> Iterator[str]:
    metadata, answer = heard.metadata, heard.answer
    if not _VERSION.fullmatch(metadata.schema_version):
        yield f"schema_version {metadata.schema_version[:20]} is not understood: known is 1.0"
    names = {"event_id": metadata.event_id, "execution_id": metadata.execution_id}
    names |= {"order_id": answer.order_id, "resource_id": answer.resource_id}
    for name, value in names.items():
        if not 0 < len(value.encode()) <= MAX_ID_BYTES:
            yield f"{name} has {len(value.encode())} bytes: it may have 1 to {MAX_ID_BYTES}"
    try:
        to_text(metadata.occurred_at)
    except (OverflowError, ValueError):
        yield "occurred_at is beyond all calendars"


def _refused(body: Mapping[str, JsonValue], reason: str) -> Refused:
    """Whatever can be said of it."""
    detail = _part(body, "detail")
    metadata, data = _part(detail, "metadata"), _part(detail, "data")
    return Refused(
        execution_id=ExecutionId(_text(metadata, "execution_id")[:MAX_ID_BYTES]),
        event_id=_text(metadata, "event_id"),
        source=_text(body, "source"),
        detail_type=_text(body, "detail-type"),
        order_id=_text(data, "order_id"),
        resource_id=_text(data, "resource_id"),
        reason=f"it cannot be understood: {reason}",
    )


def _part(of: Mapping[str, JsonValue], name: str) -> Mapping[str, JsonValue]:
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def _text(of: Mapping[str, JsonValue], name: str) -> str:
    found = of.get(name)
    return found if isinstance(found, str) and found else "?"
