"""The real hub, on moto: found by its stack's outputs, read, asked; and every fault of AWS's in one line."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, TypeAlias

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, NoRegionError
from botocore.response import StreamingBody
from moto import mock_aws

from groundswell.domain.errors import TransientError
from groundswell.ledger import executions, reading
from groundswell.ports.world import BusEntry
from groundswell_cli.aws_hub import AwsHub, connect
from groundswell_cli.door import DoorReply, DoorWay, Ticket
from groundswell_cli.errors import CliError, explain
from groundswell_cli.exits import Exit
from tests.contract.store.table import create_table
from tests.unit.cli.fake_hub import previewed
from tests.unit.cli.story import REGION, REQUEST, Story, protected

OUTPUTS = {"LedgerTable": "the-ledger", "EventBus": "the-bus", "PreviewFunction": "preview"}
Parsed: TypeAlias = tuple[SimpleNamespace, Mapping[str, object]]
Answer: TypeAlias = Callable[..., Parsed]


def answer(session: boto3.Session, operation: str, with_: Answer) -> None:
    """Let the SDK have this for the answer to an operation, as if it had been read off the wire."""
    hooks: Any = session.events  # typed as if hooks answered nothing
    hooks.register(f"before-call.{operation}", with_)


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS settings of nobody's, that lead nowhere."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "DR_STACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.fixture
def aws() -> Iterator[None]:
    """Moto, with the bus."""
    with mock_aws():
        boto3.client("events", REGION).create_event_bus(Name="the-bus")
        yield


def described(outputs: Mapping[str, str]) -> Answer:
    """What CloudFormation answers of a stack with these outputs: what the SDK read off the wire."""
    listed = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]
    stacks = [{"StackStatus": "UPDATE_COMPLETE", "Outputs": listed}]
    return lambda **_: (SimpleNamespace(status_code=200), {"Stacks": stacks})


def missing(**_: object) -> Parsed:
    """What CloudFormation answers where there is no such stack."""
    error = {"Code": "ValidationError", "Message": "Stack with id nowhere does not exist"}
    return SimpleNamespace(status_code=400), {"Error": error}


def hub(stack: Answer | None = None, *, name: str = "groundswell", region: str | None = REGION) -> AwsHub:
    """The hub that is found where CloudFormation answers so; moto does not serve CloudFormation without its extras."""

    def open_session(region: str | None) -> boto3.Session:
        session = boto3.Session(region_name=region)
        answer(session, "cloudformation.DescribeStacks", stack or described(OUTPUTS))
        return session

    return connect(name, region, open_session=open_session)


def test_hub_is_found_by_the_outputs_of_its_stack() -> None:
    place = hub().place

    assert (place.stack, place.region, place.bus) == ("groundswell", REGION, "the-bus")
    assert place.command("status") == f"dr status --region {REGION}"


def test_hub_is_found_in_the_region_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")

    place = hub(name="other", region=None).place

    assert (place.region, place.command("status")) == ("eu-west-1", "dr status --stack other")


def test_hub_has_no_door_when_it_was_deployed_before_there_were_doors() -> None:
    found = hub()

    assert not found.has_door
    with pytest.raises(CliError, match=r"stack groundswell has no door \(output DoorUrl\)"):
        found.decide("pause", {})


def test_hub_says_decisions_at_the_door_of_its_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = Ticket(command_id="command-1", execution_id="dr-1").model_dump_json()
    put_at = list[str]()

    def put(way: DoorWay, command: str, _: object) -> DoorReply:
        put_at.append(f"{way.url}/{command}")
        return DoorReply(HTTPStatus.ACCEPTED, "", ticket)

    monkeypatch.setattr(DoorWay, "put", put)
    found = hub(described(OUTPUTS | {"DoorUrl": "https://door/v1"}))

    assert found.has_door
    assert found.decide("pause", {}).command_id == "command-1"
    assert put_at == ["https://door/v1/pause"]


@pytest.mark.usefixtures("aws")
def test_hub_reads_its_ledger() -> None:
    create_table(boto3.client("dynamodb", REGION), "the-ledger")
    store, story = hub().store, Story()
    executions.begin(store, story.begin())

    found = reading.find_execution(store, story.execution.execution_id)

    assert found == story.execution
    assert list(reading.open_executions(store)) == [story.execution]


@pytest.mark.usefixtures("aws")
def test_hub_puts_the_event_on_its_bus() -> None:
    asking, sent = hub(), list[str]()
    asking.session.events.register("before-call.eventbridge.PutEvents", lambda params, **_: sent.append(params["body"]))

    asking.publish(BusEntry("groundswell.cli", "DRRequested", '{"all": true}'))

    entry = {"EventBusName": "the-bus", "Source": "groundswell.cli", "DetailType": "DRRequested"}
    assert [json.loads(body)["Entries"] for body in sent] == [[{**entry, "Detail": '{"all": true}'}]]


def test_hub_says_so_when_the_bus_takes_a_call_but_refuses_its_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    refusing, pauses = hub(), list[float]()
    monkeypatch.setattr("groundswell_cli.aws_hub.time.sleep", pauses.append)
    refused = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "NotAuthorized", "ErrorMessage": "by policy"}]}
    answer(refusing.session, "eventbridge.PutEvents", lambda **_: (SimpleNamespace(status_code=200), refused))

    with pytest.raises(CliError, match="bus the-bus did not take the event: NotAuthorized: by policy"):
        refusing.publish(BusEntry("groundswell.cli", "DRRequested", "{}"))

    assert len(pauses) > 1


def test_hub_is_not_found_when_there_is_no_such_stack() -> None:
    with pytest.raises(CliError, match=f"there is no stack nowhere in {REGION}.*--stack") as raised:
        hub(missing, name="nowhere")

    assert raised.value.exit_status is Exit.UNREACHABLE


def test_hub_is_not_found_when_the_stack_is_something_else() -> None:
    with pytest.raises(CliError, match=r"stack website .*UPDATE_COMPLETE.* has no output LedgerTable"):
        hub(described({"Url": "u"}), name="website")


def hub_whose_function_answers(payload: object, *, error: str | None = None) -> AwsHub:
    body = json.dumps(payload).encode()
    told = {"Payload": StreamingBody(io.BytesIO(body), len(body)), **({"FunctionError": error} if error else {})}
    found = hub()
    answer(found.session, "lambda.Invoke", lambda **_: (SimpleNamespace(status_code=200), told))
    return found


def test_preview_is_read_as_it_was_answered() -> None:
    answer = previewed([protected("dc"), protected("app", 2)])

    assert hub_whose_function_answers(answer.model_dump(mode="json")).preview(REQUEST) == answer


@pytest.mark.parametrize("with_calls", [False, True])
def test_preview_asks_for_calls_only_when_they_are_wanted(with_calls: bool) -> None:
    found, sent = hub_whose_function_answers(previewed([]).model_dump(mode="json")), list[str]()
    found.session.events.register_first("before-call.lambda.Invoke", lambda params, **_: sent.append(params["body"]))

    found.preview(REQUEST, with_calls=with_calls)

    assert [json.loads(body).get("with_calls") for body in sent] == [with_calls or None]


def test_preview_names_the_log_to_look_at_when_the_function_failed() -> None:
    hub = hub_whose_function_answers({"errorMessage": "no role"}, error="Unhandled")

    with pytest.raises(CliError, match=r"preview failed: no role; .*aws logs tail /aws/lambda/preview"):
        hub.preview(REQUEST)


def test_preview_says_that_versions_differ_when_it_cannot_be_read() -> None:
    with pytest.raises(CliError, match="install the dr that belongs to the deployed stack"):
        hub_whose_function_answers({"accepted": "perhaps"}).preview(REQUEST)


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "said AWS"}}, "DescribeStacks")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NoCredentialsError(), "Unable to locate credentials; sign in"),
        (NoRegionError(), "say --region"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:9"), "check the network"),
        (refusal("ExpiredToken"), "the sign-in to AWS has expired"),
        (refusal("AccessDenied"), "AWS denies DescribeStacks: said AWS; ask for the policy that allows it"),
        (refusal("Throttling"), "AWS refused DescribeStacks"),
        (TransientError("the table is gone"), "the table is gone"),
    ],
)
def test_every_fault_of_aws_is_explained_in_one_line(error: Exception, told: str) -> None:
    explained = explain(error)

    assert explained is not None
    assert explained.exit_status is Exit.UNREACHABLE
    assert told in str(explained)
    assert "\n" not in str(explained)


def test_the_ledgers_fault_is_explained_by_what_aws_said() -> None:
    with pytest.raises(TransientError) as raised:
        raise TransientError("no reply") from refusal("ExpiredToken")

    assert "the sign-in to AWS has expired" in str(explain(raised.value))


def test_a_defect_of_ours_is_not_explained_away() -> None:
    assert explain(KeyError("x")) is None
