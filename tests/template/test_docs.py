"""The pages on deploying name what there is."""

from __future__ import annotations

import json
import re

import pytest

from tests.template.stack import ROOT, Stack

DEPLOY = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
CONNECT = (ROOT / "docs" / "workload-accounts.md").read_text(encoding="utf-8")

_WORDS_OF_THE_AWS_CLI = {
    "Enabled",
    "OrganizationalUnitIds",
    "OutputKey",
    "ParameterKey",
    "ParameterValue",
    "RetainStacksOnAccountRemoval",
}


def named_in_table(page: str) -> set[str]:
    """The parameters in the first column of the page's table of parameters."""
    table = page.split("| parameter |")[1].split("\n\n")[0]
    first_columns = (line.split("|")[1] for line in table.splitlines()[2:])
    return {name for column in first_columns for name in re.findall(r"`(\w+)`", column)}


def given_in_commands(page: str) -> set[str]:
    commands = re.findall(r"```sh\n(.+?)```", page, re.DOTALL)
    pairs = re.compile(r"(?<![\w=-])([A-Z][A-Za-z]+)=|ParameterKey=(\w+)")
    given = {found for command in commands for match in pairs.findall(command) for found in match if found}
    return given - {
        "ParameterKey",
        "ParameterValue",
        "OrganizationalUnitIds",
        "Enabled",
        "OutputKey",
        "RetainStacksOnAccountRemoval",
    }


def test_every_parameter_is_explained(hub: Stack, workload: Stack) -> None:
    assert named_in_table(DEPLOY) == hub.template["Parameters"].keys()
    assert named_in_table(CONNECT) == workload.template["Parameters"].keys()


def test_commands_give_parameters_that_there_are(hub: Stack, workload: Stack) -> None:
    assert given_in_commands(DEPLOY) <= hub.template["Parameters"].keys()
    assert given_in_commands(CONNECT) <= workload.template["Parameters"].keys()
    assert {"ExternalId", "Armed"} <= given_in_commands(DEPLOY)
    assert {"HubAccountId", "InstanceRoleArns"} <= given_in_commands(CONNECT)


def test_defaults_are_those_of_the_template(hub: Stack) -> None:
    rows = re.findall(r"^\| `(\w+)` \| `?([^`|]+)`? \|", DEPLOY, re.MULTILINE)

    explained = {name: default.strip() for name, default in rows if default.strip() != "none"}

    assert explained
    for name, default in explained.items():
        assert str(hub.template["Parameters"][name]["Default"]) == default, name


def test_outputs_that_are_named_are_there(hub: Stack) -> None:
    assert {"OperatorsPolicy", "NoticesTopic"} <= hub.template["Outputs"].keys()
    assert "`OperatorsPolicy`" in DEPLOY
    assert "NoticesTopic" in DEPLOY


@pytest.mark.parametrize("policy", re.findall(r"```json\n(.+?)```", CONNECT, re.DOTALL))
def test_key_policies_are_json_for_roles_that_there_are(workload: Stack, policy: str) -> None:
    roles = {role["RoleName"] for role in workload.of_type("AWS::IAM::Role").values() if "RoleName" in role}

    for statement in json.loads(policy):
        assert statement["Principal"]["AWS"].rsplit("/", 1)[1] in roles
        assert "*" not in str(statement["Action"])
