"""The door over the wire: who decides is whoever signed, and nobody gets in besides it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from uuid import uuid4

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

from groundswell.domain.ids import ExecutionId
from groundswell.domain.states import ExecutionStatus
from tests.flow.desk import Desk, production
from tests.flow.embedded import wait_until

CUSTOMER = "customer-d"
HUB = "111111111111"
ANY_EVENT = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": "*"}


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in as a role of the hub's account."""

    desk: Desk
    arn: str
    credentials: Credentials

    def say(self, command: str, body: Mapping[str, object]) -> tuple[int, dict[str, object]]:
        """Put a decision to the door, signed; the reply's status and body."""
        return call(self.desk, command, body, self.credentials)

    def put(self, source: str, detail_type: str, detail: Mapping[str, object]) -> str:
        """Put an event on the hub's bus by hand; the name of the error, or nothing."""
        session = boto3.Session(
            self.credentials.access_key,
            self.credentials.secret_key,
            self.credentials.token,
            region_name=self.desk.session.region_name,
        )
        events = session.client("events", endpoint_url=self.desk.session.endpoint, config=Config(proxies={}))
        bus, said = self.desk.embedded.outputs["EventBus"], json.dumps(detail)
        try:
            events.put_events(
                Entries=[{"EventBusName": bus, "Source": source, "DetailType": detail_type, "Detail": said}]
            )
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return ""


def call(
    desk: Desk, command: str, body: Mapping[str, object], credentials: Credentials | None
) -> tuple[int, dict[str, object]]:
    """Call the door, signed or not."""
    url = f"{desk.session.endpoint}{desk.embedded.outputs['DoorUrl']}/{command}"
    request = AWSRequest("POST", url, headers={"Content-Type": "application/json"}, data=json.dumps(body))
    if credentials:
        SigV4Auth(credentials, "execute-api", desk.session.region_name).add_auth(request)
    answered = URLLib3Session().send(request.prepare())
    return answered.status_code, json.loads(answered.text)


