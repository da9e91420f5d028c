"""What a workload account grants: to whom, how much, and nothing beside it."""

from __future__ import annotations

import pytest

from groundswell.reactions import preview_plan
from groundswell.technologies.registry import load
from tests.template.callers import ENTERING
from tests.template.conftest import GIVEN
from tests.template.policies import Context, is_allowed, statements_of_role
from tests.template.stack import ACCOUNT, REGION, Body, Stack

ROLES = {"InventoryRole": ["plan-execution", "preview-plan"]} | {
    f"{name.capitalize()}Role": [f"recover-{name}"] for name in ENTERING
}
ON_BEHALF: Context = {"aws:ViaAWSService": "true"}
INSTANCE = f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-1"
CLUSTER = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:shop"
ZONE = "arn:aws:route53:::hostedzone/Z1"
DOCUMENT = f"arn:aws:ssm:{REGION}:{ACCOUNT}:document/groundswell-smoke"
FOREIGN_DOCUMENT = f"arn:aws:ssm:{REGION}::document/AWS-RunShellScript"


def trusted(stack: Stack, role: str) -> list[Body]:
    found: list[Body] = stack.resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    return [statement | {"Resource": "*"} for statement in found]


def caller(name: str, external_id: str = GIVEN["ExternalId"]) -> Context:
    session = {"sts:ExternalId": external_id, "sts:RoleSessionName": "dr-1e5ba297de39eafc"}
    return {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/{name}", **session}


def may_be_assumed(stack: Stack, role: str, context: Context) -> bool:
    return is_allowed(trusted(stack, role), "sts:AssumeRole", role, context)


@pytest.mark.parametrize("role", ROLES)
def test_role_trusts_the_hub_account_alone(workload: Stack, role: str) -> None:
    assert [each["Principal"] for each in trusted(workload, role)] == [{"AWS": f"arn:aws:iam::{ACCOUNT}:root"}]


@pytest.mark.parametrize("role", ROLES)
def test_role_is_assumed_by_its_functions_only(workload: Stack, role: str) -> None:
    names = sorted({name for callers in ROLES.values() for name in callers} | {"sweep", "admin"})

    able = [name for name in names if may_be_assumed(workload, role, caller(f"groundswell-{name}"))]

    assert able == sorted(ROLES[role])


@pytest.mark.parametrize("role", ROLES)
def test_role_asks_for_the_external_id(workload: Stack, role: str) -> None:
    name = f"groundswell-{ROLES[role][0]}"

    assert not may_be_assumed(workload, role, caller(name, "another-id"))
    assert not may_be_assumed(workload, role, {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/{name}"})


@pytest.mark.parametrize("role", ROLES)
def test_session_is_named_after_an_execution(workload: Stack, role: str) -> None:
    good = dict(caller(f"groundswell-{ROLES[role][0]}"))
    nameless = {key: value for key, value in good.items() if key != "sts:RoleSessionName"}

    assert may_be_assumed(workload, role, good | {"sts:RoleSessionName": preview_plan._SESSION})
    assert not may_be_assumed(workload, role, good | {"sts:RoleSessionName": "somebody"})
    assert not may_be_assumed(workload, role, nameless)


SERVER = f"arn:aws:drs:{REGION}:{ACCOUNT}:source-server/s-1"


def with_parameter(name: str, value: str) -> Stack:
    given = {"HubAccountId": ACCOUNT, "HubRegion": REGION, "ExternalId": GIVEN["ExternalId"], name: value}
    return Stack("workload-account/template.yaml", "w", given)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [({}, False), ({"aws:ResourceTag/dr:enabled": "true"}, True), ({"aws:ResourceTag/dr:enabled": "false"}, False)],
)
def test_servers_are_recovered_only_with_the_opt_in_on_themselves(
    workload: Stack, tags: Context, expected: bool
) -> None:
    assert is_allowed(statements_of_role(workload, "DrsRole"), "drs:StartRecovery", SERVER, tags) is expected


def test_server_that_cannot_be_tagged_is_named_by_its_account() -> None:
    rights = statements_of_role(with_parameter("SourceServerArns", SERVER), "DrsRole")

    assert is_allowed(rights, "drs:StartRecovery", SERVER)
    assert not is_allowed(rights, "drs:StartRecovery", f"{SERVER}0")


def test_records_change_in_the_zones_that_the_account_names_and_in_no_other(workload: Stack) -> None:
    unnamed = statements_of_role(with_parameter("HostedZoneArns", ""), "Route53Role")
    action = "route53:ChangeResourceRecordSets"

    assert is_allowed(statements_of_role(workload, "Route53Role"), action, ZONE)
    assert not is_allowed(statements_of_role(workload, "Route53Role"), action, f"{ZONE}0")
    assert not is_allowed(unnamed, action, ZONE)


def test_roles_are_those_that_the_hub_assumes(hub: Stack, workload: Stack) -> None:
    planning = hub.resources["PlanExecution"]["Properties"]["Environment"]["Variables"]["INVENTORY_ROLE"]
    working = {
        hub.resources[f"Recover{name.capitalize()}"]["Properties"]["Environment"]["Variables"]["ROLE"]
        for name in ENTERING
    }

    granted = {workload.resources[role]["Properties"]["RoleName"] for role in ROLES}

    assert granted == working | {planning}


def test_roles_grant_every_declared_action(workload: Stack) -> None:
    for name in ENTERING:
        technology = load(name)
        granted = actions_of(workload, f"{name.capitalize()}Role")
        declared = {action for step in technology.steps.values() for action in (*step.reads, *step.writes)}

        assert declared <= granted
        assert set(technology.find_reads) <= actions_of(workload, "InventoryRole")


def test_roles_grant_nothing_that_is_not_declared(workload: Stack) -> None:
    for name in ENTERING:
        steps = load(name).steps.values()
        declared = {action for step in steps for action in (*step.reads, *step.writes, *step.dependent)}

        assert actions_of(workload, f"{name.capitalize()}Role") == declared


def test_inventory_role_only_reads(workload: Stack) -> None:
    verbs = {action.split(":")[1] for action in actions_of(workload, "InventoryRole")}

    assert not [verb for verb in verbs if not verb.startswith(("Describe", "Get", "List"))]


@pytest.mark.parametrize(
    ("role", "action", "resource"),
    [
        ("DrsRole", "rds:FailoverGlobalCluster", CLUSTER),
        ("DrsRole", "route53:ChangeResourceRecordSets", ZONE),
        ("DrsRole", "drs:TerminateRecoveryInstances", f"arn:aws:drs:{REGION}:{ACCOUNT}:recovery-instance/i-1"),
        ("DrsRole", "drs:StartRecovery", f"arn:aws:drs:us-east-1:{ACCOUNT}:source-server/s-1"),
        ("AuroraRole", "drs:StartRecovery", f"arn:aws:drs:{REGION}:{ACCOUNT}:source-server/s-1"),
        ("AuroraRole", "rds:DeleteDBCluster", CLUSTER),
        ("Route53Role", "rds:FailoverGlobalCluster", CLUSTER),
        ("Route53Role", "route53:DeleteHostedZone", ZONE),
        ("SsmRole", "ssm:StartAutomationExecution", FOREIGN_DOCUMENT),
        ("SsmRole", "ssm:StartAutomationExecution", f"arn:aws:ssm:{REGION}:{ACCOUNT}:document/groundswells"),
        ("SsmRole", "ssm:SendCommand", FOREIGN_DOCUMENT),
        ("SsmRole", "ssm:SendCommand", f"arn:aws:ssm:us-east-1:{ACCOUNT}:document/groundswell-smoke"),
        ("SsmRole", "ssm:CreateDocument", DOCUMENT),
        ("SsmRole", "ssm:CancelCommand", "*"),
        ("InventoryRole", "drs:StartRecovery", f"arn:aws:drs:{REGION}:{ACCOUNT}:source-server/s-1"),
    ],
)
def test_role_may_not_do_what_is_anothers_or_nobodys(workload: Stack, role: str, action: str, resource: str) -> None:
    assert not is_allowed(statements_of_role(workload, role), action, resource, ON_BEHALF)


@pytest.mark.parametrize(
    ("role", "action", "resource"),
    [
        ("DrsRole", "ec2:RunInstances", INSTANCE),
        ("DrsRole", "ec2:TerminateInstances", INSTANCE),
        ("DrsRole", "ec2:StopInstances", INSTANCE),
        ("AuroraRole", "kms:Decrypt", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"),
    ],
)
def test_what_aws_does_on_our_behalf_the_role_cannot_do_itself(
    workload: Stack, role: str, action: str, resource: str
) -> None:
    rights = statements_of_role(workload, role)

    assert is_allowed(rights, action, resource, ON_BEHALF)
    assert not is_allowed(rights, action, resource)


def test_only_instances_that_drs_launched_are_started(workload: Stack) -> None:
    rights = statements_of_role(workload, "DrsRole")
    launched: Context = {"aws:ResourceTag/AWSElasticDisasterRecoveryManaged": "drs.amazonaws.com"}

    assert is_allowed(rights, "ec2:StartInstances", INSTANCE, launched)
    assert not is_allowed(rights, "ec2:StartInstances", INSTANCE)


def test_commands_run_on_instances_that_drs_launched_or_that_are_protected_only(workload: Stack) -> None:
    rights = statements_of_role(workload, "SsmRole")
    launched: Context = {"ssm:resourceTag/AWSElasticDisasterRecoveryManaged": "drs.amazonaws.com"}
    protected: Context = {"ssm:resourceTag/dr:enabled": "true"}
    not_protected: Context = {"ssm:resourceTag/dr:enabled": "false"}

    assert is_allowed(rights, "ssm:SendCommand", INSTANCE, launched)
    assert is_allowed(rights, "ssm:SendCommand", INSTANCE, protected)
    assert not is_allowed(rights, "ssm:SendCommand", INSTANCE, not_protected)
    assert not is_allowed(rights, "ssm:SendCommand", INSTANCE)


def test_documents_of_the_prefix_are_run_without_a_tag(workload: Stack) -> None:
    rights = statements_of_role(workload, "SsmRole")

    assert is_allowed(rights, "ssm:SendCommand", DOCUMENT)
    assert is_allowed(rights, "ssm:StartAutomationExecution", DOCUMENT)


def test_automation_roles_are_passed_to_systems_manager_only_and_only_if_they_are_named() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/smoke-test"
    given = {"HubAccountId": ACCOUNT, "HubRegion": REGION, "ExternalId": GIVEN["ExternalId"]}
    stack = Stack("workload-account/template.yaml", "w", given | {"AutomationRoleArns": role})
    (policy,) = [each for each in stack.of_type("AWS::IAM::Policy").values() if "ssm" in each["Roles"][0].lower()]
    rights = policy["PolicyDocument"]["Statement"]

    assert is_allowed(rights, "iam:PassRole", role, {"iam:PassedToService": "ssm.amazonaws.com"})
    assert not is_allowed(rights, "iam:PassRole", role, {"iam:PassedToService": "ec2.amazonaws.com"})
    assert "PassAutomationRoles" not in Stack("workload-account/template.yaml", "w", given).resources


def test_no_account_has_a_role_for_what_looks_from_the_hub(workload: Stack) -> None:
    assert "HttpsRole" not in workload.resources


def test_only_drs_roles_are_passed_and_only_to_instances(workload: Stack) -> None:
    rights = statements_of_role(workload, "DrsRole")
    to_ec2: Context = {"iam:PassedToService": "ec2.amazonaws.com"}
    own = f"arn:aws:iam::{ACCOUNT}:role/service-role/AWSElasticDisasterRecoveryConversionServerRole"

    assert is_allowed(rights, "iam:PassRole", own, to_ec2)
    assert not is_allowed(rights, "iam:PassRole", own, {"iam:PassedToService": "lambda.amazonaws.com"})
    assert not is_allowed(rights, "iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin", to_ec2)


def test_dependent_actions_name_their_source(workload: Stack) -> None:
    for name in ENTERING:
        for step in load(name).steps.values():
            if step.dependent:
                assert f"# {step.dependent_source}" in workload.text


def test_forwarding_role_puts_events_on_the_hubs_bus_for_them_only(hub: Stack, workload: Stack) -> None:
    rights = statements_of_role(workload, "ForwardingRole")

    assert is_allowed(rights, "events:PutEvents", hub.attribute("AwsEventsBus", "Arn"))
    assert not is_allowed(rights, "events:PutEvents", hub.attribute("Bus", "Arn"))


def test_stack_is_refused_outside_the_hubs_region(workload: Stack) -> None:
    (assertion,) = workload.template["Rules"]["DeployedInTheHubsRegion"]["Assertions"]

    assert assertion["Assert"] == {"Fn::Equals": [{"Ref": "AWS::Region"}, {"Ref": "HubRegion"}]}


def actions_of(stack: Stack, role: str) -> set[str]:
    return {
        action
        for statement in statements_of_role(stack, role)
        for action in (statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]])
    }
