"""Automations as AWS has them: late in lists, paged, and refused in the service's words; commands refused too."""

from __future__ import annotations

import pytest

from tests.unit.estate.builders import THERE, Json
from tests.unit.estate.systems import (
    AT_ONCE,
    SYSTEMS,
    WEB,
    automation,
    code_of,
    listed,
    start,
    world,
)


def test_automation_runs_to_its_end_when_nothing_fails() -> None:
    at = world()
    name = start(at)

    during = automation(at, name)["AutomationExecutionStatus"]
    at.clock.advance(60)

    assert (during, automation(at, name)["AutomationExecutionStatus"]) == ("InProgress", "Success")


def test_automation_is_seen_by_id_before_lists_have_it() -> None:
    at = world(times={"ssm": {**AT_ONCE["ssm"], "listed_after": "10s"}})
    name = start(at)

    early = listed(at)
    at.clock.advance(10)

    assert automation(at, name)["DocumentName"] == "smoke"
    assert (early, listed(at)) == ([], [name])


def test_automation_that_was_just_started_is_unknown_when_its_id_comes_late() -> None:
    at = world(times={"ssm": {**AT_ONCE["ssm"], "answers_after": "5s"}})
    name = start(at)

    assert code_of(at, "GetAutomationExecution", AutomationExecutionId=name) == "AutomationExecutionNotFoundException"
    assert code_of(at, "ListTagsForResource", ResourceType="Automation", ResourceId=name) == "InvalidResourceId"


def test_automations_are_paged_newest_first_and_filtered() -> None:
    at = world(page_size=2, systems={"documents": [{"name": "smoke"}, {"name": "smoke-more"}]})
    first = start(at)
    at.clock.advance(100)
    middle = at.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    at.clock.advance(100)
    later = [start(at), start(at, DocumentName="smoke-more")]

    page = at.ssm("DescribeAutomationExecutions")
    after = listed(at, Filters=[{"Key": "StartTimeAfter", "Values": [middle]}])
    prefixed = listed(at, Filters=[{"Key": "DocumentNamePrefix", "Values": ["smoke-"]}])

    assert len(page["AutomationExecutionMetadataList"]) == 2
    assert listed(at, NextToken=page["NextToken"]) == [first]
    assert sorted(after) == sorted(later)
    assert prefixed == later[1:]


def test_list_shows_no_tags_but_each_automation_tells_its_own() -> None:
    at = world()
    name = start(at, Tags=[{"Key": "groundswell:intent", "Value": "key"}])

    (shown,) = at.ssm("DescribeAutomationExecutions")["AutomationExecutionMetadataList"]
    tags = at.ssm("ListTagsForResource", ResourceType="Automation", ResourceId=name)["TagList"]

    assert "Tags" not in shown
    assert tags == [{"Key": "groundswell:intent", "Value": "key"}]


def test_token_gives_the_same_automation_back_and_refuses_another() -> None:
    at, token = world(), "0123abcd-0123-0123-0123-0123456789ab"
    name = start(at, ClientToken=token)

    same = start(at, ClientToken=token.upper())
    other = code_of(
        at, "StartAutomationExecution", DocumentName="smoke", ClientToken=token, Parameters={"Port": ["443"]}
    )

    assert same == name
    assert other == "IdempotentParameterMismatch"


def test_automation_is_refused_when_too_many_run() -> None:
    at = world(systems={**SYSTEMS, "automations": 1})
    start(at)
    refused = code_of(at, "StartAutomationExecution", DocumentName="smoke")
    at.clock.advance(60)

    assert refused == "AutomationExecutionLimitExceededException"
    assert start(at)


def test_document_fails_as_often_as_the_scenario_says() -> None:
    at = world(faults={"throttling": [], "failing_documents": [{"documents": "sm*", "times": 2, "message": "no"}]})
    names = [start(at) for _ in range(3)]
    at.clock.advance(60)

    seen = [automation(at, name) for name in names]

    assert [each["AutomationExecutionStatus"] for each in seen] == ["Failed", "Failed", "Success"]
    assert seen[0]["StepExecutions"][0]["FailureMessage"] == "no"


def test_automation_waits_when_its_document_asks_for_approval() -> None:
    at = world(systems={"documents": [{"name": "smoke", "takes": "60s", "approval": "5m"}]})
    name = start(at)

    waiting = automation(at, name)
    at.clock.advance(301)
    approved = automation(at, name)["AutomationExecutionStatus"]

    assert (waiting["AutomationExecutionStatus"], waiting["CurrentAction"]) == ("Waiting", "aws:approve")
    assert approved == "InProgress"


def test_runs_are_of_their_account_and_region() -> None:
    at = world()
    start(at)

    assert at.call("ssm", "DescribeAutomationExecutions", {}, caller=THERE)["AutomationExecutionMetadataList"] == []


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("StartAutomationExecution", {"DocumentName": "nothing"}, "AutomationDefinitionNotFoundException"),
        ("StartAutomationExecution", {"DocumentName": "probe"}, "AutomationDefinitionNotFoundException"),
        ("StartAutomationExecution", {"DocumentName": "smoke", "Parameters": {}}, "ValidationException"),
        (
            "StartAutomationExecution",
            {"DocumentName": "smoke", "Tags": [{"Key": str(n), "Value": ""} for n in range(6)]},
            "ValidationException",
        ),
        ("DescribeAutomationExecutions", {"Filters": [{"Key": "Tag", "Values": ["a"]}]}, "InvalidFilterKey"),
        (
            "DescribeAutomationExecutions",
            {"Filters": [{"Key": "StartTimeAfter", "Values": ["yesterday"]}]},
            "InvalidFilterValue",
        ),
        ("DescribeAutomationExecutions", {"MaxResults": 51}, "ValidationException"),
        ("DescribeAutomationExecutions", {"NextToken": "made-up"}, "InvalidNextToken"),
        ("ListTagsForResource", {"ResourceType": "Document", "ResourceId": "smoke"}, "InvalidResourceType"),
        ("SendCommand", {"DocumentName": "smoke", "Targets": WEB}, "InvalidDocument"),
        ("SendCommand", {"DocumentName": "probe"}, "InvalidTarget"),
        ("SendCommand", {"DocumentName": "probe", "InstanceIds": ["i-0123456789abcdef0"]}, "InvalidInstanceId"),
        ("SendCommand", {"DocumentName": "probe", "Targets": WEB, "Comment": "x" * 101}, "ValidationException"),
        ("SendCommand", {"DocumentName": "probe", "Targets": WEB, "TimeoutSeconds": 29}, "ValidationException"),
        ("ListCommands", {"CommandId": "nothing"}, "InvalidCommandId"),
        ("ListCommands", {"Filters": [{"key": "Colour", "value": "red"}]}, "InvalidFilterKey"),
        ("ListCommandInvocations", {"CommandId": "nothing"}, "InvalidCommandId"),
    ],
)
def test_call_is_refused_in_the_services_words(operation: str, params: Json, code: str) -> None:
    assert code_of(world(), operation, **params) == code
