"""The embedded stack is connected: operator, hub, workload accounts and estate reach one another."""

import json

from groundswell.adapters.hub_account import read_hub_use
from groundswell.domain.hub_limits import judge_hub
from tests.flow.embedded import Embedded
from tests.flow.listening import listen_on

WORKLOAD = "222222222201"


def test_operator_speaks_as_the_hub_when_using_the_aws_cli(embedded: Embedded) -> None:
    printed = embedded.operator.run_well("aws", "sts", "get-caller-identity")

    assert json.loads(printed)["Account"] == embedded.stack.hub.account_id


def test_planner_finds_servers_when_it_assumes_a_workload_accounts_role(embedded: Embedded) -> None:
    asked = json.dumps({"operation": "failover", "all": True})
    lambdas = embedded.hub().client("lambda")

    reply = lambdas.invoke(FunctionName=embedded.outputs["PreviewFunction"], Payload=asked)

    plan = json.loads(reply["Payload"].read())
    assert WORKLOAD in {resource["account"] for resource in plan["resources"]}


def test_workload_account_refuses_when_somebody_else_at_the_hub_asks_for_its_role(embedded: Embedded) -> None:
    role = f"arn:aws:iam::{WORKLOAD}:role/groundswell-inventory"

    refused = embedded.operator.run("aws", "sts", "assume-role", "--role-arn", role, "--role-session-name", "a-test")

    assert "AccessDenied" in refused.stderr


def test_what_the_hub_may_take_of_its_account_is_read_from_the_account(embedded: Embedded) -> None:
    hub = embedded.hub()

    use = read_hub_use(hub.client("lambda"), hub.client("events"), "groundswell")

    assert {"groundswell-recover-drs": 4, "groundswell-sweep": 2}.items() <= use.workers.items()
    assert use.variables["groundswell-plan-execution"]["WORKLOAD_ACCOUNTS"].startswith(WORKLOAD)
    assert (use.rules > 10, use.concurrency > 0) == (True, True)
    assert [check for check in judge_hub(use) if check.check == "environment of a function" and check.advice] == []


def test_hub_hears_of_aws_events_when_they_happen_in_a_workload_account(embedded: Embedded) -> None:
    at_hub = listen_on(embedded.hub(), embedded.outputs["AwsEventBus"])

    embedded.account(WORKLOAD).client("events").put_events(
        Entries=[{"Source": "aws.drs", "DetailType": "DRS Source Server Launch Result", "Detail": '{"job-id": "j-1"}'}]
    )

    (event,) = at_hub.wait_for("DRS Source Server Launch Result")
    assert (event["account"], event["detail"]) == (WORKLOAD, {"job-id": "j-1"})
