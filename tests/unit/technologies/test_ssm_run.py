"""What a run may declare, and what becomes of one that is misdeclared."""

from __future__ import annotations

from typing import Any

import pytest

from groundswell.technologies.contract import Done, Failed
from groundswell.technologies.ssm import TECHNOLOGY
from groundswell.technologies.ssm.run import Run, run_of
from tests.unit.technologies.bench import target_of
from tests.unit.technologies.systems import AUTOMATION, RUN, automation, begun, sent, systems

COMMAND = {"kind": "command", "document": "groundswell-probe"}
ID = "i-0123456789abcdef0"


@pytest.mark.parametrize(
    ("parameters", "flaw"),
    [
        ({**AUTOMATION, "kind": "script"}, "parameter kind: "),
        ({**AUTOMATION, "document": "arn:aws:ssm:us-west-2:1:document/other"}, "parameter document: give a document"),
        ({**AUTOMATION, "document": "x"}, "parameter document: give a document"),
        ({**AUTOMATION, "parameters": "Port=443"}, "parameter parameters: give a JSON object of lists of texts"),
        ({**AUTOMATION, "parameters": '{"Port": "443"}'}, "parameter parameters: give a JSON object of lists of texts"),
        ({**AUTOMATION, "parameters": '{"Port": [443]}'}, "parameter parameters: give a JSON object of lists of texts"),
        ({**AUTOMATION, "instances": ID}, "an automation takes no instances and no targets"),
        ({**AUTOMATION, "targets": "tag:Role=web"}, "an automation takes no instances and no targets"),
        ({**AUTOMATION, "limit_seconds": "0"}, "parameter limit_seconds: "),
        ({**AUTOMATION, "limit_seconds": "14401"}, "parameter limit_seconds: "),
        ({**AUTOMATION, "limit": "60"}, "there is no parameter limit: known are kind, document, parameters"),
        (COMMAND, "a command needs either instances or targets"),
        ({**COMMAND, "instances": ID, "targets": "tag:Role=web"}, "a command needs either instances or targets"),
        ({**COMMAND, "instances": ""}, "parameter instances: '' is no instance id"),
        ({**COMMAND, "instances": f"{ID}, web-1"}, "parameter instances: 'web-1' is no instance id"),
        ({**COMMAND, "instances": ",".join([ID] * 51)}, "parameter instances: give 1 to 50 instance ids"),
        ({**COMMAND, "targets": "Role=web"}, "parameter targets: give 1 to 5 tags as tag:Name=value"),
        ({**COMMAND, "targets": "tag:Role="}, "parameter targets: give 1 to 5 tags as tag:Name=value"),
        ({**COMMAND, "targets": "tag:Role=web,"}, "parameter targets: give each tag 1 to 50 values"),
        ({**COMMAND, "targets": ";".join(["tag:A=b"] * 6)}, "parameter targets: give 1 to 5 tags"),
    ],
)
def test_flaw_is_named_when_a_parameter_is_wrong(parameters: dict[str, Any], flaw: str) -> None:
    (found,) = TECHNOLOGY.flaws(parameters)

    assert found.startswith(flaw)


def test_command_is_read_as_it_is_declared() -> None:
    declared = {**COMMAND, "parameters": '{"Port": ["443"]}', "targets": "tag:Role=web, api; tag:Stage=blue"}

    run = run_of(declared)

    assert isinstance(run, Run)
    assert run.parameters == {"Port": ["443"]}
    assert run.tag_targets == [
        {"Key": "tag:Role", "Values": ["web", "api"]},
        {"Key": "tag:Stage", "Values": ["blue"]},
    ]
    assert str(run) == "command groundswell-probe"


def test_parameters_of_the_declaration_are_those_that_it_explains() -> None:
    (found,) = TECHNOLOGY.flaws({**AUTOMATION, "nonsense": "1"})

    for name in (*TECHNOLOGY.parameters, *TECHNOLOGY.optional_parameters):
        assert name in found


def test_run_fails_without_a_call_when_it_is_misdeclared() -> None:
    at = systems()
    bad = target_of("ssm/bad", {"kind": "automation", "document": "x"})
    good = begun(at, automation())

    failed, passed = at.settle(RUN, [bad, good])

    assert isinstance(failed, Failed)
    assert "parameter document" in failed.failure.cause
    assert isinstance(passed, Done)


def test_misdeclared_run_is_not_begun_by_whoever_calls_all_the_same() -> None:
    at = systems()

    begun(at, target_of("ssm/bad", {"kind": "automation", "document": "x"}))

    assert sent(at) == 0
