"""Replies of DynamoDB, scripted through botocore's stubber, and a store that takes no time to wait for better ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.stub import Stubber

from groundswell.adapters.dynamodb_retries import Retries
from groundswell.adapters.dynamodb_store import DynamoDbStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "ledger"
TOKEN = "token-1"


@dataclass
class Pauses:
    """The seconds that would have been waited."""

    taken: list[float] = field(default_factory=list)

    def retries(self, draw: float = 1.0) -> Retries:
        """Retries that note their pauses, each this part of the longest."""
        return Retries(pause=self.taken.append, draw=lambda: draw)


@contextmanager
def scripted(pauses: Pauses) -> Iterator[tuple[DynamoDbStore, Stubber]]:
    """A store, and the stubber that takes the script; every reply of it must be asked for."""
    client = _client()
    with Stubber(client) as script:
        yield DynamoDbStore(client, TABLE, retries=pauses.retries(), new_token=lambda: TOKEN), script
        script.assert_no_pending_responses()


@cache
def _client() -> DynamoDBClient:
    return boto3.client(
        "dynamodb", region_name="eu-central-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )


def cancelled(script: Stubber, *codes: str) -> None:
    """The next transaction is cancelled for these reasons, one for each write."""
    script.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        # As code and message of the reasons differ: nobody may read the message.
        service_message="Transaction cancelled, please refer cancellation reasons for specific reasons [None]",
        http_status_code=400,
        modeled_fields={"CancellationReasons": [{"Code": code} for code in codes]},
    )


def failed(script: Stubber, operation: str, code: str, *, times: int = 1, status: int = 400) -> None:
    """The next calls of the operation fail as a whole."""
    for _ in range(times):
        script.add_client_error(operation, code, service_message="said so", http_status_code=status)
