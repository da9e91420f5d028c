"""The item store in memory: DynamoDB's semantics and limits, for tests and simulations. Indexes are never stale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

from groundswell.adapters.item_size import MAX_ITEM_BYTES, MAX_TRANSACTION_BYTES, exceeds
from groundswell.adapters.memory_conditions import holds
from groundswell.adapters.memory_stream import Listener, MemoryStream
from groundswell.adapters.memory_table import MemoryTable
from groundswell.adapters.memory_updates import outcome, same_item
from groundswell.adapters.plain_values import copied
from groundswell.adapters.write_rules import demand_key, demand_key_text, key_of, not_takeable, prepare
from groundswell.domain.conditions import Item
from groundswell.domain.errors import PermanentError
from groundswell.ports.store import INDEX_KEYS, Index, Key, Reason, Refusal, TransactionRefusedError, Write


@dataclass(frozen=True)
class _Change:
    """What one write of a transaction comes to: the item before and after, or the reason why not."""

    key: Key
    old: Item | None
    new: Item | None = None
    refusal: Refusal = Refusal.NONE
    fault: str = ""


class MemoryStore:
    """A `Store` for any number of threads. Items are replaced, never changed in place; callers get copies."""

    def __init__(self, listener: Listener | None = None) -> None:
        """`listener` is told of each changed item after its commit, in order; a write that changes nothing is silent.

        With several threads a commit may be told by another thread's write, as a stream lags behind its table.
        """
        self._table = MemoryTable()
        self._stream = MemoryStream(listener)
        self._lock = Lock()

    def get(self, key: Key) -> Item | None:
        """The item, or None."""
        demand_key(key)
        item = self._table.get(key)
        return None if item is None else copied(item)

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        """The items that exist, in the order of `keys`, a repeated key once."""
        for key in keys:
            demand_key(key)
        with self._lock:
            found = [self._table.get(key) for key in dict.fromkeys(keys)]
        return [copied(item) for item in found if item is not None]

    def query(self, pk: str, sk_prefix: str = "") -> Iterator[Item]:
        """All items of a partition whose sort key starts so, ascending, as they stand when the first is taken."""
        demand_key_text("pk", pk)
        if sk_prefix:
            demand_key_text("sk", sk_prefix)
        with self._lock:
            found = self._table.in_partition(pk, sk_prefix)
        yield from map(copied, found)

    def query_index(self, index: Index, partition: str, *, up_to: str | None = None) -> Iterator[Item]:
        """All items of an index partition, ascending by sort attribute, as they stand when the first is taken."""
        partition_attribute, sort_attribute = INDEX_KEYS[index]
        demand_key_text(partition_attribute, partition)
        if up_to is not None:
            demand_key_text(sort_attribute, up_to)
        with self._lock:
            found = self._table.in_index(index, partition, up_to)
        yield from map(copied, found)

    def latest(self, index: Index, partition: str, count: int) -> list[Item]:
        """The last `count` items of an index partition, the greatest sort attribute first."""
        demand_key_text(INDEX_KEYS[index][0], partition)
        with self._lock:
            found = self._table.in_index(index, partition, None)
        return [copied(item) for item in reversed(found[-count:])]

    def write(self, *writes: Write) -> None:
        """All writes or none.

        Raises:
            TransactionRefusedError: a condition failed; nothing was written.
            PermanentError: a write that DynamoDB would not take; nothing was written.
        """
        prepared = prepare(writes)
        with self._lock:
            changes = [self._change(write) for write in prepared]
            _demand_accepted(changes)
            for change in changes:
                self._commit(change)
        self._stream.tell()

    def _change(self, write: Write) -> _Change:
        key = key_of(write)
        old = self._table.get(key)
        if write.condition is not None and not holds(write.condition, old or {}):
            return _Change(key, old, refusal=Refusal.CONDITION)
        try:
            return _Change(key, old, outcome(write, old))
        except ValueError as fault:
            return _Change(key, old, refusal=Refusal.INVALID, fault=str(fault))

    def _commit(self, change: _Change) -> None:
        if same_item(change.old, change.new):
            return
        self._table.replace(change.key, change.old, change.new)
        if self._stream.heard:
            old, new = change.old, change.new
            self._stream.append(change.key, old and copied(old), new and copied(new))


def _demand_accepted(changes: Sequence[_Change]) -> None:
    """As DynamoDB does it, all writes are judged, and a failed condition is told before any other fault."""
    if any(change.refusal is Refusal.CONDITION for change in changes):
        raise TransactionRefusedError([_reason(change) for change in changes])
    for place, change in enumerate(changes):
        if change.refusal is Refusal.INVALID:
            raise not_takeable(place, change.key, change.fault)
    if len(changes) * MAX_ITEM_BYTES > MAX_TRANSACTION_BYTES:
        _demand_size([change.new or change.old or {} for change in changes])


def _reason(change: _Change) -> Reason:
    failed = change.refusal is Refusal.CONDITION
    return Reason(change.refusal, copied(change.old) if failed and change.old is not None else None)


def _demand_size(items: Sequence[Item]) -> None:
    if exceeds(MAX_TRANSACTION_BYTES, *items):
        raise PermanentError(
            f"the items of a transaction of {len(items)} writes, the first on {items[0].get('pk')}, have more than the "
            f"{MAX_TRANSACTION_BYTES} bytes that DynamoDB takes: cut it into several"
        )
