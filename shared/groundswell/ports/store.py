"""The item store under the ledger: DynamoDB's semantics, narrowed to what the ledger's transitions use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeAlias

from groundswell.domain.conditions import Condition, Item, Value
from groundswell.domain.errors import GroundswellError

MAX_WRITES = 100
"""Writes that one transaction takes (DynamoDB: TransactWriteItems)."""


class Key(NamedTuple):
    """The primary key of an item."""

    pk: str
    sk: str


class Index(StrEnum):
    """The table's sparse global secondary indexes; each is read eventually consistent."""

    DUE = "due"
    """Partition `due_shard`, sort `due_at`: executions, open or ended, and facts not yet published."""
    WAKE = "wake"
    """Partition `wake_key`, sort `sk`: the holds of resources that AWS's events name."""


INDEX_KEYS: dict[Index, tuple[str, str]] = {Index.DUE: ("due_shard", "due_at"), Index.WAKE: ("wake_key", "sk")}
"""Partition and sort attribute of each index. An item without both is not in the index."""


@dataclass(frozen=True)
class Put:
    """Write the whole item (`pk` and `sk` are attributes of it), if the condition holds of what is there."""

    item: Item
    condition: Condition | None = None


@dataclass(frozen=True)
class Update:
    """Change attributes of one item, if the condition holds; without a condition an absent item is created.

    `add` sums integers into top-level attributes (absent counts as 0; on any other value the store raises
    PermanentError). `put_in` sets members of map attributes that exist: `{"progress": {"drs/a": {...}}}` sets the
    member `drs/a` of the map `progress`; where no map is there the store raises PermanentError, so demand it with
    `Present` where that may happen. An update names an attribute once, changes something, and not the key.
    """

    key: Key
    set: Item = field(default_factory=dict)
    add: dict[str, int] = field(default_factory=dict)
    put_in: dict[str, dict[str, Value]] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    condition: Condition | None = None


@dataclass(frozen=True)
class Check:
    """Demand a condition of an item that the transaction does not change."""

    key: Key
    condition: Condition


@dataclass(frozen=True)
class Delete:
    """Remove the item, if the condition holds; an absent item is removed already."""

    key: Key
    condition: Condition | None = None


Write: TypeAlias = Put | Update | Check | Delete


class Refusal(StrEnum):
    """Why one write of a transaction was refused."""

    NONE = "None"
    CONDITION = "ConditionalCheckFailed"
    CONFLICT = "TransactionConflict"
    THROTTLED = "ThrottlingError"
    INVALID = "ValidationError"


@dataclass(frozen=True)
class Reason:
    """The fate of one write of a refused transaction; `item` is what stood there when its condition failed."""

    refusal: Refusal
    item: Item | None = None


class TransactionRefusedError(GroundswellError):
    """Nothing was written: at least one condition failed. `reasons` has one entry for each write, in order."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        self.reasons = tuple(reasons)
        failed = [place for place, reason in enumerate(self.reasons) if reason.refusal is Refusal.CONDITION]
        super().__init__(f"transaction of {len(self.reasons)} writes refused: condition failed at {failed}")

    @property
    def failed(self) -> list[int]:
        """The places of the writes whose condition failed."""
        return [place for place, reason in enumerate(self.reasons) if reason.refusal is Refusal.CONDITION]


class Store(Protocol):
    """Reads are strongly consistent but for indexes; conflicts and throttling are retried inside, then raised."""

    def get(self, key: Key) -> Item | None:
        """The item, or None."""

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        """The items that exist, in the order of `keys`, a repeated key once; any number of keys."""

    def query(self, pk: str, sk_prefix: str = "") -> Iterator[Item]:
        """All items of a partition whose sort key starts so, ascending; pages are followed."""

    def query_index(self, index: Index, partition: str, *, up_to: str | None = None) -> Iterator[Item]:
        """All items of an index partition, ascending by sort attribute, `up_to` inclusive; possibly stale."""

    def latest(self, index: Index, partition: str, count: int) -> list[Item]:
        """The last `count` items (1 or more) of an index partition, greatest sort attribute first; perhaps stale."""

    def write(self, *writes: Write) -> None:
        """All writes or none, in one transaction of 1 to 100 writes on distinct items.

        Raises:
            TransactionRefusedError: a condition failed; nothing was written.
            PermanentError: DynamoDB would never take a write (above 400 KB, an item twice, an empty key, a fraction, an
                `add` or `put_in` that does not fit its item); nothing was written. A failed condition is told first.
            TransientError: still conflicting or throttled after retries with jitter: nothing was written. Or no reply
                came: then it is unknown whether it was, and the next attempt finds out by its conditions.
        """
