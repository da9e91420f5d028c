"""What was seen, made fit to keep: small, and without fractions, which the ledger does not store."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import JsonValue

from groundswell.domain.conditions import Item, Value
from groundswell.domain.events.work import EVIDENCE_LIMIT


def keepable(evidence: Mapping[str, JsonValue]) -> Item:
    """The evidence as the ledger keeps it: fractions as text; cut down, and saying so, where it is over 1 KB."""
    kept = {name: _storable(value) for name, value in evidence.items()}
    text = json.dumps(kept)
    if len(text.encode()) <= EVIDENCE_LIMIT:
        return kept
    return {
        "cut": f"over {EVIDENCE_LIMIT} bytes; it begins",
        "text": text.encode()[: EVIDENCE_LIMIT // 2].decode(errors="ignore"),
    }


def _storable(value: JsonValue) -> Value:
    if isinstance(value, float):
        return str(value)
    if isinstance(value, list):
        return [_storable(member) for member in value]
    if isinstance(value, dict):
        return {name: _storable(member) for name, member in value.items()}
    return value
