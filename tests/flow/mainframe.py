"""Recovers mainframes, as a team that is not ours would write it: no code of Groundswell, only events.

It takes work orders from its queue, does what recovering a mainframe takes, and answers for each resource with an event
from the source `groundswell.technology.mainframe`. It ends when it has answered for as many resources as it was told.
Usage: mainframe.py QUEUE_URL BUS RESOURCES
"""

import json
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import boto3

SOURCE = "groundswell.technology.mainframe"


def main(queue_url: str, bus: str, resources: int) -> None:
    """Take orders, recover, answer; act once for an (order, attempt)."""
    sqs, events = boto3.client("sqs"), boto3.client("events")
    answers: dict[tuple[str, int], list[Any]] = {}
    while sum(map(len, answers.values())) < resources:
        received = sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=1)
        for message in received.get("Messages", []):
            detail = json.loads(message["Body"])["detail"]
            order, metadata = detail["data"], detail["metadata"]
            if datetime.fromisoformat(order["not_after"]) >= datetime.now(UTC):
                attempt = order["order_id"], order["attempt"]
                if attempt not in answers:
                    answers[attempt] = [answer(metadata, order, each, bus) for each in order["resources"]]
                print(json.dumps(events.put_events(Entries=answers[attempt])))  # noqa: T201 - its log
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])


def answer(metadata: dict[str, Any], order: dict[str, Any], resource: dict[str, Any], bus: str) -> dict[str, str]:
    """Recover one resource, and say so."""
    partition = resource["parameters"]["partition"]  # the recovery itself: an IPL of this partition
    data = {name: order[name] for name in ("order_id", "attempt", "token", "technology", "wave")}
    data |= {"resource_id": resource["resource_id"], "evidence": {"partition": partition, "ipl": "complete"}}
    told = {
        "event_id": uuid4().hex,
        "schema_version": "1.0",
        "execution_id": metadata["execution_id"],
        "correlation_id": metadata["correlation_id"],
        "causation_id": metadata["event_id"],
        "occurred_at": datetime.now(UTC).isoformat(),
    }
    detail = json.dumps({"metadata": told, "data": data})
    return {"EventBusName": bus, "Source": SOURCE, "DetailType": "ResourceRecovered", "Detail": detail}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
