"""What people are told: a queue of the test's own, subscribed to the notices topic."""

import json
from dataclasses import dataclass, field

from rehearsal.accounts import EmbeddedSession
from tests.flow.embedded import Embedded, wait_until
from tests.flow.listening import queue, received


@dataclass
class Notices:
    """All notices since the subscription, in the order of arrival."""

    session: EmbeddedSession
    queue_url: str
    texts: list[str] = field(default_factory=list)

    def wait_for(self, *parts: str, seconds: float = 60) -> str:
        """The first notice that holds all these parts, as soon as it arrives."""
        return wait_until(lambda: self._find(parts), what=f"a notice with {parts}", timeout_seconds=seconds)

    def _find(self, parts: tuple[str, ...]) -> str:
        found = next((text for text in self.texts if all(part in text for part in parts)), "")
        if not found:
            self.texts += [json.loads(body)["Message"] for body in received(self.session, self.queue_url)]
        return found


def subscribe(embedded: Embedded, name: str) -> Notices:
    """Notices from now on."""
    session = embedded.hub()
    url, arn = queue(session, f"notices-for-{name}")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": embedded.outputs["NoticesTopic"]}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    session.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    session.client("sns").subscribe(TopicArn=embedded.outputs["NoticesTopic"], Protocol="sqs", Endpoint=arn)
    return Notices(session, url)
