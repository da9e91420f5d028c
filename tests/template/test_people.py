"""Who may what: the five policies for people, each with what its holder needs for `dr`, and no more."""

from __future__ import annotations

import pytest

from generate.schemas import models
from groundswell.reactions.open_door import REQUEST
from groundswell.reactions.spoken_decisions import DECISIONS
from groundswell.technologies.registry import BUILT_IN
from groundswell_cli.door import PLAN
from groundswell_cli.waiting import DECIDERS
from tests.template.callers import WORKLOAD, bus, telling
from tests.template.policies import Caller, Guarded, is_allowed, may
from tests.template.stack import ACCOUNT, REGION, Stack

COMMANDS = {REQUEST, *DECISIONS}
OPERATOR = {REQUEST, "pause", "resume"}
DECIDES: dict[str, set[str]] = {
    "ReadOnly": set(),
    "Operators": OPERATOR,
    "PlanManagers": {PLAN},
    "RecoveryManagers": COMMANDS,
    "Administrators": {*COMMANDS, PLAN},
}
"""What each may put to the door."""
EVERYBODY = tuple(DECIDES)
every_policy = pytest.mark.parametrize("policy", EVERYBODY)
DETAIL_TYPES = sorted({model.detail_type for model in models()})
SOURCES = {
    "groundswell",
    "groundswell.door",
    "groundswell.cli",
    *(f"groundswell.technology.{name}" for name in BUILT_IN),
}


def holder(stack: Stack, policy: str) -> Caller:
    """Somebody with this policy and no other."""
    rights = stack.resources[policy]["Properties"]["PolicyDocument"]["Statement"]
    return Caller(f"arn:aws:iam::{ACCOUNT}:role/somebody", rights)


def door(command: str, *, method: str = "POST", stage: str = "v1", api: str = "groundswell-door") -> Guarded:
    """What a call to a path of the door is about."""
    return Guarded(f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/{stage}/{method}/{command}", ACCOUNT)


def who_may(stack: Stack, action: str, arn: str) -> set[str]:
    return {policy for policy in EVERYBODY if is_allowed(holder(stack, policy).rights, action, arn)}


def test_policies_are_all_that_there_are_for_people(hub: Stack) -> None:
    named = {name for name, each in hub.of_type("AWS::IAM::ManagedPolicy").items() if "ManagedPolicyName" in each}

    assert named == set(EVERYBODY)


@every_policy
def test_holder_puts_to_the_door_what_is_his_to_decide(hub: Stack, policy: str) -> None:
    able = {command for command in (*COMMANDS, PLAN) if may(holder(hub, policy), "execute-api:Invoke", door(command))}

    assert able == DECIDES[policy]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_those_of_whom_dr_says_that_they_may_decide_are_those_who_may(command: str) -> None:
    assert set(DECIDERS[command]) == {policy for policy, decides in DECIDES.items() if command in decides}


@every_policy
def test_holder_invokes_nothing_else_by_the_right_to_decide(hub: Stack, policy: str) -> None:
    others = [
        *(door(command, method="GET") for command in COMMANDS),
        *(door(command, stage="v2") for command in COMMANDS),
        *(door(command, api="another") for command in COMMANDS),
        door(""),
        door("*"),
    ]

    assert not [each.arn for each in others if may(holder(hub, policy), "execute-api:Invoke", each)]


@every_policy
def test_holder_finds_the_hub_and_reads_its_ledger(hub: Stack, policy: str) -> None:
    rights, ledger = holder(hub, policy).rights, hub.attribute("Ledger", "Arn")

    assert is_allowed(rights, "cloudformation:DescribeStacks", hub.ref("AWS::StackId"))
    assert is_allowed(rights, "dynamodb:Query", f"{ledger}/index/due")
    for verb in ("GetItem", "BatchGetItem", "Query"):
        assert is_allowed(rights, f"dynamodb:{verb}", ledger)


@every_policy
def test_holder_writes_nothing_into_the_ledger(hub: Stack, policy: str) -> None:
    rights, ledger = holder(hub, policy).rights, hub.attribute("Ledger", "Arn")
    verbs = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "PartiQLUpdate", "DeleteTable", "UpdateTable")

    assert not [verb for verb in verbs if is_allowed(rights, f"dynamodb:{verb}", ledger)]


@every_policy
def test_holder_speaks_for_nobody_on_the_bus(hub: Stack, policy: str) -> None:
    said = {
        (source, detail_type)
        for source in SOURCES
        for detail_type in DETAIL_TYPES
        if may(holder(hub, policy), "events:PutEvents", bus(hub, "Bus"), telling(source, detail_type))
    }

    assert said == ({("groundswell.cli", "DRRequested")} if REQUEST in DECIDES[policy] else set())


@every_policy
def test_holder_puts_nothing_on_the_bus_for_aws_events(hub: Stack, policy: str) -> None:
    told = telling("aws.drs", "DRRequested")

    assert not may(holder(hub, policy), "events:PutEvents", bus(hub, "AwsEventsBus"), told)


