"""Each function is configured with what its code reads, and the alarms listen to what it counts."""

from __future__ import annotations

import json
import operator
import re
import subprocess
import sys

import pytest

from groundswell import settings
from groundswell.entry.functions import MESSAGES_FAILED
from tests.template.stack import REGION, ROOT, Body, Stack

FUNCTION = "AWS::Serverless::Function"
READS: dict[str, type[settings.LedgerSettings]] = {
    "PlanExecution": settings.PlanSettings,
    "PreviewPlan": settings.PlanSettings,
    "AdvanceExecution": settings.LedgerSettings,
    "ControlExecution": settings.LedgerSettings,
    "Door": settings.HubSettings,
    "KeepPlan": settings.ProvenSettings,
    "FanOutWave": settings.OrderingSettings,
    "RecordOutcome": settings.LedgerSettings,
    "RelayEvents": settings.HubSettings,
    "WakeWork": settings.OrderingSettings,
    "Sweep": settings.SweepSettings,
    "RecoverAurora": settings.EnteringSettings,
    "RecoverDrs": settings.EnteringSettings,
    "RecoverHttps": settings.RecoverSettings,
    "RecoverRoute53": settings.EnteringSettings,
    "RecoverSsm": settings.EnteringSettings,
}


def environment(stack: Stack, function: str) -> dict[str, str]:
    common: Body = stack.resolve(stack.template["Globals"]["Function"]["Environment"]["Variables"])
    own: Body = stack.resources[function]["Properties"]["Environment"]["Variables"]
    return {name: str(value) for name, value in (common | own).items()} | {"AWS_REGION": REGION}


def test_settings_are_known_of_every_function(hub: Stack) -> None:
    assert READS.keys() == hub.of_type(FUNCTION).keys()


@pytest.mark.parametrize("template", ["hub", "embedded"])
def test_function_finds_its_settings_in_its_environment(
    template: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack: Stack = request.getfixturevalue(template)

    for function, kind in READS.items():
        with monkeypatch.context() as patch:
            for name, value in environment(stack, function).items():
                patch.setenv(name, value)

            found = kind.from_environment()

            assert found.ledger_table


def test_rehearsal_gives_parameters_that_the_template_takes(embedded: Stack) -> None:
    declared = embedded.template["Parameters"]

    for name, value in embedded.given.items():
        rules = declared[name]

        assert value in [str(each) for each in rules.get("AllowedValues", [value])], name
        assert len(value) >= rules.get("MinLength", 0), name
        assert re.fullmatch(rules.get("AllowedPattern", ".*"), value), name
        assert not value.isdigit() or int(rules.get("MinValue", 0)) <= int(value) <= int(rules.get("MaxValue", value))


def test_hub_on_aws_is_not_armed_until_somebody_says_so(hub: Stack) -> None:
    assert environment(hub, "PlanExecution")["ARMED"] == "false"


def test_worker_that_enters_no_account_is_told_no_role_and_no_secret_of_the_installation(hub: Stack) -> None:
    told = environment(hub, "RecoverHttps")

    assert told["TECHNOLOGY"] == "https"
    assert not {"ROLE", "EXTERNAL_ID"} & told.keys()


def test_worker_is_told_its_own_technology_role_and_queue(hub: Stack) -> None:
    told = environment(hub, "RecoverDrs")

    assert told["TECHNOLOGY"] == "drs"
    assert told["ROLE"] == "groundswell-drs"
    assert told["WORK_QUEUE_URL"] == hub.ref("RecoverDrsQueue")


def test_no_function_calls_the_global_sts_endpoint(hub: Stack) -> None:
    for function in READS:
        assert environment(hub, function)["AWS_STS_REGIONAL_ENDPOINTS"] == "regional"


def test_handler_of_every_function_is_there(hub: Stack) -> None:
    for name, function in hub.of_type(FUNCTION).items():
        module, _ = function["Handler"].rsplit(".", 1)

        assert (ROOT / "functions" / f"{module.replace('.', '/')}.py").is_file(), name


def test_alarm_listens_to_a_metric_that_its_function_counts(hub: Stack) -> None:
    services = {environment(hub, name)["POWERTOOLS_SERVICE_NAME"]: name for name in READS}
    alarms = [each for each in counting_alarms(hub) if each["Dimensions"][0]["Name"] == "service"]

    for alarm in alarms:
        (dimension,) = alarm["Dimensions"]
        handler: str = hub.resources[services[dimension["Value"]]]["Properties"]["Handler"]
        code = (ROOT / "functions" / handler.split(".")[0] / "handler.py").read_text(encoding="utf-8")

        assert f'count("{alarm["MetricName"]}"' in code
    assert len(alarms) == 3


def test_alarm_of_the_whole_hub_listens_to_a_metric_that_is_counted_for_it(hub: Stack) -> None:
    code = [*(ROOT / "functions").glob("*/handler.py"), *(ROOT / "shared/groundswell/entry").glob("*.py")]
    told = "".join(file.read_text(encoding="utf-8") for file in code)
    counted = {*re.findall(r'count_in_hub[(]"([A-Za-z]+)"', told), MESSAGES_FAILED}

    alarms = [each for each in counting_alarms(hub) if each["Dimensions"][0]["Name"] == "hub"]

    assert {alarm["MetricName"] for alarm in alarms} == counted
    assert {"DecisionsNotFromTheDoor", "FactsRefused", "MessagesFailed", "SweepErrors"} == counted
    assert {alarm["Dimensions"][0]["Value"] for alarm in alarms} == {environment(hub, "Sweep")["HUB"]}


@pytest.mark.parametrize(
    "alarm", ["MessagesFailedAlarm", "SweepErrorsAlarm", "FunctionErrorsAlarm", "FactsRefusedAlarm"]
)
def test_first_failure_rings_within_the_minute(hub: Stack, alarm: str) -> None:
    assert hub.resources[alarm]["Properties"]["Period"] == 60
    assert rings_at(hub, alarm, 1)
    assert not rings_at(hub, alarm, 0)


def test_errors_of_functions_that_died_are_of_all_functions(hub: Stack) -> None:
    alarm = hub.resources["FunctionErrorsAlarm"]["Properties"]

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "Errors")
    assert "Dimensions" not in alarm


