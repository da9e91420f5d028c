"""Who answers for a technology: read off the rules of the hub's bus, as EventBridge itself matches them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from groundswell.domain.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

_NOBODYS = "no-such-technology"


class RuleAnswerers:
    """Asks EventBridge which enabled rules with a target match a work order of just this technology."""

    def __init__(self, client: EventBridgeClient, bus: str, *, region: str) -> None:
        self._client = client
        self._bus = bus
        self._region = region

    def answers(self, technology: str) -> bool:
        """Whether anyone takes up its work orders.

        Raises:
            TransientError: EventBridge cannot be asked now.
        """
        try:
            return any(
                self._matches(pattern, technology)
                and not self._matches(pattern, _NOBODYS)
                and self._client.list_targets_by_rule(Rule=rule, EventBusName=self._bus)["Targets"]
                for rule, pattern in self._order_rules()
            )
        except (ClientError, BotoCoreError) as error:
            message = f"the rules of bus {self._bus} cannot be read, to see who answers for {technology}: {error}"
            raise TransientError(message) from error

    def _order_rules(self) -> list[tuple[str, str]]:
        pages = self._client.get_paginator("list_rules").paginate(EventBusName=self._bus)
        rules = [rule for page in pages for rule in page["Rules"] if rule.get("State") == "ENABLED"]
        return [
            (rule["Name"], rule["EventPattern"])
            for rule in rules
            if "RecoveryRequested" in rule.get("EventPattern", "")
        ]

    def _matches(self, pattern: str, technology: str) -> bool:
        sample = {
            "id": "sample",
            "account": "000000000000",
            "source": "groundswell",
            "time": "2026-01-01T00:00:00Z",
            "region": self._region,
            "resources": [],
            "detail-type": "RecoveryRequested",
            "detail": {"metadata": {}, "data": {"technology": technology}},
        }
        return self._client.test_event_pattern(EventPattern=pattern, Event=json.dumps(sample))["Result"]
