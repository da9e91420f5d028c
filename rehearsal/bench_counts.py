"""Counts what a failover cost outside its functions: what the bus, the ledger's stream and the estate saw of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any  # DynamoDB Streams' client has no types here

from rehearsal.bus_listener import BusListener
from rehearsal.rehearsal import Rehearsal
from rehearsal.stack import EmbeddedStack

BY_THE_HUB = json.dumps({"source": [{"anything-but": {"prefix": "aws."}}]})
"""Without AWS's own events, which workload accounts forward: nobody here publishes them."""


@dataclass(frozen=True, slots=True)
class Counts:
    """All since the hub came up."""

    aws_requests: int
    """Calls that reached the services of the workload accounts, those of planning and retries too."""
    ledger_changes: int
    """Items written or deleted, as the ledger's stream tells them; a transaction on three items counts as three."""
    events: int
    """Events on the hub's bus, the facts and what asks for and reports work."""


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts on a hub from now on."""

    running: Rehearsal
    listener: BusListener

    @classmethod
    def on(cls, running: Rehearsal) -> "Counter":
        """Listen to its bus; all else counts by itself."""
        return cls(running, BusListener.on(running.stack, BY_THE_HUB))

    def counts(self) -> Counts:
        """What it came to."""
        requests = self.running.estate.control("GET", "health")["calls"]
        changes = sum(_pages_of_changes(self.running.stack))
        return Counts(int(str(requests)), changes, self.listener.waiting())


def _pages_of_changes(stack: EmbeddedStack) -> Iterator[int]:
    """The lengths of the stream's pages, from its beginning to its first empty one: it has one shard here."""
    table = stack.hub.session().client("dynamodb").describe_table(TableName=stack.outputs["LedgerTable"])["Table"]
    streams: Any = stack.hub.session().client("dynamodbstreams")
    arn = table["LatestStreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    start = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    place = start["ShardIterator"]
    while (page := streams.get_records(ShardIterator=place))["Records"]:
        yield len(page["Records"])
        place = page["NextShardIterator"]
