"""Nobody but the door says who decided: neither at its API, nor at the functions behind it, nor at the queues."""

from __future__ import annotations

import pytest

from tests.template.callers import functions
from tests.template.policies import Caller, Context, Guarded, is_allowed, may
from tests.template.stack import ACCOUNT, Body, Stack
from tests.template.test_queues import fed_functions, policy_of

ANY_QUEUE: list[Body] = [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]
BY_HAND: Context = {"aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "false"}
BREAK_GLASS = f"arn:aws:iam::{ACCOUNT}:user/break-glass-1"


def queue(stack: Stack, name: str) -> Guarded:
    return Guarded(stack.attribute(name, "Arn"), ACCOUNT, policy_of(stack, name))


def named(principals: str) -> Stack:
    given = {"ExternalId": "an-id-of-this-installation", "BreakGlassPrincipals": principals}
    return Stack("template.yaml", "groundswell", given)


@pytest.mark.parametrize("who", ["role/admin", "user/break-glass-1", "role/groundswell-door", "role/groundswell-sweep"])
def test_nobody_sends_to_a_queue_at_work_whatever_iam_lets_him(hub: Stack, who: str) -> None:
    caller = Caller(f"arn:aws:iam::{ACCOUNT}:{who}", ANY_QUEUE)

    able = {name for name in fed_functions(hub) if may(caller, "sqs:SendMessage", queue(hub, f"{name}Queue"), BY_HAND)}

    assert able == ({"Sweep"} if who.endswith("sweep") else set())


def test_worker_sends_to_its_own_queue_only(hub: Stack) -> None:
    for name, caller in functions(hub).items():
        able = {to for to in fed_functions(hub) if may(caller, "sqs:SendMessage", queue(hub, f"{to}Queue"), BY_HAND)}

        assert able == ({name} if name.startswith("Recover") else set())


def test_those_who_are_named_for_the_worst_hour_send_dead_letters_back() -> None:
    stack = named(f"{BREAK_GLASS},arn:aws:iam::{ACCOUNT}:role/on-call")

    for name in fed_functions(stack):
        guarded = queue(stack, f"{name}Queue")

        assert may(Caller(BREAK_GLASS, ANY_QUEUE), "sqs:SendMessage", guarded, BY_HAND), name
        assert not may(Caller(f"{BREAK_GLASS}0", ANY_QUEUE), "sqs:SendMessage", guarded, BY_HAND), name
        assert not may(Caller(BREAK_GLASS, []), "sqs:SendMessage", guarded, BY_HAND), name


def test_rules_deliver_as_services_and_are_held_to_their_own_queue(hub: Stack) -> None:
    by_service = {"aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "true"}

    for name in fed_functions(hub):
        guarded = queue(hub, f"{name}Queue")
        own, other = (hub.attribute(rule, "Arn") for rule in (f"{name}Rule", "SweepRule"))

        assert is_allowed(guarded.policy, "sqs:SendMessage", guarded.arn, {**by_service, "aws:SourceArn": own}), name
        if name != "Sweep":
            assert not is_allowed(
                guarded.policy, "sqs:SendMessage", guarded.arn, {**by_service, "aws:SourceArn": other}
            ), name


def test_api_of_the_door_passes_on_what_only_its_functions_may_read(hub: Stack) -> None:
    proof = hub.attribute("DoorProof", "Arn")
    able = {
        name
        for name, caller in functions(hub).items()
        if is_allowed(caller.rights, "secretsmanager:GetSecretValue", proof)
    }

    behind = {
        name
        for name, each in hub.of_type("AWS::Serverless::Function").items()
        if any(source["Type"] == "Api" for source in each.get("Events", {}).values())
    }

    assert hub.resources["DoorApi"]["Properties"]["Variables"] == {"proof": f"{{{{resolve:secretsmanager:{proof}}}}}"}
    assert able == behind == {"Door", "KeepPlan"}
    assert hub.resources["DoorProof"]["Properties"]["GenerateSecretString"]["PasswordLength"] >= 32
