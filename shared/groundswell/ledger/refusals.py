"""Outcomes that were not believed are kept as evidence; they count nowhere."""

from __future__ import annotations

from datetime import datetime

from groundswell.domain.conditions import Item
from groundswell.domain.events.envelope import Metadata
from groundswell.domain.events.work import Outcome
from groundswell.domain.instants import to_text
from groundswell.ledger import keys
from groundswell.ports.store import Put, Store


def keep(store: Store, metadata: Metadata, source: str, answer: Outcome, reason: str, *, at: datetime) -> None:
    """Keep an answer with the reason why it is not believed; the token is not kept."""
    key = keys.refused_key(metadata.execution_id, metadata.event_id)
    item: Item = {
        "pk": key.pk,
        "sk": key.sk,
        "source": source,
        "detail_type": answer.detail_type,
        "order_id": answer.order_id,
        "resource_id": answer.resource_id,
        "reason": reason,
        "at": to_text(at),
    }
    store.write(Put(item))
