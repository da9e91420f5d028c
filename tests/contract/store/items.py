"""Items, and what a store says of them, in few words."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.domain.conditions import Item, Value
from groundswell.ports.store import Key, Put, Store, Write

CHUNK = 50


def item(key: Key, **attributes: Value) -> Item:
    """An item with these attributes."""
    return {"pk": key.pk, "sk": key.sk, **attributes}


def given(store: Store, key: Key, **attributes: Value) -> Item:
    """An item that is there."""
    put = item(key, **attributes)
    store.write(Put(put))
    return put


def given_many(store: Store, items: Sequence[Item]) -> None:
    """Items that are there, written in several transactions."""
    puts: list[Write] = [Put(each) for each in items]
    for start in range(0, len(puts), CHUNK):
        store.write(*puts[start : start + CHUNK])


def numbered(pk: str, count: int, /, **attributes: Value) -> list[Item]:
    """Items of one partition with ascending sort keys."""
    return [item(Key(pk, f"RESOURCE#{number:04}"), **attributes) for number in range(count)]
