"""The hub's queues: how much waits in them, what was given up, and how soon a dead function's message comes again."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from rehearsal.stack import EmbeddedStack

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_QUEUE, _DEAD_LETTERS, _RECOVER = "QueueUrl", "DeadLettersUrl", "Recover"
_UNDELIVERED = "UndeliveredUrl"
_COUNTS = "ApproximateNumberOfMessages"
"""Attributes begin so that count messages: those to be had, those in hands, those to come later."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How soon what a function did not finish comes again, and how often the sweep runs; all in seconds.

    The template's own are 120, 120 and 60. A reaction may run for 20 s; a worker's claim lasts 45 s.
    """

    reactions: int = 25
    workers: int = 50
    sweep: float = 10.0


@dataclass(frozen=True, slots=True)
class HubQueues:
    """The queues of a hub's functions, by name, and their dead letters."""

    sqs: "SQSClient"
    account_id: str
    urls: Mapping[str, str]

    @classmethod
    def of(cls, stack: EmbeddedStack) -> "HubQueues":
        """Those that the stack's outputs name."""
        return cls(stack.hub.session().client("sqs"), stack.hub.account_id, stack.outputs)

    def waiting(self) -> dict[str, int]:
        """Messages in each function's queue, or in its hands, or to come later; only where there are any."""
        return self._not_empty(name for name in self.urls if name.endswith(_QUEUE))

    def dead_letters(self) -> dict[str, int]:
        """Messages that functions gave up, and events that reached no queue; only where there are any."""
        return self._not_empty(name for name in self.urls if name.endswith(_DEAD_LETTERS) or name == _UNDELIVERED)

    def be_patient(self, patience: Patience) -> None:
        """From now on messages of dead functions come again after so long."""
        for name, url in self.urls.items():
            if name.endswith(_QUEUE):
                seconds = patience.workers if name.startswith(_RECOVER) else patience.reactions
                self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})

    @contextmanager
    def sweeping(self, patience: Patience) -> Iterator[None]:
        """Have the sweep run this often for a while."""
        stopped = threading.Event()

        def tick() -> None:
            while not stopped.wait(patience.sweep):
                self.sweep()

        thread = threading.Thread(target=tick, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()

    def sweep(self) -> None:
        """Put the event that makes the sweep run into its queue."""
        tick = {
            "id": uuid4().hex,
            "source": "aws.events",
            "account": self.account_id,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "detail-type": "Scheduled Event",
            "detail": {},
        }
        self.sqs.send_message(QueueUrl=self.urls["SweepQueueUrl"], MessageBody=json.dumps(tick))

    def _not_empty(self, names: Iterator[str]) -> dict[str, int]:
        counted = {_short(name): self._depth(self.urls[name]) for name in names}
        return {name: depth for name, depth in counted.items() if depth}

    def _depth(self, url: str) -> int:
        told = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return sum(int(count) for name, count in told.items() if name.startswith(_COUNTS))


def _short(name: str) -> str:
    return name.removesuffix("Url").removesuffix("Queue")
