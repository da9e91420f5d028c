"""What a declared pair of record sets must be, whatever the hosted zone has."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue


def flaws(parameters: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """What is wrong with the parameters of a pair."""
    target, source = parameters.get("target_set_identifier"), parameters.get("source_set_identifier")
    if target != source:
        return ()
    return (f"target_set_identifier and source_set_identifier are both {target!r}: a pair is two record sets",)