@contextmanager
def signed_in(
    desk: Desk, *, policy: str | None = None, may: Mapping[str, object] | None = None, who: str = "somebody"
) -> Iterator[Person]:
    """Somebody with one of the hub's policies for people, or with rights of his own."""
    iam, name = desk.session.client("iam"), f"person-{uuid4().hex[:8]}"
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{HUB}:root"}, "Action": "sts:AssumeRole"}
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    if policy:
        iam.attach_role_policy(RoleName=name, PolicyArn=desk.embedded.outputs[f"{policy}Policy"])
    if may:
        iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=document(may))
    got = desk.session.client("sts").assume_role(RoleArn=arn, RoleSessionName=who)["Credentials"]
    credentials = Credentials(got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"])
    yield Person(desk, f"arn:aws:sts::{HUB}:assumed-role/{name}/{who}", credentials)
    if policy:
        iam.detach_role_policy(RoleName=name, PolicyArn=desk.embedded.outputs[f"{policy}Policy"])
    if may:
        iam.delete_role_policy(RoleName=name, PolicyName="may")
    iam.delete_role(RoleName=name)


def document(statement: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def execution_id(desk: Desk) -> ExecutionId:
    """An execution to decide about; a dry run, which is over, so that every decision about it is refused."""
    execution_id = desk.ask(production(CUSTOMER, dry_run=True))
    desk.wait_for_answer(execution_id)
    return execution_id


@pytest.fixture(scope="module")
def manager(desk: Desk) -> Iterator[Person]:
    with signed_in(desk, policy="RecoveryManagers") as person:
        yield person


def answer_to(desk: Desk, execution_id: ExecutionId, command_id: object) -> dict[str, object]:
    """What the ledger tells of a decision, as soon as it does."""

    def find() -> list[dict[str, object]]:
        details = [json.loads(fact.detail) for fact in desk.facts(execution_id)]
        return [each["data"] for each in details if each["metadata"]["causation_id"] == command_id]

    return wait_until(find, what=f"the answer to {command_id}")[0]


def test_decision_is_of_whoever_signed_it(desk: Desk, manager: Person, execution_id: ExecutionId) -> None:
    status, reply = manager.say("pause", {"execution": execution_id, "reason": "a drill"})

    told = answer_to(desk, execution_id, reply["event_id"])
    assert (status, told["decided_by"]) == (HTTPStatus.ACCEPTED, manager.arn)
    assert "is over" in str(told["reason"])


def test_identity_in_a_body_is_refused(desk: Desk, manager: Person, execution_id: ExecutionId) -> None:
    before = desk.facts(execution_id)

    status, reply = manager.say("pause", {"execution": execution_id, "decided_by": f"arn:aws:iam::{HUB}:root"})

    assert status == HTTPStatus.BAD_REQUEST
    assert "decided_by is not taken from a body" in str(reply["faults"])
    assert desk.facts(execution_id) == before


def test_call_is_refused_when_nobody_signed_it(desk: Desk, execution_id: ExecutionId) -> None:
    status, _ = call(desk, "pause", {"execution": execution_id}, None)

    assert status == HTTPStatus.FORBIDDEN


def test_call_is_refused_when_its_signature_is_forged(desk: Desk, manager: Person, execution_id: ExecutionId) -> None:
    forged = Credentials(manager.credentials.access_key, "not-the-secret", manager.credentials.token)

    status, _ = call(desk, "pause", {"execution": execution_id}, forged)

    assert status == HTTPStatus.FORBIDDEN


def test_unknown_execution_is_not_found(manager: Person) -> None:
    status, reply = manager.say("pause", {"execution": "dr-0123456789abcdef"})

    assert status == HTTPStatus.NOT_FOUND
    assert "knows no execution dr-0123456789abcdef" in str(reply["faults"])


def test_operator_may_pause_and_not_cancel(desk: Desk, execution_id: ExecutionId) -> None:
    with signed_in(desk, policy="Operators") as operator:
        statuses = {each: operator.say(each, {"execution": execution_id})[0] for each in ("pause", "resume", "cancel")}

    assert statuses == {
        "pause": HTTPStatus.ACCEPTED,
        "resume": HTTPStatus.ACCEPTED,
        "cancel": HTTPStatus.FORBIDDEN,
    }


def test_one_who_only_looks_decides_nothing(desk: Desk, execution_id: ExecutionId) -> None:
    with signed_in(desk, policy="ReadOnly") as reader:
        status, _ = reader.say("pause", {"execution": execution_id})

    assert status == HTTPStatus.FORBIDDEN


def test_decision_put_on_the_bus_by_hand_is_refused_by_its_policy(desk: Desk, execution_id: ExecutionId) -> None:
    told = dict.fromkeys(("event_id", "correlation_id", "causation_id"), f"by-hand-{uuid4().hex[:8]}")
    metadata = {**told, "execution_id": execution_id, "schema_version": "1.0", "occurred_at": "2030-01-01T00:00:00Z"}
    said = {"metadata": metadata, "data": {"decided_by": f"arn:aws:iam::{HUB}:root"}}

    with signed_in(desk, may=ANY_EVENT) as anybody:
        errors = {source: anybody.put(source, "DRPauseRequested", said) for source in ("groundswell.door", "operator")}

    assert errors == {"groundswell.door": "AccessDeniedException", "operator": ""}


@pytest.mark.parametrize("function", ["door", "keep-plan"])
def test_call_with_a_name_in_it_is_refused_when_it_does_not_come_through_the_api(
    desk: Desk, function: str, execution_id: ExecutionId
) -> None:
    """The root of the account may invoke anything, and is believed nothing."""
    forged = {
        "requestContext": {"resourcePath": "/cancel", "identity": {"userArn": f"arn:aws:iam::{HUB}:user/the-boss"}},
        "stageVariables": {"proof": "guessed"},
        "body": json.dumps({"execution": execution_id, "reason": "forged"}),
    }

    answer = desk.session.client("lambda").invoke(
        FunctionName=f"groundswell-{function}", Payload=json.dumps(forged).encode()
    )

    assert answer["FunctionError"]
    assert "did not come through the door's API" in answer["Payload"].read().decode()


def test_request_at_the_door_starts_its_execution(desk: Desk, manager: Person) -> None:
    asked = production(CUSTOMER, dry_run=True, request_id=f"door-{uuid4().hex[:12]}")

    status, reply = manager.say("request", {"request": asked})

    planned = desk.wait_for_answer(ExecutionId(str(reply["execution_id"])))
    assert (status, planned.status) == (HTTPStatus.ACCEPTED, ExecutionStatus.COMPLETED)
    assert "groundswell.door" in planned.requested_via


def test_decision_of_drs_is_answered_in_words(desk: Desk) -> None:
    asking = desk.run(production(CUSTOMER, approval=[1])).execution.execution_id

    result = desk.embedded.operator.run("dr", "resume", asking, "--json")
    desk.embedded.operator.run_well("dr", "cancel", asking, "--yes")

    told = json.loads(result.stdout)
    assert (result.returncode, told["answer"]) == (1, "CommandRefused")
    assert told["told"]["decided_by"] == f"arn:aws:iam::{HUB}:root"
    assert "REFUSED, and nothing was changed" in result.stderr
