"""What people read when something happens: complete, about this execution, and with a next step."""

from __future__ import annotations

import re
from functools import reduce

import pytest

from groundswell_cli.app import app
from tests.template.patterns import matches
from tests.template.policies import Context, is_allowed, is_denied
from tests.template.stack import Body, Stack


def notices(stack: Stack) -> dict[str, Body]:
    topic = stack.ref("Notices")
    rules = stack.of_type("AWS::Events::Rule")
    return {name: rule for name, rule in rules.items() if rule["Targets"][0]["Arn"] == topic}


def text_of(rule: Body, event: Body) -> str:
    """The text that EventBridge makes of an event."""
    transformer = rule["Targets"][0]["InputTransformer"]
    paths: dict[str, str] = transformer["InputPathsMap"]
    values = {name: str(value_at(path, event)) for name, path in paths.items()}
    return re.sub(r"<([A-Za-z_]+)>", lambda found: values[found[1]], transformer["InputTemplate"])


def value_at(path: str, event: Body) -> object:
    return reduce(lambda part, name: part[name], path.removeprefix("$.").split("."), event)


def test_notice_fills_every_place_from_the_event_that_it_tells_of(hub: Stack, events: list[Body]) -> None:
    for name, rule in notices(hub).items():
        told = [event for event in events if matches(rule["EventPattern"], event)]

        texts = [text_of(rule, event) for event in told]

        assert texts, name
        for text in texts:
            assert "dr-1" in text, name
            assert re.search(r"Next: .*\bdr [a-z]+ dr-1", text), name


def test_notice_names_commands_that_there_are(hub: Stack) -> None:
    known = {command.callback.__name__ for command in app.registered_commands if command.callback}
    texts = [rule["Targets"][0]["InputTransformer"]["InputTemplate"] for rule in notices(hub).values()]

    named = {command for text in texts for command in re.findall(r"\bdr ([a-z]+) <", text)}

    assert named
    assert named <= known


def test_notice_is_lines_of_quoted_text(hub: Stack) -> None:
    for name, rule in notices(hub).items():
        lines = rule["Targets"][0]["InputTransformer"]["InputTemplate"].splitlines()

        assert lines, name
        assert all(re.fullmatch(r'"[^"]+"', line) for line in lines), name


def test_notice_uses_every_value_that_it_extracts(hub: Stack) -> None:
    for name, rule in notices(hub).items():
        transformer = rule["Targets"][0]["InputTransformer"]

        used = set(re.findall(r"<([A-Za-z_]+)>", transformer["InputTemplate"]))

        assert used == set(transformer["InputPathsMap"]), name


@pytest.mark.parametrize("service", ["events.amazonaws.com", "cloudwatch.amazonaws.com"])
def test_key_is_for_rules_and_alarms_that_publish_to_the_topic(hub: Stack, service: str) -> None:
    granted = [each for each in key_statements(hub) if service in each["Principal"].get("Service", [])]
    topic: Context = {"kms:EncryptionContext:aws:sns:topicArn": hub.ref("Notices")}

    assert is_allowed(granted, "kms:GenerateDataKey", "key", topic)
    assert not is_allowed(granted, "kms:GenerateDataKey", "key")


def test_eventbridge_is_asked_for_no_condition_that_it_cannot_meet(hub: Stack) -> None:
    (publishing,) = [each for each in topic_statements(hub) if each["Principal"] == {"Service": "events.amazonaws.com"}]

    assert "Condition" not in publishing
    assert not [each for each in key_statements(hub) if "aws:Source" in str(each.get("Condition"))]


def test_topic_refuses_what_does_not_come_over_tls(hub: Stack) -> None:
    plain: Context = {"aws:SecureTransport": "false"}

    assert is_denied(topic_statements(hub), "sns:Publish", hub.ref("Notices"), plain)


def key_statements(stack: Stack) -> list[Body]:
    found: list[Body] = stack.resources["NoticesKey"]["Properties"]["KeyPolicy"]["Statement"]
    return found


def topic_statements(stack: Stack) -> list[Body]:
    found: list[Body] = stack.resources["NoticesPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    return found
