"""What was seen, made fit to keep: small, and only of what the ledger stores. Any JSON comes out fit."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import JsonValue

from groundswell.domain.conditions import Item, Value
from groundswell.domain.events.work import EVIDENCE_LIMIT

RECOVERY_POINT = "recovery_point_seconds"
"""The name under which a technology's evidence has how much of the source's writing, in seconds, the recovered copy
lacks: from the last of it that it holds to the moment at which the source was given up. Left out where not known."""

_DEEPEST = 8
"""Levels of nesting that stay as they are; the ledger takes 32, of which the item around takes some."""
_NUMBER_END = 10**38
"""Whole numbers below this are kept as they are (DynamoDB: Quotas, "Number")."""


def keepable(evidence: Mapping[str, JsonValue]) -> Item:
    """The evidence as the ledger keeps it: fractions as text; cut down, and saying so, where it is over 1 KB."""
    kept = _storable_map(evidence, level=1)
    if len(json.dumps(kept)) <= EVIDENCE_LIMIT:
        return kept
    beginning = json.dumps(evidence)[: EVIDENCE_LIMIT // 3]
    return {"cut": f"over {EVIDENCE_LIMIT} bytes; it begins", "text": beginning}


def _storable_map(values: Mapping[str, JsonValue], level: int) -> Item:
    return {name or "(no name)": _storable(value, level) for name, value in values.items()}


def _storable(value: JsonValue, level: int) -> Value:
    if isinstance(value, list | dict) and level > _DEEPEST:
        return json.dumps(value)
    if isinstance(value, list):
        return [_storable(member, level + 1) for member in value]
    if isinstance(value, dict):
        return _storable_map(value, level + 1)
    if isinstance(value, float) or (isinstance(value, int) and abs(value) >= _NUMBER_END):
        return str(value)
    return value
