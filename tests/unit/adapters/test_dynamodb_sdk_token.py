"""The SDK's own retries, below the store, send a transaction again as it was: with the token that makes it one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from groundswell.adapters.dynamodb_store import DynamoDbStore
from groundswell.ports.store import Key, Update

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest


class _Raw:
    """The body of a reply, as urllib3 gives it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> list[bytes]:
        return [self._body]


class _Wire:
    """Takes the place of the network: fails the first requests, and keeps what each of them said."""

    def __init__(self, failures: int) -> None:
        self.said: list[dict[str, object]] = []
        self._failures = failures

    def __call__(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        self.said.append(json.loads(cast("bytes", request.body)))
        failing = len(self.said) <= self._failures
        body = {"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError"} if failing else {}
        status = 500 if failing else 200
        return AWSResponse("https://dynamodb", status, {}, _Raw(json.dumps(body).encode()))  # type: ignore[arg-type]  # what of it is read


CONFIGS = {
    "standard": Config(retries={"mode": "standard", "total_max_attempts": 3}),
    "adaptive": Config(retries={"mode": "adaptive", "total_max_attempts": 3}),
    "legacy": Config(retries={"mode": "legacy", "total_max_attempts": 3}),
}


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS.keys())
def test_sdk_sends_the_same_token_when_it_retries_by_itself(monkeypatch: pytest.MonkeyPatch, config: Config) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    wire = _Wire(failures=2)
    client = boto3.client(
        "dynamodb",
        region_name="eu-central-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=config,
    )
    client.meta.events.register("before-send.dynamodb.TransactWriteItems", wire)  # type: ignore[arg-type]  # an answer ends the sending

    DynamoDbStore(client, "ledger").write(Update(Key("EXECUTION#1", "META"), add={"version": 1}))

    assert len(wire.said) == 3
    assert wire.said == [wire.said[0]] * 3
    assert wire.said[0]["ClientRequestToken"]
