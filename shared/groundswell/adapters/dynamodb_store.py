"""The item store on a DynamoDB table: partition key `pk`, sort key `sk`, and the port's indexes, projecting all.

Every write is a TransactWriteItems request with a token, a single one too. A lost reply makes the SDK, or this
adapter, send the request again: to the token DynamoDB then answers with the first outcome, where PutItem or UpdateItem
would add twice, overwrite what came between, or report the caller's own write as a failed condition. The token is the
same for all attempts of a write, which end minutes before the ten that it is valid for. The price is twice the write
units. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from groundswell.adapters.dynamodb_batches import BatchReader
from groundswell.adapters.dynamodb_requests import key_to_wire, transact_item
from groundswell.adapters.dynamodb_retries import Retries
from groundswell.adapters.dynamodb_values import item_from_wire
from groundswell.adapters.write_rules import demand_key, demand_key_text, key_of, prepare
from groundswell.domain.conditions import Item
from groundswell.ports.store import INDEX_KEYS, Index, Key, Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, QueryInputTypeDef, QueryOutputTypeDef


def _new_token() -> str:
    return str(uuid.uuid4())


class DynamoDbStore:
    """A `Store` for any number of threads that share a client.

    The client's own timeouts and retries come on top of `retries`: give it short ones.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        *,
        retries: Retries | None = None,
        new_token: Callable[[], str] = _new_token,
    ) -> None:
        """`new_token` gives a token of at most 36 characters that no other write has."""
        self._client = client
        self._table = table
        self._retries = retries or Retries()
        self._new_token = new_token
        self._batches = BatchReader(client, table, self._retries)

    def get(self, key: Key) -> Item | None:
        """The item, or None; strongly consistent."""
        demand_key(key)
        reply = self._retries.call(
            lambda: self._client.get_item(TableName=self._table, Key=key_to_wire(key), ConsistentRead=True),
            doing=f"reading {key.pk} / {key.sk} from table {self._table}",
        )
        return item_from_wire(reply["Item"]) if "Item" in reply else None

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        """The items that exist, in the order of `keys`, a repeated key once; each strongly consistent by itself."""
        for key in keys:
            demand_key(key)
        distinct = list(dict.fromkeys(keys))
        found = self._batches.read(distinct)
        return [found[key] for key in distinct if key in found]

    def query(self, pk: str, sk_prefix: str = "") -> Iterator[Item]:
        """All items of a partition whose sort key starts so, ascending; each page strongly consistent by itself."""
        values: dict[str, AttributeValueTypeDef] = {":pk": {"S": demand_key_text("pk", pk)}}
        condition = "pk = :pk"
        if sk_prefix:
            values[":prefix"] = {"S": demand_key_text("sk", sk_prefix)}
            condition += " AND begins_with(sk, :prefix)"
        request: QueryInputTypeDef = {
            "TableName": self._table,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ConsistentRead": True,
        }
        yield from self._items(request, doing=f"querying {pk} / {sk_prefix}* in table {self._table}")

    def query_index(self, index: Index, partition: str, *, up_to: str | None = None) -> Iterator[Item]:
        """All items of an index partition, ascending by sort attribute, `up_to` inclusive; eventually consistent."""
        request = self._index_request(index, partition, up_to)
        yield from self._items(request, doing=f"querying {partition} in index {index} of table {self._table}")

    def latest(self, index: Index, partition: str, count: int) -> list[Item]:
        """The last `count` items of an index partition, the greatest sort attribute first; eventually consistent."""
        request: QueryInputTypeDef = {
            **self._index_request(index, partition, None),
            "ScanIndexForward": False,
            "Limit": count,
        }
        doing = f"querying the latest of {partition} in index {index} of table {self._table}"
        return list(islice(self._items(request, doing=doing), count))

    def _index_request(self, index: Index, partition: str, up_to: str | None) -> QueryInputTypeDef:
        partition_attribute, sort_attribute = INDEX_KEYS[index]
        names = {"#partition": partition_attribute}
        values: dict[str, AttributeValueTypeDef] = {
            ":partition": {"S": demand_key_text(partition_attribute, partition)}
        }
        condition = "#partition = :partition"
        if up_to is not None:
            names["#sort"] = sort_attribute
            values[":up_to"] = {"S": demand_key_text(sort_attribute, up_to)}
            condition += " AND #sort <= :up_to"
        return {
            "TableName": self._table,
            "IndexName": index.value,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }

    def write(self, *writes: Write) -> None:
        """All writes or none.

        Raises:
            TransactionRefusedError: a condition failed; nothing was written.
            PermanentError: a write that DynamoDB would not take; nothing was written.
            TransientError: still conflicting or throttled after retries with jitter: nothing was written; or no reply
                came, and then it is unknown.
        """
        prepared = prepare(writes)
        items = [transact_item(self._table, write) for write in prepared]
        keys = [key_of(write) for write in prepared]
        token = self._new_token()
        self._retries.call(
            lambda: self._client.transact_write_items(TransactItems=items, ClientRequestToken=token),
            doing=f"writing {len(items)} items to table {self._table}, the first {keys[0].pk} / {keys[0].sk}",
            keys=keys,
        )

    def _items(self, request: QueryInputTypeDef, *, doing: str) -> Iterator[Item]:
        """Page after page, each asked for when the one before is used up."""
        while True:
            page = self._page(request, doing)
            yield from map(item_from_wire, page["Items"])
            if not page.get("LastEvaluatedKey"):
                return
            request = {**request, "ExclusiveStartKey": page["LastEvaluatedKey"]}

    def _page(self, request: QueryInputTypeDef, doing: str) -> QueryOutputTypeDef:
        return self._retries.call(lambda: self._client.query(**request), doing=doing)