def test_rehearsal_has_every_alarm_but_the_one_on_a_query(hub: Stack, embedded: Stack) -> None:
    missing = hub.of_type("AWS::CloudWatch::Alarm").keys() - embedded.of_type("AWS::CloudWatch::Alarm").keys()

    assert missing == {name for name, each in hub.of_type("AWS::CloudWatch::Alarm").items() if "Metrics" in each}
    assert missing == {"MessagesLateAlarm"}


def counting_alarms(stack: Stack) -> list[Body]:
    """The alarms on what our own functions count."""
    return [each for each in stack.of_type("AWS::CloudWatch::Alarm").values() if each.get("Namespace") == "Groundswell"]


def test_every_alarm_is_told_to_people_and_says_what_to_do(hub: Stack) -> None:
    for name, alarm in hub.of_type("AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmActions"] == [hub.ref("Notices")], name
        assert 60 < len(alarm["AlarmDescription"]) <= 1024, name
        assert alarm["AlarmName"].startswith("groundswell-"), name


def rings_at(hub: Stack, alarm: str, counted: int) -> bool:
    """Whether an alarm rings when its metric counts so much within one of its periods."""
    body = hub.resources[alarm]["Properties"]
    over = {"GreaterThanThreshold": operator.gt, "GreaterThanOrEqualToThreshold": operator.ge}
    assert (body["Statistic"], body["EvaluationPeriods"], body["TreatMissingData"]) == ("Sum", 1, "notBreaching")
    return bool(over[body["ComparisonOperator"]](counted, body["Threshold"]))


def test_decision_that_did_not_come_through_the_door_rings_at_once(hub: Stack) -> None:
    alarm = "DecisionsNotFromTheDoorAlarm"

    assert hub.resources[alarm]["Properties"]["Period"] == 60
    assert rings_at(hub, alarm, 1)
    assert not rings_at(hub, alarm, 0)


def test_refused_decisions_ring_when_they_are_more_than_slips(hub: Stack) -> None:
    alarm = "DecisionsRefusedAlarm"

    assert hub.resources[alarm]["Properties"]["Period"] == 300
    assert rings_at(hub, alarm, 5)
    assert not rings_at(hub, alarm, 4)


def test_missing_heartbeat_rings(hub: Stack) -> None:
    alarm = hub.resources["HeartbeatAlarm"]["Properties"]

    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["Period"] * alarm["EvaluationPeriods"] <= 180


def test_no_filter_of_lambdas_stands_between_a_metric_and_cloudwatch(hub: Stack) -> None:
    """A metric line carries no level; where Lambda filters by level, it takes such a line for INFO."""
    common: Body = hub.template["Globals"]["Function"]["LoggingConfig"]

    assert common == {"LogFormat": "Text"}
    assert not [name for name, function in hub.of_type(FUNCTION).items() if "LoggingConfig" in function]


SAYING = """
from groundswell.entry.functions import count, logger, metrics
logger.info("an info")
logger.error("an error")
metrics.log_metrics(lambda event, context: count("Things"))({}, None)
"""


def said_at(environment: dict[str, str]) -> tuple[list[str], list[float]]:
    """What a function with this environment logs and counts."""
    ran = subprocess.run([sys.executable, "-c", SAYING], env=environment, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    return [line["message"] for line in lines if "message" in line], [
        n for line in lines for n in line.get("Things", [])
    ]


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARN", "ERROR"])
def test_level_of_the_logs_is_what_the_parameter_says_and_drops_no_metric(level: str) -> None:
    stack = Stack("template.yaml", "groundswell", {"ExternalId": "an-id-of-this-installation", "LogLevel": level})

    logged, counted = said_at(environment(stack, "Sweep"))

    assert level in stack.template["Parameters"]["LogLevel"]["AllowedValues"]
    assert logged == {"DEBUG": ["an info", "an error"], "INFO": ["an info", "an error"]}.get(level, ["an error"])
    assert counted == [1.0]
