"""The implementations of the store that the contract is held against, and where each is known to differ from AWS."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, cast
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from moto import mock_aws

from groundswell.adapters.dynamodb_store import DynamoDbStore
from groundswell.adapters.memory_store import MemoryStore
from groundswell.ports.store import Store
from tests.contract.store.table import create_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

ENDPOINT_VARIABLE = "GROUNDSWELL_DYNAMODB_ENDPOINT"
MEMORY, MOTO, ENDPOINT = "memory", "moto", "endpoint"


def implementations() -> list[str]:
    """All of them; the endpoint only where one is named, and `test_store_endpoint` says so where none is."""
    return [MEMORY, MOTO, *([ENDPOINT] if os.environ.get(ENDPOINT_VARIABLE) else [])]


class StreamsClient(Protocol):
    """What is asked of DynamoDB's streams, as boto3 answers it."""

    def describe_stream(self, *, StreamArn: str) -> Mapping[str, Any]: ...  # noqa: N803 - AWS's name

    def get_shard_iterator(
        self,
        *,
        StreamArn: str,  # noqa: N803 - AWS's name
        ShardId: str,  # noqa: N803 - AWS's name
        ShardIteratorType: str,  # noqa: N803 - AWS's name
    ) -> Mapping[str, Any]: ...

    def get_records(self, *, ShardIterator: str) -> Mapping[str, Any]: ...  # noqa: N803 - AWS's name


class _Access(TypedDict):
    region_name: str
    aws_access_key_id: str
    aws_secret_access_key: str
    aws_session_token: str | None


_MOTO_ACCESS: _Access = {
    "region_name": "eu-central-1",
    "aws_access_key_id": "testing",
    "aws_secret_access_key": "testing",
    "aws_session_token": None,
}


class OneAtATime:
    """A client whose calls take turns: moto's tables are plain dicts that no lock protects."""

    def __init__(self, client: DynamoDBClient) -> None:
        self._client = client
        self._turn = Lock()

    def __getattr__(self, name: str) -> object:
        operation: Callable[..., object] = getattr(self._client, name)

        def in_turn(**arguments: object) -> object:
            with self._turn:
                return operation(**arguments)

        return in_turn


@contextmanager
def opened(implementation: str) -> Iterator[Store]:
    """A store of this implementation, empty but for what other tests put under names of their own."""
    if implementation == MEMORY:
        yield MemoryStore()
    elif implementation == MOTO:
        with mock_aws():
            client = moto_client()
            create_table(client, "ledger")
            yield DynamoDbStore(cast("DynamoDBClient", OneAtATime(client)), "ledger")
    else:
        yield DynamoDbStore(endpoint_client(), endpoint_table())


def is_emulated() -> bool:
    """Whether the endpoint is one on this machine, so not AWS."""
    return urlsplit(os.environ[ENDPOINT_VARIABLE]).hostname in {"127.0.0.1", "localhost", "::1"}


def endpoint_client() -> DynamoDBClient:
    """A client of the endpoint under test, shared by all tests."""
    return _client(os.environ[ENDPOINT_VARIABLE])


@cache
def endpoint_streams() -> StreamsClient:
    """A client of the streams there: AWS has a host of its own for them, others answer at the same one."""
    url = os.environ[ENDPOINT_VARIABLE]
    on_aws = (urlsplit(url).hostname or "").endswith((".amazonaws.com", ".api.aws"))
    return cast("StreamsClient", boto3.client("dynamodbstreams", endpoint_url=None if on_aws else url, **_access()))


@cache
def moto_client() -> DynamoDBClient:
    """A client that moto answers in process, while its mock is on."""
    return boto3.client("dynamodb", **_MOTO_ACCESS)


@cache
def moto_streams() -> StreamsClient:
    """A client of moto's streams; moto knows no hosts that are an account's own."""
    of_all = Config(account_id_endpoint_mode="disabled")
    return cast("StreamsClient", boto3.client("dynamodbstreams", config=of_all, **_MOTO_ACCESS))


@cache
def _client(url: str) -> DynamoDBClient:
    return boto3.client("dynamodb", endpoint_url=url, config=Config(max_pool_connections=32), **_access())


def _access() -> _Access:
    """By whom, and where, the endpoint is called: the environment says so, an emulator takes anybody."""
    return {
        "region_name": os.environ.get("AWS_REGION", "eu-central-1"),
        "aws_access_key_id": os.environ.get("AWS_ACCESS_KEY_ID", "testing"),
        "aws_secret_access_key": os.environ.get("AWS_SECRET_ACCESS_KEY", "testing"),
        "aws_session_token": os.environ.get("AWS_SESSION_TOKEN"),
    }


@cache
def endpoint_table() -> str:
    """One table for the whole run: making one takes real DynamoDB ten seconds."""
    name = f"groundswell-contract-{uuid.uuid4()}"
    create_table(endpoint_client(), name)
    return name


def drop_endpoint_table() -> None:
    """Take the run's table away again, if there is one."""
    if endpoint_table.cache_info().currsize:
        endpoint_client().delete_table(TableName=endpoint_table())
