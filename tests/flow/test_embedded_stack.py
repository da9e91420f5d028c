"""The embedded stack is connected: operator, hub, workload accounts and estate reach one another."""

import json

from tests.flow.embedded import Embedded, Operator
from tests.flow.listening import listen_on

WORKLOAD = "222222222201"


def test_operator_speaks_as_the_hub_when_using_the_aws_cli(embedded: Embedded) -> None:
    printed = embedded.operator.run_well("aws", "sts", "get-caller-identity")

    assert json.loads(printed)["Account"] == embedded.stack.hub.account_id


def test_hub_finds_servers_when_it_assumes_a_workload_accounts_role(embedded: Embedded) -> None:
    role = f"arn:aws:iam::{WORKLOAD}:role/groundswell-inventory"
    assumed = embedded.hub().client("sts").assume_role(RoleArn=role, RoleSessionName="a-test")["Credentials"]
    environment = embedded.stack.environment() | {
        "AWS_ACCESS_KEY_ID": assumed["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": assumed["SecretAccessKey"],
        "AWS_SESSION_TOKEN": assumed["SessionToken"],
        "AWS_ENDPOINT_URL_DRS": embedded.estate.url,
    }

    printed = Operator(environment).run_well("aws", "drs", "describe-source-servers")

    assert {server["arn"].split(":")[4] for server in json.loads(printed)["items"]} == {WORKLOAD}


def test_hub_hears_of_aws_events_when_they_happen_in_a_workload_account(embedded: Embedded) -> None:
    at_hub = listen_on(embedded.hub(), embedded.outputs["AwsEventBus"])

    embedded.account(WORKLOAD).client("events").put_events(
        Entries=[{"Source": "aws.drs", "DetailType": "DRS Source Server Launch Result", "Detail": '{"job-id": "j-1"}'}]
    )

    (event,) = at_hub.wait_for("DRS Source Server Launch Result")
    assert (event["account"], event["detail"]) == (WORKLOAD, {"job-id": "j-1"})
