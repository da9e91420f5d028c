"""The records of the ledger's stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from groundswell.domain.records import StoredEvent
from groundswell.ledger.reading import fact_of


def facts_in(event: Mapping[str, Any]) -> list[StoredEvent]:
    """The facts that a batch of stream records inserted; other records are passed over."""
    images = (record["dynamodb"]["NewImage"] for record in event["Records"] if record["eventName"] == "INSERT")
    found = (fact_of(_plain(image)) for image in images)
    return [fact for fact in found if fact is not None]


def _plain(image: Mapping[str, Any]) -> dict[str, Any]:
    deserializer = TypeDeserializer()
    return {name: deserializer.deserialize(value) for name, value in image.items()}
