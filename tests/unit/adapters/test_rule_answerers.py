from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from groundswell.adapters.rule_answerers import RuleAnswerers
from groundswell.domain.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


def orders_of(*technologies: str) -> dict[str, Any]:
    return {"detail-type": ["RecoveryRequested"], "detail": {"data": {"technology": list(technologies)}}}


QUEUE = "arn:aws:sqs:us-west-2:111111111111:mainframe"


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Iterator[EventBridgeClient]:
    with mock_aws():
        client = boto3.client("events", region_name="us-west-2", aws_access_key_id="t", aws_secret_access_key="t")
        client.create_event_bus(Name="hub-bus")
        # moto has no TestEventPattern; this one knows what these tests need of patterns.
        monkeypatch.setattr(client, "test_event_pattern", _tested, raising=False)
        yield client


def _tested(*, EventPattern: str, Event: str) -> dict[str, bool]:  # noqa: N803 - EventBridge's names
    return {"Result": _matches(json.loads(EventPattern), json.loads(Event))}


def _matches(pattern: Any, value: Any) -> bool:
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(_matches(each, value.get(name)) for name, each in pattern.items())
    return value in pattern


def rule(
    events: EventBridgeClient, name: str, pattern: dict[str, Any], *, state: str = "ENABLED", targets: bool = True
) -> None:
    events.put_rule(Name=name, EventBusName="hub-bus", EventPattern=json.dumps(pattern), State=state)  # type: ignore[arg-type] # a state of EventBridge's
    if targets:
        events.put_targets(Rule=name, EventBusName="hub-bus", Targets=[{"Id": "queue", "Arn": QUEUE}])


def answers(events: EventBridgeClient, technology: str = "mainframe") -> bool:
    return RuleAnswerers(events, "hub-bus", region="us-west-2").answers(technology)


def test_somebody_answers_when_a_rule_routes_the_technologys_orders_to_a_target(events: EventBridgeClient) -> None:
    rule(events, "mainframe", orders_of("mainframe"))

    assert answers(events)


def test_somebody_answers_when_one_rule_routes_several_technologies(events: EventBridgeClient) -> None:
    rule(events, "both", orders_of("tape", "mainframe"))

    assert answers(events)


def test_nobody_answers_when_there_is_no_rule(events: EventBridgeClient) -> None:
    assert not answers(events)


@pytest.mark.parametrize(
    "pattern",
    [
        orders_of("tape"),
        {"detail-type": ["RecoveryRequested"]},
        {"source": ["groundswell"]},
        {
            "detail-type": ["RecoveryRequested"],
            "source": ["somebody"],
            "detail": {"data": {"technology": ["mainframe"]}},
        },
        {"detail-type": ["DRAccepted"]},
    ],
    ids=["another technology", "every technology", "every event", "another source", "another event"],
)
def test_nobody_answers_when_no_rule_is_for_orders_of_just_this_technology(
    events: EventBridgeClient, pattern: dict[str, Any]
) -> None:
    rule(events, "other", pattern)

    assert not answers(events)


def test_nobody_answers_when_the_rule_is_disabled(events: EventBridgeClient) -> None:
    rule(events, "mainframe", orders_of("mainframe"), state="DISABLED")

    assert not answers(events)


def test_nobody_answers_when_the_rule_has_no_target(events: EventBridgeClient) -> None:
    rule(events, "mainframe", orders_of("mainframe"), targets=False)

    assert not answers(events)


def test_somebody_answers_when_the_rule_is_on_a_later_page(events: EventBridgeClient) -> None:
    for number in range(60):
        rule(events, f"a{number:02}", {"source": ["x"]}, targets=False)
    rule(events, "z-mainframe", orders_of("mainframe"))

    assert answers(events)


def test_failure_may_pass_and_names_bus_and_technology(events: EventBridgeClient) -> None:
    with pytest.raises(TransientError, match="rules of bus gone cannot be read, to see who answers for mainframe"):
        RuleAnswerers(events, "gone", region="us-west-2").answers("mainframe")
