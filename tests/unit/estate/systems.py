"""A small Systems Manager for tests: a document of each kind, three nodes that are online and one that is not."""

from __future__ import annotations

import pytest

from rehearsal.estate.errors import EstateError
from tests.unit.estate.builders import HERE, Json, World, scenario

SYSTEMS = {
    "documents": [{"name": "smoke", "takes": "60s"}, {"name": "probe", "kind": "Command", "takes": "60s"}],
    "nodes": [
        {"name": "web-{n}", "per_customer": 3, "tags": {"Role": "web"}},
        {"name": "asleep", "tags": {"Role": "web"}, "online": False},
    ],
}
AT_ONCE = {"ssm": {"delivery": "0s", "answers_after": "0s", "listed_after": "0s"}}
WEB = [{"Key": "tag:Role", "Values": ["web"]}]


def world(servers: int = 0, **changes: object) -> World:
    """An account with a document of each kind and four nodes, and nothing late unless a test says so."""
    return World(scenario(servers, **({"systems": SYSTEMS, "times": AT_ONCE} | changes)))


def nodes(at: World) -> list[str]:
    """The instance ids of the nodes for the web."""
    return sorted(at.estate.world.site(HERE).runs.nodes)


def start(at: World, **params: object) -> str:
    """The id of a new automation."""
    return str(at.ssm("StartAutomationExecution", **({"DocumentName": "smoke"} | params))["AutomationExecutionId"])


def send(at: World, **params: object) -> str:
    """The id of a new command, to the web unless instances are named."""
    where = {} if "InstanceIds" in params else {"Targets": WEB}
    return str(at.ssm("SendCommand", **({"DocumentName": "probe"} | where | params))["Command"]["CommandId"])


def automation(at: World, name: str) -> Json:
    found: Json = at.ssm("GetAutomationExecution", AutomationExecutionId=name)["AutomationExecution"]
    return found


def command(at: World, name: str) -> Json:
    found: Json = at.ssm("ListCommands", CommandId=name)["Commands"][0]
    return found


def invocations(at: World, name: str) -> list[str]:
    """How the command stands on each node, by instance id."""
    found = at.ssm("ListCommandInvocations", CommandId=name)["CommandInvocations"]
    return [each["StatusDetails"] for each in found]


def listed(at: World, **params: object) -> list[str]:
    found = at.ssm("DescribeAutomationExecutions", **params)["AutomationExecutionMetadataList"]
    return [each["AutomationExecutionId"] for each in found]


def code_of(at: World, operation: str, **params: object) -> str:
    """The code by which a call is refused."""
    with pytest.raises(EstateError) as refused:
        at.ssm(operation, **params)
    return refused.value.code
