"""Inventories of plain values, as if each was written in one line."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import JsonValue

from groundswell.domain.inventory import Contents, Entry
from groundswell.domain.written import Written


def declared(entries: Iterable[tuple[str, JsonValue]]) -> Contents:
    """An inventory of these entries, each with its place."""
    return Contents([Entry(place, Written(value)) for place, value in entries])
