"""What the stream of a store tells of its changes, alike for all implementations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from moto import mock_aws

from groundswell.adapters.dynamodb_store import DynamoDbStore
from groundswell.adapters.dynamodb_values import item_from_wire
from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.conditions import Item
from groundswell.ports.store import Key, Store
from tests.contract.store.implementations import (
    MEMORY,
    MOTO,
    OneAtATime,
    StreamsClient,
    endpoint_client,
    endpoint_streams,
    endpoint_table,
    moto_client,
    moto_streams,
)
from tests.contract.store.patience import until
from tests.contract.store.table import create_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_EVENTS = {(False, True): "INSERT", (True, True): "MODIFY", (True, False): "REMOVE"}


class Change(NamedTuple):
    """One record: the item's key, the item before (None: inserted) and after (None: removed)."""

    key: Key
    old: Item | None
    new: Item | None


@dataclass(frozen=True)
class Watched:
    """A store, and all that its stream told since it was opened."""

    store: Store
    _heard: Callable[[], list[Change]]

    def changes(self, pk: str, count: int) -> list[Change]:
        """What the stream told of a partition, once it told of as many changes; more are not cut off."""
        return until(lambda: self._of(pk), lambda found: len(found) >= count)

    def _of(self, pk: str) -> list[Change]:
        return [change for change in self._heard() if change.key.pk == pk]


@contextmanager
def watched(implementation: str) -> Iterator[Watched]:
    """A store of this implementation with its stream followed from now on."""
    if implementation == MEMORY:
        told: list[Change] = []
        yield Watched(MemoryStore(lambda key, old, new: told.append(Change(key, old, new))), lambda: told)
    elif implementation == MOTO:
        with mock_aws():
            create_table(moto_client(), "ledger")
            yield _on_the_wire(cast("DynamoDBClient", OneAtATime(moto_client())), "ledger", moto_streams())
    else:
        yield _on_the_wire(endpoint_client(), endpoint_table(), endpoint_streams())


def _on_the_wire(client: DynamoDBClient, table: str, streams: StreamsClient) -> Watched:
    follower = Follower(streams, client.describe_table(TableName=table)["Table"]["LatestStreamArn"])
    return Watched(DynamoDbStore(client, table), follower.heard)


class Follower:
    """Reads a table's stream shard by shard: of the shards that it finds at first what is new, of later ones all."""

    def __init__(self, client: StreamsClient, stream: str) -> None:
        self._client = client
        self._stream = stream
        self._iterators: dict[str, str | None] = {}
        self._changes: list[Change] = []
        self._take_up_shards("LATEST")

    def heard(self) -> list[Change]:
        """All records until now, those of a shard in its order."""
        self._take_up_shards("TRIM_HORIZON")
        for shard in self._iterators:
            self._read(shard)
        return self._changes

    def _take_up_shards(self, start: str) -> None:
        for shard in self._client.describe_stream(StreamArn=self._stream)["StreamDescription"]["Shards"]:
            if shard["ShardId"] not in self._iterators:
                taken = self._client.get_shard_iterator(
                    StreamArn=self._stream,
                    ShardId=shard["ShardId"],
                    ShardIteratorType=start,
                )
                self._iterators[shard["ShardId"]] = taken["ShardIterator"]

    def _read(self, shard: str) -> None:
        """Until a page is empty: what is not yet there comes with the next look."""
        while iterator := self._iterators[shard]:
            page = self._client.get_records(ShardIterator=iterator)
            self._iterators[shard] = page.get("NextShardIterator")
            self._changes += map(_change, page["Records"])
            if not page["Records"]:
                return


def _change(record: Mapping[str, Any]) -> Change:
    """The record in our words; its name must be what its images say."""
    keys, old, new = (_image(record["dynamodb"], name) for name in ("Keys", "OldImage", "NewImage"))
    assert keys is not None
    assert record["eventName"] == _EVENTS[old is not None, new is not None]
    return Change(Key(str(keys["pk"]), str(keys["sk"])), old, new)


def _image(told: Mapping[str, Any], name: str) -> Item | None:
    return item_from_wire(told[name]) if told.get(name) else None
