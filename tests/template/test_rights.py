"""What each function may do, and, more to the point, what it may not."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from groundswell.domain.events.facts import FACT_TYPES
from groundswell.technologies.registry import BUILT_IN
from tests.template.callers import ENTERING, WORKERS
from tests.template.policies import Context, is_allowed, statements_of_role
from tests.template.stack import ACCOUNT, REGION, Stack, all_mappings

ROLE, FUNCTION = "AWS::IAM::Role", "AWS::Serverless::Function"
INLINE_LIMIT, MANAGED_LIMIT, BUS_LIMIT = 10_240, 6_144, 10_240
LEDGER_WRITERS = {"PlanExecution", "AdvanceExecution", "ControlExecution", "FanOutWave", "RecordOutcome", "Sweep"} | {
    f"Recover{name.capitalize()}" for name in BUILT_IN
}
ONLY_LOOKS = {"RecoverHttps"}
"""Workers that make no call to AWS, and so write no intent."""
SPEAKS_AS_HUB = {"PlanExecution", "FanOutWave", "RelayEvents", "WakeWork", "Sweep"}


def functions(stack: Stack) -> dict[str, list[Any]]:
    """The statements of each function's role, by function."""
    return {name: statements_of_role(stack, f"{name}Role") for name in stack.of_type(FUNCTION)}


def telling(source: str, detail_type: str) -> Context:
    return {"events:source": [source], "events:detail-type": [detail_type]}


def who_may_put(stack: Stack, source: str, detail_type: str) -> set[str]:
    bus = stack.attribute("Bus", "Arn")
    may = telling(source, detail_type)
    return {name for name, rights in functions(stack).items() if is_allowed(rights, "events:PutEvents", bus, may)}


def who_may(stack: Stack, action: str, resource: str) -> set[str]:
    return {name for name, rights in functions(stack).items() if is_allowed(rights, action, resource)}


def test_no_policy_grants_actions_by_wildcard(hub: Stack, workload: Stack) -> None:
    statements = [
        part
        for stack in (hub, workload)
        for part in all_mappings(stack.resources)
        if "Action" in part and "Effect" in part
    ]

    wild = [each for each in statements if "*" in json.dumps(each["Action"])]

    assert len(statements) > 50
    assert not wild


@pytest.mark.parametrize("template", ["hub", "workload"])
def test_every_resource_without_bounds_says_why(template: str, request: pytest.FixtureRequest) -> None:
    stack: Stack = request.getfixturevalue(template)

    unbounded = [line for line in stack.text.splitlines() if re.search(r'Resource: *\[? *"?\*"?', line)]

    assert unbounded
    assert not [line for line in unbounded if not re.search(r'"\*" # \w+', line)]


def test_every_function_has_a_role_of_its_own_named_as_itself(hub: Stack) -> None:
    for name, function in hub.of_type(FUNCTION).items():
        role = hub.resources[f"{name}Role"]["Properties"]

        assert function["Role"] == hub.attribute(f"{name}Role", "Arn")
        assert role["RoleName"] == function["FunctionName"]


def test_function_writes_its_own_log_only(hub: Stack) -> None:
    for name, function in hub.of_type(FUNCTION).items():
        log = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/{function['FunctionName']}:log-stream:x"

        assert who_may(hub, "logs:PutLogEvents", log) == {name}


def test_function_reads_its_own_queue_only(hub: Stack) -> None:
    readers = {name: who_may(hub, "sqs:ReceiveMessage", hub.attribute(f"{name}Queue", "Arn")) for name in fed(hub)}

    assert readers == {name: {name} for name in fed(hub)}


def test_only_a_technologys_worker_sends_to_its_queue(hub: Stack) -> None:
    senders = {name: who_may(hub, "sqs:SendMessage", hub.attribute(f"{name}Queue", "Arn")) for name in fed(hub)}

    assert senders == {name: {name} if name.startswith("Recover") else set() for name in fed(hub)}


