"""Facts are written with the change they tell of, and marked until they are on the bus."""

from __future__ import annotations

from datetime import datetime

from groundswell.domain.conditions import Absent, Item
from groundswell.domain.events.envelope import HUB_SOURCE, Event, EventData, Lineage
from groundswell.domain.events.facts import CommandRefused
from groundswell.domain.ids import EventId, event_id_of
from groundswell.domain.instants import to_text
from groundswell.domain.legible import legible_json
from groundswell.domain.records import Execution, StoredEvent
from groundswell.ledger import keys
from groundswell.ports.store import Check, Put, Store, Update
from groundswell.ports.world import BusEntry


def fact(execution: Execution, data: EventData, *, subject: str, cause: str, at: datetime, ahead: int = 1) -> Put:
    """The write that makes `data` a fact of the execution, as its `ahead`-th version from now.

    The version is what the transaction's condition is on, so that it tells the decisions of an execution apart: the
    same decision taken twice is one event.
    """
    sequence = execution.version + ahead
    lineage = Lineage(execution.execution_id, execution.correlation_id, cause, execution.tell)
    event_id = event_id_of(execution.execution_id, data.detail_type, subject, str(sequence))
    event = lineage.tell(data, source=HUB_SOURCE, event_id=event_id, at=at, sequence=sequence)
    return Put(_item(event), condition=Absent("pk"))


def refusal(execution: Execution, data: CommandRefused, *, command_id: str, at: datetime) -> Put:
    """The write that answers a command by refusing it; it is no step of the execution and has no place among them."""
    lineage = Lineage(execution.execution_id, execution.correlation_id, command_id, execution.tell)
    event_id = _refusal_id(execution, command_id)
    return Put(_item(lineage.tell(data, source=HUB_SOURCE, event_id=event_id, at=at)), condition=Absent("pk"))


def unrefused(execution: Execution, command_id: str) -> Check:
    """The write of a transaction that demands that a command was not refused."""
    return Check(keys.event_key(execution.execution_id, _refusal_id(execution, command_id)), Absent("pk"))


def _refusal_id(execution: Execution, command_id: str) -> EventId:
    return event_id_of(execution.execution_id, CommandRefused.detail_type, command_id)


def _item(event: Event[EventData]) -> Item:
    """The fact as it is kept and published: notices hand its words on as they are, so they are made legible here."""
    metadata = event.metadata
    occurred_at = to_text(metadata.occurred_at)
    stored = StoredEvent(
        event_id=metadata.event_id,
        execution_id=metadata.execution_id,
        source=event.source,
        detail_type=event.detail_type,
        detail=legible_json(event.detail),
        sequence=metadata.sequence or 0,
        occurred_at=occurred_at,
    )
    key = keys.event_key(metadata.execution_id, metadata.event_id)
    mark: Item = {"due_shard": keys.unpublished_shard(metadata.event_id), "due_at": occurred_at}
    return {"pk": key.pk, "sk": key.sk, **stored.as_item(), **mark}


def entry_of(stored: StoredEvent) -> BusEntry:
    """The fact as the bus takes it."""
    return BusEntry(source=stored.source, detail_type=stored.detail_type, detail=stored.detail)


def mark_published(store: Store, stored: StoredEvent) -> None:
    """Take the mark off a fact that is on the bus; doing so twice is harmless."""
    store.write(Update(keys.event_key(stored.execution_id, stored.event_id), remove=("due_shard", "due_at", "refused")))


def mark_refused(store: Store, stored: StoredEvent, error: str) -> None:
    """Leave the mark on a fact that the bus refused, with the bus's error."""
    store.write(Update(keys.event_key(stored.execution_id, stored.event_id), set={"refused": error[:500]}))
