"""Hearing what happens on a bus: a queue of the test's own, and a rule that fills it."""

import json
import uuid
from dataclasses import dataclass, field

from rehearsal.accounts import EmbeddedSession
from tests.flow.embedded import wait_until

Event = dict[str, object]
EVERYTHING = {"source": [{"prefix": ""}]}
RULES_ROLE = "arn:aws:iam::111111111111:role/of-no-importance"


@dataclass
class Listener:
    """All that was heard on a bus since the listener was put there, in the order of arrival."""

    session: EmbeddedSession
    queue_url: str
    events: list[Event] = field(default_factory=list)

    def listen(self) -> list[Event]:
        """Take in what arrives within a second; returns everything heard so far."""
        for body in received(self.session, self.queue_url):
            self.events.append(json.loads(body))
        return self.events

    def wait_for(self, detail_type: str, *, count: int = 1, timeout_seconds: float = 60.0) -> list[Event]:
        """Listen until so many events of this type were heard; returns those."""

        def of_type() -> list[Event]:
            return [event for event in self.listen() if event["detail-type"] == detail_type]

        def enough(heard: list[Event]) -> bool:
            return len(heard) >= count

        try:
            return wait_until(of_type, done=enough, what=f"{count} {detail_type}", timeout_seconds=timeout_seconds)
        except AssertionError as error:
            heard = ", ".join(str(event["detail-type"]) for event in self.events)
            raise AssertionError(f"{error}; heard in all: {heard or 'nothing'}") from error


def listen_on(session: EmbeddedSession, bus: str, pattern: dict[str, object] | None = None) -> Listener:
    """A listener for what matches the pattern, by default everything, from now on."""
    name = f"listener-{uuid.uuid4().hex}"
    url, arn = queue(session, name)
    route(session, bus, json.dumps(pattern or EVERYTHING), arn, name=name)
    return Listener(session, url)


def queue(session: EmbeddedSession, name: str) -> tuple[str, str]:
    """A fresh queue's URL and ARN."""
    sqs = session.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "120"})["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def received(session: EmbeddedSession, url: str) -> list[str]:
    """What arrives in a queue within a second, each message once."""
    messages = session.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1, MaxNumberOfMessages=10)
    return [message["Body"] for message in messages.get("Messages", [])]


def route(session: EmbeddedSession, bus: str, pattern: str, target: str, *, name: str = "of-a-test") -> None:
    """A rule on the bus that sends what matches to the target."""
    events = session.client("events")
    events.put_rule(Name=name, EventBusName=bus, EventPattern=pattern)
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "1", "Arn": target, "RoleArn": RULES_ROLE}])


def put(session: EmbeddedSession, bus: str, source: str, detail: dict[str, str]) -> str:
    """Publish an event; returns the error's code, empty if the bus took it."""
    entry = session.client("events").put_events(
        Entries=[{"EventBusName": bus, "Source": source, "DetailType": "of a test", "Detail": json.dumps(detail)}]
    )["Entries"][0]
    return entry.get("ErrorCode", "")
