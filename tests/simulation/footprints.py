"""Which states a ledger went through: what it comes to, without names and times, so that worlds can be compared."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TypeAlias

from groundswell.domain.conditions import Item
from groundswell.ports.store import Key

_TOLD = ("status", "state", "current_wave", "attempt", "deaths", "suspect", "look_again", "woken", "refused")
"""Attributes that decide what happens next."""
_IS_THERE = ("claim_until", "planner_until", "handle", "deadline_missed_at")
"""Attributes of which it matters whether they are there."""
_COUNTED = ("remaining", "failed", "failed_optional", "skipped")

Footprint: TypeAlias = int


class Footprints:
    """Every state of one ledger, as a number each: the sum of what its items come to."""

    def __init__(self) -> None:
        self.seen: set[Footprint] = set()
        self._items: dict[Key, int] = {}
        self._names: dict[str, str] = {}
        self._now = 0

    def step(self, key: Key, new: Item | None) -> None:
        """An item is now like this; None: it is gone."""
        self._now ^= self._items.pop(key, 0)
        if new is not None and not key.sk.startswith("EVENT#"):
            self._items[key] = footprint = _number(f"{self._place(key)} {_essence(new)}")
            self._now ^= footprint
        self.seen.add(self._now)

    def _place(self, key: Key) -> str:
        """Its key, with the execution by its number among those of this ledger."""
        execution, _, rest = key.pk.removeprefix("EXECUTION#").partition("#")
        known = self._names.setdefault(execution, str(len(self._names)))
        return f"{known} {rest} {key.sk.replace(execution, '')}"


def _essence(item: Mapping[str, object]) -> str:
    told = [str(item.get(name)) for name in (*_TOLD, *_COUNTED) if name in item]
    return " ".join([*told, *(name for name in _IS_THERE if name in item)])


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