@pytest.mark.parametrize("action", ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"])
def test_ledger_is_written_by_those_who_decide(hub: Stack, action: str) -> None:
    expected = {
        "dynamodb:PutItem": LEDGER_WRITERS - ONLY_LOOKS,
        "dynamodb:UpdateItem": LEDGER_WRITERS | {"RelayEvents", "WakeWork"},
        "dynamodb:DeleteItem": {"PlanExecution", "AdvanceExecution", "Sweep"},
    }

    assert who_may_touch(hub, action, EXECUTIONS, HOLDS, *LANES) == expected[action]


LANES = tuple(f"TECHNOLOGY#{name}#EXECUTION#dr-1#WAVE#001" for name in BUILT_IN)
"""A partition of each technology."""
EXECUTIONS, HOLDS, PLANS = "EXECUTION#dr-1", "RESOURCE#drs/1/a", "PLAN#erp"
"""One partition of each other kind."""


def who_may_touch(stack: Stack, action: str, *keys: str) -> set[str]:
    """The functions that may do so in some of these partitions of the ledger."""
    ledger = stack.attribute("Ledger", "Arn")
    return {
        name
        for name, rights in functions(stack).items()
        if any(is_allowed(rights, action, ledger, {"dynamodb:LeadingKeys": [key]}) for key in keys)
    }


@pytest.mark.parametrize(
    "action", [f"dynamodb:{name}" for name in ("BatchGetItem", "GetItem", "PutItem", "Query", "UpdateItem")]
)
@pytest.mark.parametrize("technology", BUILT_IN)
def test_worker_reaches_its_own_technologys_orders_and_no_others(hub: Stack, technology: str, action: str) -> None:
    ledger, rights = hub.attribute("Ledger", "Arn"), functions(hub)[WORKERS[technology]]
    lanes = {name: f"TECHNOLOGY#{name}#EXECUTION#dr-1#WAVE#001" for name in (*BUILT_IN, "mainframe", f"{technology}-2")}

    allowed = {
        name for name, key in lanes.items() if is_allowed(rights, action, ledger, {"dynamodb:LeadingKeys": [key]})
    }

    assert allowed == (set() if action == "dynamodb:PutItem" and WORKERS[technology] in ONLY_LOOKS else {technology})
    assert not is_allowed(rights, action, ledger, {"dynamodb:LeadingKeys": [*lanes.values()]})
    assert not is_allowed(rights, action, ledger)


@pytest.mark.parametrize("technology", BUILT_IN)
def test_worker_changes_nothing_of_executions_holds_and_plans(hub: Stack, technology: str) -> None:
    ledger, rights = hub.attribute("Ledger", "Arn"), functions(hub)[WORKERS[technology]]
    changes = [f"dynamodb:{name}" for name in ("PutItem", "UpdateItem", "DeleteItem")]

    for key in (EXECUTIONS, HOLDS, PLANS):
        may = {action for action in changes if is_allowed(rights, action, ledger, {"dynamodb:LeadingKeys": [key]})}
        assert not may, key
    assert is_allowed(rights, "dynamodb:GetItem", ledger, {"dynamodb:LeadingKeys": [EXECUTIONS]})


@pytest.mark.parametrize("action", ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"])
def test_nothing_but_holds_is_ever_deleted_and_plans_are_put_by_their_keeper(hub: Stack, action: str) -> None:
    is_put, is_deleted = action == "dynamodb:PutItem", action == "dynamodb:DeleteItem"

    assert who_may_touch(hub, action, PLANS) == ({"KeepPlan"} if is_put else set())
    if is_deleted:
        assert who_may_touch(hub, action, EXECUTIONS, *LANES) == set()
    else:
        assert who_may_touch(hub, action, HOLDS) == ({"PlanExecution"} if is_put else set())


def test_every_function_is_bound_to_partitions_of_the_ledger(hub: Stack) -> None:
    actions = ("BatchGetItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem")

    assert all(not who_may(hub, f"dynamodb:{name}", hub.attribute("Ledger", "Arn")) for name in actions)


@pytest.mark.parametrize("action", ["dynamodb:GetItem", "dynamodb:PutItem"])
def test_plans_are_all_that_their_keeper_reads_and_writes(hub: Stack, action: str) -> None:
    ledger, rights = hub.attribute("Ledger", "Arn"), functions(hub)["KeepPlan"]
    keys = {"PLAN#erp": True, "EXECUTION#dr-1": False, "RESOURCE#drs/1": False}

    allowed = {key: is_allowed(rights, action, ledger, {"dynamodb:LeadingKeys": [key]}) for key in keys}

    assert allowed == keys
    assert not is_allowed(rights, action, ledger, {"dynamodb:LeadingKeys": [*keys]})
    assert not is_allowed(rights, action, ledger)


def test_nobody_may_delete_or_change_the_table(hub: Stack) -> None:
    for action in ("dynamodb:DeleteTable", "dynamodb:UpdateTable", "dynamodb:UpdateContinuousBackups"):
        assert not who_may(hub, action, hub.attribute("Ledger", "Arn"))


def test_each_index_is_read_by_those_who_need_it(hub: Stack) -> None:
    ledger = hub.attribute("Ledger", "Arn")

    def readers(index: str, shard: str) -> set[str]:
        keys: Context = {"dynamodb:LeadingKeys": [shard]}
        all_rights = functions(hub).items()
        return {
            name for name, each in all_rights if is_allowed(each, "dynamodb:Query", f"{ledger}/index/{index}", keys)
        }

    assert readers("due", "OPEN#0") == {"Sweep", "PlanExecution", "PreviewPlan"}
    assert readers("due", "UNPUBLISHED#0") == {"Sweep"}
    assert readers("wake", "arn:aws:drs:us-west-2:222222222201:source-server/s-1") == {"WakeWork"}


def test_preview_can_change_nothing(hub: Stack) -> None:
    reading = ("BatchGet", "Get", "List", "Query", "Test")
    own = ("logs:", "xray:", "sts:AssumeRole")

    actions = {name for each in functions(hub)["PreviewPlan"] for name in _several(each["Action"])}

    assert not {name for name in actions if not name.startswith(own) and not name.split(":")[1].startswith(reading)}


@pytest.mark.parametrize(
    ("role", "expected"),
    [("inventory", {"PlanExecution", "PreviewPlan"}), *((name, {f"Recover{name.capitalize()}"}) for name in ENTERING)],
)
def test_role_in_workload_accounts_is_assumed_by_its_own_function_only(
    hub: Stack, role: str, expected: set[str]
) -> None:
    arn = f"arn:aws:iam::222222222201:role/groundswell-{role}"

    assert who_may(hub, "sts:AssumeRole", arn) == expected


def test_function_that_looks_from_the_hub_may_assume_no_role(hub: Stack) -> None:
    outside = [name for name in BUILT_IN if name not in ENTERING]

    for name in outside:
        actions = [each["Action"] for each in functions(hub)[WORKERS[name]]]

        assert "sts:AssumeRole" not in json.dumps(actions)
    assert outside == ["https"]


def test_nobody_may_assume_any_other_role(hub: Stack) -> None:
    for name in ("admin", "groundswell-drs-admin", "groundswell"):
        assert not who_may(hub, "sts:AssumeRole", f"arn:aws:iam::222222222201:role/{name}")


@pytest.mark.parametrize(
    ("detail_type", "expected"),
    [
        ("DRAccepted", {"PlanExecution", "RelayEvents", "Sweep"}),
        ("WaveStarted", {"RelayEvents", "Sweep"}),
        ("RecoveryRequested", {"FanOutWave", "WakeWork", "Sweep"}),
        ("DRRequested", {"Sweep"}),
        ("ResourceRecovered", set()),
    ],
)
def test_hubs_facts_and_orders_are_told_by_those_who_may(hub: Stack, detail_type: str, expected: set[str]) -> None:
    assert who_may_put(hub, "groundswell", detail_type) == expected


def test_every_fact_is_told_by_the_relay_and_by_the_sweep(hub: Stack) -> None:
    for detail_type in FACT_TYPES:
        assert who_may_put(hub, "groundswell", detail_type) >= {"RelayEvents", "Sweep"}, detail_type


@pytest.mark.parametrize("technology", BUILT_IN)
def test_outcomes_of_a_technology_are_told_by_its_worker_only(hub: Stack, technology: str) -> None:
    may = who_may_put(hub, f"groundswell.technology.{technology}", "ResourceRecovered")

    assert may == {f"Recover{technology.capitalize()}"}


@pytest.mark.parametrize("detail_type", ["DRRequested", "DRPauseRequested", "ResourceSkipRequested"])
def test_decisions_are_told_by_the_door_only(hub: Stack, detail_type: str) -> None:
    assert who_may_put(hub, "groundswell.door", detail_type) == {"Door"}


@pytest.mark.parametrize("detail_type", ["DRPaused", "WaveApproved", "RecoveryRequested", "ResourceRecovered"])
def test_door_tells_nothing_but_decisions(hub: Stack, detail_type: str) -> None:
    assert not who_may_put(hub, "groundswell.door", detail_type)


def test_door_can_change_nothing_in_the_ledger(hub: Stack) -> None:
    ledger = hub.attribute("Ledger", "Arn")

    verbs = {
        verb
        for verb in ("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")
        if is_allowed(functions(hub)["Door"], f"dynamodb:{verb}", ledger, {"dynamodb:LeadingKeys": [EXECUTIONS]})
    }

    assert verbs == {"GetItem"}


@pytest.mark.parametrize("source", ["aws.drs", "anything"])
def test_no_function_speaks_for_anybody_else(hub: Stack, source: str) -> None:
    assert not who_may_put(hub, source, "DRRequested")


def test_worker_may_not_tell_facts(hub: Stack) -> None:
    for technology in BUILT_IN:
        assert f"Recover{technology.capitalize()}" not in who_may_put(hub, "groundswell", "WaveCompleted")


def test_one_forged_entry_spoils_the_whole_call(hub: Stack) -> None:
    rights = functions(hub)["RecoverDrs"]
    mixed = {
        "events:source": ["groundswell.technology.drs", "groundswell"],
        "events:detail-type": ["ResourceRecovered", "WaveCompleted"],
    }

    assert not is_allowed(rights, "events:PutEvents", hub.attribute("Bus", "Arn"), mixed)


def test_every_right_to_publish_is_bound_to_a_source(hub: Stack) -> None:
    for name, rights in functions(hub).items():
        publishing = [each for each in rights if "events:PutEvents" in _several(each["Action"])]

        for each in publishing:
            assert "events:source" in each["Condition"]["ForAllValues:StringEquals"], name
            assert each["Condition"]["Null"]["events:source"] == "false", name


def test_policies_fit_what_aws_takes(hub: Stack, workload: Stack) -> None:
    for stack in (hub, workload):
        for name, role in stack.of_type(ROLE).items():
            assert _size(role["Policies"]) <= INLINE_LIMIT, name
        for name, policy in stack.of_type("AWS::IAM::ManagedPolicy").items():
            assert _size(policy["PolicyDocument"]) <= MANAGED_LIMIT, name
        for name, bus in stack.of_type("AWS::Events::EventBus").items():
            assert _size(bus["Policy"]) <= BUS_LIMIT, name


def fed(stack: Stack) -> list[str]:
    return [name for name in stack.of_type(FUNCTION) if f"{name}Queue" in stack.resources]


def _several(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _size(document: object) -> int:
    """Characters without white space: how IAM counts."""
    return len(re.sub(r"\s", "", json.dumps(document)))
