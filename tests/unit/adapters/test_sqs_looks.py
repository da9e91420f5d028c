from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from groundswell.adapters.sqs_looks import SqsLookQueue
from groundswell.domain.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class FakeSqs:
    """SQS: keeps what it is sent, or raises."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.sent: list[dict[str, Any]] = []

    def send_message(self, **message: Any) -> None:
        if self.error:
            raise self.error
        self.sent.append(message)


def queue(sqs: FakeSqs) -> SqsLookQueue:
    return SqsLookQueue(cast("SQSClient", sqs), "https://queue")


@pytest.mark.parametrize(("asked", "sent"), [(0, 0), (15, 15), (900, 900), (901, 900), (10**9, 900), (-5, 0)])
def test_message_is_delayed_as_long_as_sqs_allows(asked: int, sent: int) -> None:
    sqs = FakeSqs()

    queue(sqs).send("body", delay_seconds=asked)

    assert sqs.sent == [{"QueueUrl": "https://queue", "MessageBody": "body", "DelaySeconds": sent}]


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "AWS.SimpleQueueService.NonExistentQueue", "Message": "gone"}}, "SendMessage"),
        ReadTimeoutError(endpoint_url="https://queue"),
    ],
)
def test_failure_may_pass_and_names_the_queue(error: Exception) -> None:
    with pytest.raises(TransientError, match="could not be queued at https://queue"):
        queue(FakeSqs(error)).send("body", delay_seconds=1)
