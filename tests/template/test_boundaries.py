"""What nobody may reach: another's role, another technology's service, and what would loosen all of this."""

from __future__ import annotations

import pytest

from groundswell.technologies.registry import BUILT_IN, load
from tests.template.callers import ENTERING, STRANGER, WORKERS, WORKLOAD, functions, workload_role
from tests.template.conftest import GIVEN
from tests.template.policies import Caller, Context, is_allowed, may, statements_of_role
from tests.template.stack import ACCOUNT, REGION, Body, Stack

ASSUMED_BY = {"InventoryRole": {"PlanExecution", "PreviewPlan"}} | {
    f"{name.capitalize()}Role": {WORKERS[name]} for name in ENTERING
}
WITH_ID: Context = {"sts:ExternalId": GIVEN["ExternalId"], "sts:RoleSessionName": "dr-1e5ba297de39eafc"}
ANYTHING: list[Body] = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
ON_BEHALF: Context = {
    "aws:ViaAWSService": "true",
    "aws:ResourceTag/AWSElasticDisasterRecoveryManaged": "drs.amazonaws.com",
    "aws:ResourceTag/dr:enabled": "true",
    "iam:PassedToService": "ec2.amazonaws.com",
}
"""The most favourable context: as if AWS made the call for us, on what is protected and what DRS launched."""
PLACES = [
    f"arn:aws:{form}"
    for form in (
        f"drs:{REGION}:{ACCOUNT}:source-server/s-1",
        f"drs:{REGION}:{ACCOUNT}:recovery-instance/i-1",
        f"drs:{REGION}:{ACCOUNT}:job/drsjob-1",
        f"rds:{REGION}:{ACCOUNT}:cluster:shop",
        f"rds:{REGION}:{ACCOUNT}:db:shop-1",
        f"rds::{ACCOUNT}:global-cluster:shop",
        f"ec2:{REGION}:{ACCOUNT}:instance/i-1",
        f"ec2:{REGION}:{ACCOUNT}:volume/vol-1",
        f"ec2:{REGION}::snapshot/snap-1",
        f"iam::{ACCOUNT}:role/admin",
        f"iam::{WORKLOAD}:role/groundswell-drs",
        f"kms:{REGION}:{ACCOUNT}:key/1",
        f"dynamodb:{REGION}:{ACCOUNT}:table/groundswell-Ledger",
        f"events:{REGION}:{ACCOUNT}:event-bus/groundswell",
        "route53:::hostedzone/Z1",
        "route53:::change/C1",
        f"ssm:{REGION}:{ACCOUNT}:automation-execution/1",
        f"ssm:{REGION}:{ACCOUNT}:document/groundswell-smoke",
        f"ssm:{REGION}:{ACCOUNT}:document/AWS-RunShellScript",
        "s3:::somebodys-bucket/key",
    )
]
NOBODYS_IN_THE_HUB = {
    "Ledger": ("Scan", "PartiQLUpdate", "PartiQLDelete", "BatchWriteItem", "DeleteTable", "UpdateTable"),
    "Bus": ("PutPermission", "RemovePermission", "PutRule", "DeleteEventBus"),
    "SweepRule": ("PutRule", "DisableRule", "DeleteRule", "PutTargets", "RemoveTargets"),
    "RecoverDrsRule": ("PutRule", "DisableRule", "DeleteRule", "PutTargets", "RemoveTargets"),
    "RecoverDrs": ("InvokeFunction", "UpdateFunctionCode", "UpdateFunctionConfiguration", "AddPermission"),
    "RecoverDrsQueue": ("PurgeQueue", "DeleteQueue", "SetQueueAttributes", "AddPermission"),
    "DeadLetters": ("SendMessage", "ReceiveMessage", "PurgeQueue"),
    "Undelivered": ("SendMessage", "ReceiveMessage", "PurgeQueue"),
    "RecoverDrsRole": ("PassRole", "PutRolePolicy", "AttachRolePolicy", "UpdateAssumeRolePolicy"),
    "InventoryBucket": ("PutBucketPolicy", "DeleteBucket", "PutObject"),
    "Notices": ("Publish", "Subscribe", "SetTopicAttributes"),
}
_SERVICE = {"Rule": "events", "Queue": "sqs", "DeadLetters": "sqs", "Role": "iam", "Bucket": "s3"}
_NAMED = {"Ledger": "dynamodb", "Bus": "events", "RecoverDrs": "lambda", "Undelivered": "sqs", "Notices": "sns"}


def actions_of(statements: list[Body]) -> set[str]:
    named = [each["Action"] for each in statements]
    return {action for each in named for action in (each if isinstance(each, list) else [each])}


def reached(role: list[Body], actions: set[str]) -> set[tuple[str, str]]:
    """Which of the actions a role may do, and on which of the places, in the most favourable context."""
    return {(action, place) for action in actions for place in PLACES if is_allowed(role, action, place, ON_BEHALF)}


@pytest.mark.parametrize("role", ASSUMED_BY)
def test_workload_role_is_assumed_by_its_function_when_both_accounts_are_asked(
    hub: Stack, workload: Stack, role: str
) -> None:
    guarded = workload_role(workload, role)

    able = {name for name, caller in functions(hub).items() if may(caller, "sts:AssumeRole", guarded, WITH_ID)}

    assert able == ASSUMED_BY[role]