def test_plans_are_previewed_by_those_who_ask_and_those_who_plan(hub: Stack) -> None:
    assert who_may(hub, "lambda:InvokeFunction", hub.attribute("PreviewPlan", "Arn")) == set(EVERYBODY) - {"ReadOnly"}


def test_no_function_but_the_preview_is_invoked_by_people(hub: Stack) -> None:
    others = [name for name in hub.of_type("AWS::Serverless::Function") if name != "PreviewPlan"]

    assert not [name for name in others if who_may(hub, "lambda:InvokeFunction", hub.attribute(name, "Arn"))]


def test_inventory_is_kept_by_plan_managers_and_administrators(hub: Stack) -> None:
    file = f"{hub.attribute('InventoryBucket', 'Arn')}/servers.yaml"

    for verb in ("GetObject", "PutObject", "DeleteObject"):
        assert who_may(hub, f"s3:{verb}", file) == {"PlanManagers", "Administrators"}
    assert not who_may(hub, "s3:DeleteObjectVersion", file)


@pytest.mark.parametrize("queue", ["DeadLetters", "RelayEventsDeadLetters", "Undelivered"])
def test_what_queues_gave_up_on_is_seen_to_by_administrators(hub: Stack, queue: str) -> None:
    for verb in ("ReceiveMessage", "DeleteMessage"):
        assert who_may(hub, f"sqs:{verb}", hub.attribute(queue, "Arn")) == {"Administrators"}


READS_OF_THE_DOCTOR = (
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "events:ListRules",
    "lambda:ListEventSourceMappings",
)


@every_policy
def test_holder_sees_whether_the_hub_is_well(hub: Stack, policy: str) -> None:
    rights = holder(hub, policy).rights
    queues = [hub.attribute(name, "Arn") for name in hub.of_type("AWS::SQS::Queue")]

    assert not [queue for queue in queues if not is_allowed(rights, "sqs:GetQueueAttributes", queue)]
    assert not [action for action in READS_OF_THE_DOCTOR if not is_allowed(rights, action, "*")]


@every_policy
def test_holder_mends_nothing_by_the_right_to_see_it(hub: Stack, policy: str) -> None:
    rights = holder(hub, policy).rights
    verbs = ("cloudwatch:SetAlarmState", "events:DisableRule", "events:EnableRule", "lambda:UpdateEventSourceMapping")

    assert not [verb for verb in verbs if is_allowed(rights, verb, "*")]
    assert not is_allowed(rights, "sqs:GetQueueAttributes", f"arn:aws:sqs:{REGION}:{ACCOUNT}:another")


def test_room_for_the_hub_is_seen_by_administrators(hub: Stack) -> None:
    assert who_may(hub, "lambda:GetAccountSettings", "*") == {"Administrators"}
    for name in ("PlanExecution", "PreviewPlan"):
        assert who_may(hub, "lambda:GetFunctionConfiguration", hub.attribute(name, "Arn")) == {"Administrators"}


@pytest.mark.parametrize("queue", ["RecoverDrsQueue", "ControlExecutionQueue", "PlanExecutionQueue"])
def test_nobody_touches_the_queues_at_work_where_a_decision_could_be_forged(hub: Stack, queue: str) -> None:
    for verb in ("SendMessage", "ReceiveMessage", "DeleteMessage", "PurgeQueue", "SetQueueAttributes"):
        assert not who_may(hub, f"sqs:{verb}", hub.attribute(queue, "Arn"))


@every_policy
def test_holder_takes_no_role_of_a_function(hub: Stack, policy: str) -> None:
    rights = holder(hub, policy).rights

    assert not is_allowed(rights, "sts:AssumeRole", f"arn:aws:iam::{WORKLOAD}:role/groundswell-inventory")
    assert not is_allowed(rights, "iam:PassRole", hub.attribute("DoorRole", "Arn"))


def test_every_policy_is_named_by_an_output(hub: Stack) -> None:
    for policy in EVERYBODY:
        assert hub.template["Outputs"][f"{policy}Policy"]["Value"] == {"Ref": policy}


def test_every_path_of_the_door_is_a_command_that_only_signed_callers_reach(hub: Stack) -> None:
    paths = {
        event["Properties"]["Path"]: event["Properties"]
        for event in hub.resources["Door"]["Properties"]["Events"].values()
    }

    assert paths.keys() == {f"/{command}" for command in COMMANDS}
    assert {(each["Method"], each["RestApiId"]) for each in paths.values()} == {("post", "groundswell-door")}
    assert not [each for each in paths.values() if "Auth" in each]
    assert hub.resources["DoorApi"]["Properties"]["Auth"] == {"DefaultAuthorizer": "AWS_IAM", "InvokeRole": "NONE"}


def test_address_of_the_door_is_https_on_aws_and_relative_in_a_rehearsal(hub: Stack, embedded: Stack) -> None:
    on_aws, rehearsed = (stack.resolve(stack.template["Outputs"]["DoorUrl"]["Value"]) for stack in (hub, embedded))

    assert on_aws == f"https://groundswell-door.execute-api.{REGION}.amazonaws.com/v1"
    assert rehearsed == "/_aws/execute-api/groundswell-door/v1"
