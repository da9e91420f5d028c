"""Hears what the hub puts on its bus: a queue beside the hub's own, filled by a rule for everything."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from rehearsal.stack import EmbeddedStack

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

NAME = "heard-by-the-rehearsal"
EVERYTHING = json.dumps({"source": [{"prefix": ""}]})
_WAIT_SECONDS = 1


class Heard(BaseModel):
    """An event as it was delivered."""

    model_config = ConfigDict(extra="ignore")
    source: str
    detail_type: str = Field(alias="detail-type")
    detail: dict[str, JsonValue]

    @property
    def execution_id(self) -> str | None:
        """The execution that its envelope names; a bare request names none."""
        metadata = self.detail.get("metadata")
        named = metadata.get("execution_id") if isinstance(metadata, dict) else None
        return str(named) if named else None


@dataclass
class BusListener:
    """All that was heard since the listener was put there, each delivery once, in the order of arrival."""

    sqs: "SQSClient"
    queue_url: str
    heard: list[Heard] = field(default_factory=list)

    @classmethod
    def on(cls, stack: EmbeddedStack, pattern: str = EVERYTHING) -> "BusListener":
        """Listen on the hub's bus from now on, for events of this pattern."""
        session, bus = stack.hub.session(), stack.outputs["EventBus"]
        sqs, events = session.client("sqs"), session.client("events")
        url = sqs.create_queue(QueueName=NAME, Attributes={"VisibilityTimeout": "300"})["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        role = f"arn:aws:iam::{stack.hub.account_id}:role/{NAME}"
        events.put_rule(Name=NAME, EventBusName=bus, EventPattern=pattern)
        events.put_targets(Rule=NAME, EventBusName=bus, Targets=[{"Id": NAME, "Arn": arn, "RoleArn": role}])
        return cls(sqs, url)

    def listen(self) -> list[Heard]:
        """Take in all that has arrived; returns everything heard so far."""
        while bodies := self._received():
            self.heard += [Heard.model_validate_json(body) for body in bodies]
        return self.heard

    def waiting(self) -> int:
        """How many events have arrived and were not taken in yet."""
        name: Final = "ApproximateNumberOfMessages"
        told = self.sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=[name])
        return int(told["Attributes"][name])

    def _received(self) -> list[str]:
        answer = self.sqs.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=_WAIT_SECONDS
        )
        messages = answer.get("Messages", [])
        for message in messages:
            self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in messages]