@pytest.mark.parametrize("role", ASSUMED_BY)
def test_workload_role_is_closed_to_other_functions_even_with_every_right(
    hub: Stack, workload: Stack, role: str
) -> None:
    guarded = workload_role(workload, role)
    freed = {name: Caller(caller.arn, ANYTHING) for name, caller in functions(hub).items()}

    able = {name for name, caller in freed.items() if may(caller, "sts:AssumeRole", guarded, WITH_ID)}

    assert able == ASSUMED_BY[role]


@pytest.mark.parametrize("role", ASSUMED_BY)
@pytest.mark.parametrize("account", [ACCOUNT, WORKLOAD, STRANGER])
def test_workload_role_is_closed_to_administrators_of_any_account(workload: Stack, role: str, account: str) -> None:
    admin = Caller(f"arn:aws:iam::{account}:role/admin", ANYTHING)
    alike = Caller(f"arn:aws:iam::{STRANGER}:role/groundswell-recover-drs", ANYTHING)

    for caller in (admin, alike):
        assert not may(caller, "sts:AssumeRole", workload_role(workload, role), WITH_ID)


def test_function_roles_are_taken_by_lambda_and_nobody_else(hub: Stack) -> None:
    for name in functions(hub):
        (trust,) = hub.resources[f"{name}Role"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

        assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}, name


@pytest.mark.parametrize("technology", ENTERING)
@pytest.mark.parametrize("other", ENTERING)
def test_technologys_role_acts_on_its_own_service_only(workload: Stack, technology: str, other: str) -> None:
    role = statements_of_role(workload, f"{technology.capitalize()}Role")
    acts = {action for step in load(other).steps.values() for action in step.writes}

    able = {action for action, _ in reached(role, acts)}

    assert acts
    assert able == (acts if technology == other else set())


@pytest.mark.parametrize("technology", ENTERING)
def test_technologys_role_has_no_right_that_another_ones_changes_need(workload: Stack, technology: str) -> None:
    role = statements_of_role(workload, f"{technology.capitalize()}Role")
    others = {
        action
        for name in BUILT_IN
        if name != technology
        for step in load(name).steps.values()
        for action in (*step.writes, *step.dependent)
    }
    own = {a for step in load(technology).steps.values() for a in (*step.reads, *step.writes, *step.dependent)}

    assert not reached(role, others - own)


@pytest.mark.parametrize("role", ASSUMED_BY)
def test_workload_role_cannot_loosen_its_own_bounds_or_reach_the_hub(workload: Stack, role: str) -> None:
    statements = statements_of_role(workload, role)
    loosening = {
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "sts:AssumeRole",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "dynamodb:UpdateItem",
        "events:PutEvents",
        "s3:GetObject",
        "drs:DeleteSourceServer",
        "drs:DisconnectSourceServer",
        "rds:DeleteGlobalCluster",
        "rds:RemoveFromGlobalCluster",
        "route53:DeleteHostedZone",
        "ssm:CreateDocument",
        "ssm:UpdateDocument",
        "ssm:StartSession",
    }

    assert not reached(statements, loosening)


def test_inventory_role_reaches_nothing_that_a_technology_does(workload: Stack) -> None:
    acts = {a for name in BUILT_IN for step in load(name).steps.values() for a in (*step.writes, *step.dependent)}
    changing = {action for action in acts if not action.split(":")[1].startswith(("Describe", "Get", "List"))}

    assert changing
    assert not reached(statements_of_role(workload, "InventoryRole"), changing)


@pytest.mark.parametrize("logical", NOBODYS_IN_THE_HUB)
def test_no_function_can_change_what_carries_groundswell(hub: Stack, logical: str) -> None:
    kind = next((service for ending, service in _SERVICE.items() if logical.endswith(ending)), None)
    service = _NAMED.get(logical) or kind
    arn = hub.attribute(logical, "Arn")

    able = {
        (name, verb)
        for name, caller in functions(hub).items()
        for verb in NOBODYS_IN_THE_HUB[logical]
        for resource in (arn, f"{arn}/servers.yaml")
        if is_allowed(caller.rights, f"{service}:{verb}", resource)
    }

    assert not able


def test_functions_act_in_no_workload_account_as_themselves(hub: Stack) -> None:
    recovering = {"drs", "ec2", "rds", "route53", "servicequotas", "cloudwatch", "iam", "kms", "ssm"}

    named = {action.split(":")[0] for caller in functions(hub).values() for action in actions_of(list(caller.rights))}

    assert not named & recovering


def test_preview_may_read_what_it_shows_and_write_nothing(hub: Stack) -> None:
    rights = functions(hub)["PreviewPlan"].rights
    ledger = hub.attribute("Ledger", "Arn")
    writes = ("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem", "BatchWriteItem")

    keys: Context = {"dynamodb:LeadingKeys": ["EXECUTION#dr-1"]}
    assert is_allowed(rights, "dynamodb:Query", ledger, keys)
    assert not [verb for verb in writes if is_allowed(rights, f"dynamodb:{verb}", ledger, keys)]
    assert not [
        q for q in hub.of_type("AWS::SQS::Queue") if is_allowed(rights, "sqs:SendMessage", hub.attribute(q, "Arn"))
    ]
    assert not is_allowed(rights, "s3:PutObject", f"{hub.attribute('InventoryBucket', 'Arn')}/servers.yaml")
    assert not is_allowed(rights, "sts:AssumeRole", f"arn:aws:iam::{WORKLOAD}:role/groundswell-drs")
