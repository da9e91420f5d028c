"""What only a store behind a network can get wrong; and whether one was held to the contract at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import pytest
from botocore.exceptions import ReadTimeoutError

from groundswell.adapters.dynamodb_retries import Retries
from groundswell.adapters.dynamodb_store import DynamoDbStore
from groundswell.domain.conditions import Absent
from groundswell.ports.store import Key, Put, Update
from tests.contract.store.implementations import ENDPOINT_VARIABLE, endpoint_client, endpoint_table
from tests.contract.store.items import item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.skipif(
    not os.environ.get(ENDPOINT_VARIABLE),
    reason=f"{ENDPOINT_VARIABLE} names no DynamoDB endpoint: only the stores in memory and on moto are tested",
)


class _LosesFirstReply:
    """A client whose first transaction is carried out, but nobody hears of it."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """`meanwhile` happens before the request is sent again."""
        self.sent = 0
        self._meanwhile = meanwhile

    def transact_write_items(self, **request: object) -> object:
        self.sent += 1
        reply = endpoint_client().transact_write_items(**request)  # type: ignore[arg-type]  # handed on as it comes
        if self.sent == 1:
            self._meanwhile()
            raise ReadTimeoutError(endpoint_url=os.environ[ENDPOINT_VARIABLE])
        return reply


def _store(client: _LosesFirstReply) -> DynamoDbStore:
    return DynamoDbStore(cast("DynamoDBClient", client), endpoint_table(), retries=Retries(pause=lambda _: None))


def test_sum_is_added_once_when_the_reply_is_lost(key: Key) -> None:
    client = _LosesFirstReply()
    store = DynamoDbStore(endpoint_client(), endpoint_table())

    _store(client).write(Update(key, add={"count": 1}))

    assert client.sent == 2
    assert store.get(key) == item(key, count=1)


def test_put_if_absent_is_no_duplicate_of_itself_when_the_reply_is_lost(key: Key) -> None:
    client = _LosesFirstReply()
    store = DynamoDbStore(endpoint_client(), endpoint_table())

    _store(client).write(Put(item(key), condition=Absent("pk")))

    assert client.sent == 2
    assert store.get(key) == item(key)


def test_nothing_that_came_between_is_overwritten_when_the_reply_is_lost(pk: str) -> None:
    wave, fact = Key(pk, "WAVE"), Key(pk, "EVENT#1")
    store = DynamoDbStore(endpoint_client(), endpoint_table())

    def another_writes() -> None:
        store.write(Update(wave, set={"status": "HELD"}), Update(fact, remove=("unpublished",)))

    client = _LosesFirstReply(meanwhile=another_writes)
    _store(client).write(Update(wave, set={"status": "RUNNING"}), Put(item(fact, unpublished=True)))

    assert client.sent == 2
    assert store.get_many([wave, fact]) == [item(wave, status="HELD"), item(fact)]
