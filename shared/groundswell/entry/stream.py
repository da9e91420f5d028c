"""The records of the ledger's stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from groundswell.domain.records import StoredEvent
from groundswell.ledger.keys import EVENT_PREFIX


def facts_in(event: Mapping[str, Any]) -> list[StoredEvent]:
    """The facts that a batch of stream records inserted; other records are passed over."""
    images = (record["dynamodb"]["NewImage"] for record in event["Records"] if _is_new_fact(record))
    return [StoredEvent.of(_plain(image)) for image in images]


def _is_new_fact(record: Mapping[str, Any]) -> bool:
    sort_key: str = record["dynamodb"]["Keys"]["sk"]["S"]
    return record["eventName"] == "INSERT" and sort_key.startswith(EVENT_PREFIX)


def _plain(image: Mapping[str, Any]) -> dict[str, Any]:
    deserializer = TypeDeserializer()
    return {name: deserializer.deserialize(value) for name, value in image.items()}
