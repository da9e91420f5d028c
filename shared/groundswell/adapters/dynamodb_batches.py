"""Reading many items by key: a hundred in a request, and again what DynamoDB left unprocessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from groundswell.adapters.dynamodb_requests import key_to_wire
from groundswell.adapters.dynamodb_retries import Retries
from groundswell.adapters.dynamodb_values import item_from_wire
from groundswell.domain.conditions import Item
from groundswell.domain.errors import TransientError
from groundswell.ports.store import Key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, BatchGetItemOutputTypeDef

    WireKey = Mapping[str, AttributeValueTypeDef]

MAX_KEYS = 100
"""Keys that one BatchGetItem takes."""


class BatchReader:
    """BatchGetItem on one table, strongly consistent."""

    def __init__(self, client: DynamoDBClient, table: str, retries: Retries) -> None:
        self._client = client
        self._table = table
        self._retries = retries

    def read(self, keys: Sequence[Key]) -> dict[Key, Item]:
        """Those of the items that exist; the keys are distinct, and any number.

        Raises:
            TransientError: DynamoDB kept leaving keys unprocessed.
        """
        found: dict[Key, Item] = {}
        rest = iter(keys)
        while batch := [key_to_wire(key) for key in islice(rest, MAX_KEYS)]:
            for item in self._read_batch(batch):
                found[Key(str(item["pk"]), str(item["sk"]))] = item
        return found

    def _read_batch(self, keys: Sequence[WireKey]) -> list[Item]:
        """Attempts are counted from the last one that brought anything: large items come in several replies."""
        found: list[Item] = []
        attempt = 0
        while True:
            reply = self._request(keys)
            items = reply["Responses"].get(self._table, [])
            found += map(item_from_wire, items)
            keys = reply["UnprocessedKeys"].get(self._table, {"Keys": []})["Keys"]
            if not keys:
                return found
            attempt = 0 if items else attempt + 1
            self._wait(attempt, len(keys))

    def _request(self, keys: Sequence[WireKey]) -> BatchGetItemOutputTypeDef:
        return self._retries.call(
            lambda: self._client.batch_get_item(
                RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}},
            ),
            doing=f"reading {len(keys)} items from table {self._table}",
        )

    def _wait(self, attempt: int, unprocessed: int) -> None:
        if not self._retries.goes_on(attempt):
            raise TransientError(
                f"reading from table {self._table}: {unprocessed} keys stay unprocessed after several attempts; "
                "it is tried again with its message: if that does not help, check the table's throttling"
            )
        self._retries.wait(attempt)
