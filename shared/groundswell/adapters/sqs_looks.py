"""The technology's own queue on SQS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from groundswell.domain.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_DELAY = 900
"""Seconds that SQS delays a message at most (SQS API reference, SendMessage)."""


class SqsLookQueue:
    """Sends looks to come."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, body: str, *, delay_seconds: int) -> None:
        """Send the message.

        Raises:
            TransientError: it could not be sent; the sweep renews the order when it stays silent.
        """
        try:
            self._client.send_message(
                QueueUrl=self._url, MessageBody=body, DelaySeconds=min(max(delay_seconds, 0), MAX_DELAY)
            )
        except (ClientError, BotoCoreError) as error:
            raise TransientError(
                f"the next look could not be queued at {self._url}: {error}; the sweep will"
            ) from error
