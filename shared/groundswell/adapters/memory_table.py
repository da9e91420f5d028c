"""The items in memory, sorted as DynamoDB sorts them, with the sparse indexes kept beside."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from typing import Generic, TypeAlias, TypeVar

from groundswell.domain.conditions import Item
from groundswell.ports.store import INDEX_KEYS, Index, Key

SortKey = TypeVar("SortKey", str, tuple[str, str, str])
IndexKey: TypeAlias = tuple[str, str, str]
"""The sort attribute, then the item's own key: items of one sort value stay apart, in a steady order."""


class Partition(Generic[SortKey]):
    """The items of one partition, ascending by sort key."""

    def __init__(self) -> None:
        self.items: dict[SortKey, Item] = {}
        self.order: list[SortKey] = []

    def put(self, sort: SortKey, item: Item) -> None:
        """Place the item, or replace the one that is there."""
        if sort not in self.items:
            insort(self.order, sort)
        self.items[sort] = item

    def drop(self, sort: SortKey) -> None:
        """Take the item away."""
        del self.items[sort]
        del self.order[bisect_left(self.order, sort)]


class MemoryTable:
    """Items by key and by index. It hands out its own items: whoever gets one must copy before changing it."""

    def __init__(self) -> None:
        self._partitions: dict[str, Partition[str]] = {}
        self._indexes: dict[Index, dict[str, Partition[IndexKey]]] = {index: {} for index in Index}

    def get(self, key: Key) -> Item | None:
        """The item, or None."""
        partition = self._partitions.get(key.pk)
        return None if partition is None else partition.items.get(key.sk)

    def replace(self, key: Key, old: Item | None, new: Item | None) -> None:
        """Let the new item stand where the old one stood, in the table and in each index."""
        _move(self._partitions, None if old is None else key, None if new is None else key, new)
        for index, partitions in self._indexes.items():
            _move(partitions, _index_place(index, key, old), _index_place(index, key, new), new)

    def in_partition(self, pk: str, sk_prefix: str) -> list[Item]:
        """The items of a partition whose sort key starts so, ascending."""
        partition = self._partitions.get(pk)
        if partition is None:
            return []
        first = bisect_left(partition.order, sk_prefix)
        past = bisect_right(partition.order, sk_prefix, lo=first, key=lambda sk: sk[: len(sk_prefix)])
        return [partition.items[sk] for sk in partition.order[first:past]]

    def in_index(self, index: Index, value: str, up_to: str | None) -> list[Item]:
        """The items of an index partition, ascending, up to and with a sort value."""
        partition = self._indexes[index].get(value)
        if partition is None:
            return []
        order = partition.order
        past = len(order) if up_to is None else bisect_right(order, up_to, key=lambda place: place[0])
        return [partition.items[place] for place in order[:past]]


def _move(
    partitions: dict[str, Partition[SortKey]],
    old: tuple[str, SortKey] | None,
    new: tuple[str, SortKey] | None,
    item: Item | None,
) -> None:
    if old is not None and old != new:
        partition = partitions[old[0]]
        partition.drop(old[1])
        if not partition.order:
            del partitions[old[0]]
    if new is not None and item is not None:
        partitions.setdefault(new[0], Partition()).put(new[1], item)


def _index_place(index: Index, key: Key, item: Item | None) -> tuple[str, IndexKey] | None:
    """Where the index holds the item, or None: an item without both key attributes is not in it."""
    if item is None:
        return None
    partition, sort = (item.get(attribute) for attribute in INDEX_KEYS[index])
    if not isinstance(partition, str) or not isinstance(sort, str):
        return None
    return partition, (sort, key.pk, key.sk)
