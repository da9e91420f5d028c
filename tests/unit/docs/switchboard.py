"""Answers work orders of the technology `switchboard`, with boto3 and nothing of Groundswell. See docs/events.md."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid5

import boto3

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef
    from mypy_boto3_sqs import SQSClient

SOURCE = "groundswell.technology.switchboard"
Json = dict[str, Any]
Switch = Callable[[str], str | None]
"""Brings one line (parameter `line`) to the target Region, or leaves it there; answers why it could not, or None."""


def answers(order: Json, switch: Switch, now: datetime) -> list[Json]:
    """Works on a RecoveryRequested; the details to publish, each with its `detail-type`."""
    if now > datetime.fromisoformat(order["data"]["not_after"]):
        return []
    return [answer(order, each, switch(each["parameters"]["line"]), now) for each in order["data"]["resources"]]


def answer(order: Json, resource: Json, fault: str | None, now: datetime) -> Json:
    """What became of one resource; the same outcome of the same attempt has the same event_id whenever it is said."""
    told, data = order["metadata"], order["data"]
    kind = "ResourceFailed" if fault else "ResourceRecovered"
    name = f"{data['order_id']}/{data['attempt']}/{resource['resource_id']}/{kind}"
    metadata = {
        "event_id": uuid5(NAMESPACE_OID, name).hex,
        "schema_version": "1.0",
        "execution_id": told["execution_id"],
        "correlation_id": told["correlation_id"],
        "causation_id": told["event_id"],
        "occurred_at": now.isoformat(),
    }
    of_the_order = {key: data[key] for key in ("order_id", "attempt", "token", "technology", "wave")}
    outcome = (
        {"cause": fault, "advice": "call the switchboard's duty"} if fault else {"evidence": {"region": data["region"]}}
    )
    body = {"metadata": metadata, "data": {**of_the_order, "resource_id": resource["resource_id"], **outcome}}
    return {"detail-type": kind, "detail": body}


def entries(told: list[Json], bus: str) -> list[PutEventsRequestEntryTypeDef]:
    """The answers as PutEvents takes them."""
    return [
        {
            "EventBusName": bus,
            "Source": SOURCE,
            "DetailType": each["detail-type"],
            "Detail": json.dumps(each["detail"]),
        }
        for each in told
    ]


def serve(sqs: SQSClient, events: EventBridgeClient, *, queue_url: str, bus: str, switch: Switch) -> None:
    """Takes up a message, if one comes within 20 s; it leaves the queue only when its answers are on the bus."""
    for message in sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=20).get("Messages", []):
        told = answers(json.loads(message["Body"])["detail"], switch, datetime.now(UTC))
        for start in range(0, len(told), 10):
            reply = events.put_events(Entries=entries(told[start : start + 10], bus))
            if reply["FailedEntryCount"]:
                raise RuntimeError(f"the bus refused answers, the message comes again: {reply['Entries']}")
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])


def main() -> None:
    """Serves for ever; put the real switching in the place of `print`."""
    sqs, events = boto3.client("sqs"), boto3.client("events")
    while True:
        serve(sqs, events, queue_url=os.environ["QUEUE_URL"], bus=os.environ["EVENT_BUS"], switch=print)


if __name__ == "__main__":
    main()
