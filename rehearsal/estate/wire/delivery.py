"""Delivers AWS's events as they fall due: onto the default bus of the account and Region that they happened in."""

import json
import logging
import threading
from collections import Counter
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from rehearsal.estate.engine import Estate
from rehearsal.estate.events import Envelope

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

_LOG = logging.getLogger(__name__)
_LOOK_EVERY = 0.1


class EventDelivery(threading.Thread):
    """A background thread. While no endpoint is named, due events are lost, as on AWS where no rule matches."""

    def __init__(self, estate: Estate) -> None:
        super().__init__(name="estate-events", daemon=True)
        self._estate = estate
        self._stopped = threading.Event()
        self._endpoint: str | None = None
        self._clients: dict[tuple[str, str], EventBridgeClient] = {}
        self._counts: Counter[str] = Counter(sent=0, failed=0, unheard=0)

    @property
    def endpoint(self) -> str | None:
        """Where EventBridge is; None is nowhere."""
        return self._endpoint

    def send_to(self, endpoint: str) -> None:
        """From now on put events there, each as the account that it happened in."""
        self._endpoint = endpoint

    def counts(self) -> dict[str, int]:
        """How many events were sent, could not be sent, or fell due while no endpoint was named."""
        return dict(self._counts)

    def run(self) -> None:
        """Deliver until stopped."""
        while not self._stopped.wait(_LOOK_EVERY):
            for event in self._estate.due_events():
                self._deliver(event)

    def stop(self) -> None:
        """Stop after the event in hand."""
        self._stopped.set()

    def _deliver(self, event: Envelope) -> None:
        if self._endpoint is None:
            self._counts["unheard"] += 1
            return
        try:
            failed = self._put(self._client(str(event["account"]), str(event["region"]), self._endpoint), event)
            self._counts["failed" if failed else "sent"] += 1
            if failed:
                _LOG.warning("EventBridge at %s took the call and refused the event %s", self._endpoint, event)
        except (BotoCoreError, ClientError) as error:
            self._counts["failed"] += 1
            _LOG.warning("The event %s could not be put: %s", event["detail-type"], error)

    @staticmethod
    def _put(client: "EventBridgeClient", event: Envelope) -> int:
        resources = event["resources"]
        entry = {
            "Time": event["time"],
            "Source": event["source"],
            "DetailType": event["detail-type"],
            "Resources": list(resources) if isinstance(resources, list) else [],
            "Detail": json.dumps(event["detail"]),
        }
        reply = client.put_events(Entries=[entry])  # type: ignore[list-item] # the envelope holds what EventBridge takes
        return reply["FailedEntryCount"]

    def _client(self, account: str, region: str, endpoint: str) -> "EventBridgeClient":
        if (account, region) not in self._clients:
            self._clients[account, region] = boto3.client(
                "events",
                endpoint_url=endpoint,
                region_name=region,
                aws_access_key_id=account,
                aws_secret_access_key="estate",  # noqa: S106 - the emulator takes any
            )
        return self._clients[account, region]
