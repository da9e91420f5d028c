"""Outcomes that were not believed are kept as evidence; they count nowhere."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from groundswell.domain.ids import ExecutionId, event_id_of
from groundswell.domain.instants import to_text
from groundswell.ledger import keys
from groundswell.ports.store import Put, Store

_KEPT = 500
"""Characters of each of its words that are kept."""


@dataclass(frozen=True)
class Refused:
    """An answer that is not believed, as it came, and why; its token is left out."""

    execution_id: ExecutionId
    event_id: str
    source: str
    detail_type: str
    order_id: str
    resource_id: str
    reason: str


def keep(store: Store, refused: Refused, *, at: datetime) -> None:
    """Keep it, the same one once: under a name of ours, for whoever sent it may have chosen any."""
    words = {name: str(value)[:_KEPT] for name, value in asdict(refused).items() if name != "execution_id"}
    key = keys.refused_key(refused.execution_id, event_id_of(refused.execution_id, *words.values()))
    store.write(Put({"pk": key.pk, "sk": key.sk, **words, "at": to_text(at)}))
