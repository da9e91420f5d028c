"""The roles, buses and trust policies of both templates, as who calls and what is called."""

from __future__ import annotations

from groundswell.technologies.registry import BUILT_IN, load
from tests.template.policies import Caller, Context, Guarded, statements_of_role
from tests.template.stack import ACCOUNT, Body, Stack

WORKLOAD, STRANGER = "222222222201", "999999999999"
FUNCTION = "AWS::Serverless::Function"
WORKERS = {name: f"Recover{name.capitalize()}" for name in BUILT_IN}
"""The function of each technology."""
ENTERING = tuple(name for name in BUILT_IN if not load(name).from_hub)
"""The technologies that enter workload accounts; the others have no role there."""


def functions(stack: Stack) -> dict[str, Caller]:
    """The hub's functions, each as its role."""
    return {
        name: Caller(stack.attribute(f"{name}Role", "Arn"), statements_of_role(stack, f"{name}Role"))
        for name in stack.of_type(FUNCTION)
    }


def bus(stack: Stack, name: str) -> Guarded:
    """A bus of the hub with its policy."""
    policy: list[Body] = stack.resources[name]["Properties"]["Policy"]["Statement"]
    return Guarded(stack.attribute(name, "Arn"), ACCOUNT, policy)


def with_right_to_put(arn: str) -> Caller:
    """Somebody whom an administrator of his own account lets put any event on any bus."""
    return Caller(arn, [{"Effect": "Allow", "Action": "events:PutEvents", "Resource": "*"}])


def workload_role(workload: Stack, role: str) -> Guarded:
    """A role of a workload account, to be assumed; the stack of the tests stands in the hub's account."""
    properties = workload.resources[role]["Properties"]
    trust: list[Body] = properties["AssumeRolePolicyDocument"]["Statement"]
    return Guarded(f"arn:aws:iam::{WORKLOAD}:role/{properties['RoleName']}", WORKLOAD, trust)


def telling(source: str, detail_type: str) -> Context:
    """What IAM sees of a call that puts one event."""
    return {"events:source": [source], "events:detail-type": [detail_type]}
