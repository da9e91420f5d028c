"""What the emulator's launcher promises beyond MiniStack itself, and what Groundswell leans on."""

import importlib.metadata
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from rehearsal import emulator_launcher
from rehearsal.accounts import EmbeddedSession
from rehearsal.emulator import Emulator, EmulatorSettings
from rehearsal.processes import ProcessFailedError
from tests.flow.embedded import wait_until
from tests.flow.listening import listen_on, put, queue, received, route

WORKLOAD = "222222222201"
ROLE = "arn:aws:iam::111111111111:role/anybody"
BY_LAMBDA: dict[str, object] = {"Principal": {"Service": "lambda.amazonaws.com"}}
OPEN = EmulatorSettings(enforce_permissions=False)
HANDLER = """
import json, os, time, boto3
from botocore.exceptions import ClientError
sqs = boto3.client("sqs")
def tell(text):
    sqs.send_message(QueueUrl=os.environ["TELL"], MessageBody=text)
def outcome(client, operation, **parameters):
    try:
        getattr(boto3.client(client), operation)(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "done"
def handler(event, context):
    {body}
"""


def test_emulator_delivers_to_a_bus_of_another_account_when_a_rule_says_so(emulator: Emulator) -> None:
    hub, workload = emulator.account().session(), emulator.account(WORKLOAD).session()
    hub.client("events").create_event_bus(Name="aws-events")
    at_hub = listen_on(hub, "aws-events")
    of_drs = json.dumps({"source": ["aws.drs"]})
    route(workload, "default", of_drs, "arn:aws:events:us-west-2:111111111111:event-bus/aws-events")

    assert put(workload, "default", "aws.drs", {"job-id": "j-1"}) == ""

    (event,) = at_hub.wait_for("of a test")
    assert (event["account"], event["source"], event["detail"]) == (WORKLOAD, "aws.drs", {"job-id": "j-1"})


def test_emulator_refuses_an_aws_source_when_the_bus_is_a_custom_one(emulator: Emulator) -> None:
    hub = emulator.account().session()
    hub.client("events").create_event_bus(Name="custom")

    assert put(hub, "custom", "aws.drs", {}) == "NotAuthorizedForSourceException"


def test_emulator_works_off_queues_when_a_stream_function_is_busy(emulator: Emulator) -> None:
    hub = emulator.account().session()
    (done, _), (gate, _), (start, start_arn) = queue(hub, "done"), queue(hub, "gate"), queue(hub, "start")
    function(hub, "quick", "tell('from the queue')", TELL=done)
    function(
        hub,
        "busy",
        "tell('busy'); sqs.receive_message(QueueUrl=os.environ['GATE'], WaitTimeSeconds=20)",
        TELL=done,
        GATE=gate,
    )
    feed(hub, "quick", start_arn)
    follow(hub, "busy", stream_of_new_table(hub, "facts"))

    hub.client("dynamodb").put_item(TableName="facts", Item={"PK": {"S": "1"}})
    assert wait_until(lambda: received(hub, done), what="the stream function") == ["busy"]
    hub.client("sqs").send_message(QueueUrl=start, MessageBody="go")
    answer = wait_until(lambda: received(hub, done), what="the queue function, meanwhile", timeout_seconds=10)
    hub.client("sqs").send_message(QueueUrl=gate, MessageBody="go on")

    assert answer == ["from the queue"]


def test_emulator_keeps_work_in_its_queue_when_all_workers_are_busy(tmp_path: Path) -> None:
    with own_emulator(tmp_path, EmulatorSettings(function_workers=2, enforce_permissions=False)) as emulator:
        hub = emulator.account().session()
        (done, _), (start, start_arn) = queue(hub, "done"), queue(hub, "start")
        function(hub, "work", "began = time.time(); time.sleep(0.3); tell(json.dumps([began, time.time()]))", TELL=done)
        feed(hub, "work", start_arn, batch_size=1)

        for number in range(6):
            hub.client("sqs").send_message(QueueUrl=start, MessageBody=str(number))
        spans: list[list[float]] = []
        while len(spans) < 6:
            answers = wait_until(lambda: received(hub, done), what=f"answer {len(spans) + 1} of 6")
            spans.extend(map(json.loads, answers))

    assert max(sum(began <= at < ended for began, ended in spans) for at, _ in spans) == 2


def test_emulator_starts_many_workers_when_they_share_their_code(emulator: Emulator) -> None:
    hub = emulator.account().session()
    function(hub, "crowd", "time.sleep(0.5); return [os.getpid(), os.path.realpath(__file__)]", ballast=1000)
    lambdas = hub.client("lambda")

    def invoke(_: int) -> tuple[int, str]:
        process, file = json.loads(lambdas.invoke(FunctionName="crowd")["Payload"].read())
        return process, file

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(invoke, range(8)))

    assert len({process for process, _ in answers}) == 8
    assert len({file for _, file in answers}) == 1


def test_emulator_shows_functions_only_what_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET_OF_THE_USER", "x")
    with own_emulator(tmp_path, OPEN, AWS_ENDPOINT_URL_DRS="http://127.0.0.1:1") as emulator:
        hub = emulator.account().session()
        function(hub, "show", "return dict(os.environ)")

        shown = answer(hub, "show")

    assert isinstance(shown, dict)
    assert shown["AWS_ENDPOINT_URL"] == emulator.endpoint
    assert shown["AWS_ENDPOINT_URL_DRS"] == "http://127.0.0.1:1"
    assert shown["AWS_ACCESS_KEY_ID"] == emulator.settings.hub_account
    assert "A_SECRET_OF_THE_USER" not in shown


def test_emulator_lets_a_function_put_only_events_of_the_source_that_its_role_names(tmp_path: Path) -> None:
    with own_emulator(tmp_path, EmulatorSettings()) as emulator:
        hub = emulator.account().session()
        own_source = {"ForAllValues:StringEquals": {"events:source": "ours"}}
        teller = role(
            hub, "teller", BY_LAMBDA, {"Action": "events:PutEvents", "Resource": "*", "Condition": own_source}
        )
        entry = "dict(Source=source, DetailType='x', Detail='{}')"
        put_from = f"outcome('events', 'put_events', Entries=[{entry}])"
        function(hub, "tell", f"return [{put_from} for source in ('ours', 'theirs')]", role_arn=teller)

        assert answer(hub, "tell") == ["done", "AccessDeniedException"]


def test_emulator_lets_a_function_read_only_the_targets_of_the_rule_that_its_role_names(tmp_path: Path) -> None:
    with own_emulator(tmp_path, EmulatorSettings()) as emulator:
        hub = emulator.account().session()
        hub.client("events").create_event_bus(Name="bus")
        for name in ("ours", "theirs"):
            hub.client("events").put_rule(Name=name, EventBusName="bus", EventPattern='{"source": ["x"]}')
        ours = "arn:aws:events:us-west-2:111111111111:rule/bus/ours"
        reader = role(hub, "reader", BY_LAMBDA, {"Action": "events:ListTargetsByRule", "Resource": ours})
        read = "outcome('events', 'list_targets_by_rule', Rule=rule, EventBusName='bus')"
        function(hub, "read", f"return [{read} for rule in ('ours', 'theirs')]", role_arn=reader)

        assert answer(hub, "read") == ["done", "AccessDeniedException"]


def test_emulator_lets_only_the_role_be_assumed_that_a_trust_policy_names(tmp_path: Path) -> None:
    with own_emulator(tmp_path, EmulatorSettings()) as emulator:
        hub, workload = emulator.account().session(), emulator.account(WORKLOAD).session()
        may_assume = {"Action": "sts:AssumeRole", "Resource": "*"}
        asker, other = role(hub, "asker", BY_LAMBDA, may_assume), role(hub, "other", BY_LAMBDA, may_assume)
        trust = {"Principal": {"AWS": "111111111111"}, "Condition": {"StringEquals": {"aws:PrincipalArn": asker}}}
        inner = role(workload, "inner", trust, may_assume)
        assume = f"return outcome('sts', 'assume_role', RoleArn='{inner}', RoleSessionName='of-a-test')"
        function(hub, "ask", assume, role_arn=asker)
        function(hub, "ask-too", assume, role_arn=other)

        assert (answer(hub, "ask"), answer(hub, "ask-too")) == ("done", "AccessDenied")


def test_emulator_says_why_when_it_does_not_start(tmp_path: Path) -> None:
    emulator = Emulator(tmp_path / "emulator.log")

    with pytest.raises(ProcessFailedError, match=r"(?s)the emulator ended with code 1; log: .*invalid literal for int"):
        emulator.start({"REHEARSAL_FUNCTION_WORKERS": "many"})


def test_launcher_refuses_to_start_when_ministack_is_of_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "9.9.9")

    with pytest.raises(SystemExit, match=r"ministack 9\.9\.9 is installed, but this launcher changes 1\.5\.33"):
        emulator_launcher.main()


@contextmanager
def own_emulator(directory: Path, settings: EmulatorSettings, **function_environment: str) -> Iterator[Emulator]:
    emulator = Emulator(directory / "emulator.log", settings)
    emulator.start(function_environment)
    try:
        yield emulator
    finally:
        emulator.stop()


def role(session: EmbeddedSession, name: str, trust: Mapping[str, object], may: Mapping[str, object]) -> str:
    """A role with one statement of trust and one of rights; returns its ARN."""
    iam = session.client("iam")
    trusts = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", **trust}]}
    rights = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **may}]}
    arn = str(iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trusts))["Role"]["Arn"])
    iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=json.dumps(rights))
    return arn


def answer(session: EmbeddedSession, name: str) -> object:
    """What the function returns."""
    told: object = json.loads(session.client("lambda").invoke(FunctionName=name)["Payload"].read())
    return told


def function(
    session: EmbeddedSession, name: str, body: str, *, role_arn: str = ROLE, ballast: int = 0, **environment: str
) -> None:
    """A function whose handler is this one line; `tell` sends a message to the queue in its variable TELL."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        for number in range(ballast):
            archive.writestr(f"ballast/{number}", str(number))
        archive.writestr("f.py", HANDLER.format(body=body))
    session.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.11",
        Role=role_arn,
        Handler="f.handler",
        Code={"ZipFile": code.getvalue()},
        Timeout=30,
        Environment={"Variables": environment},
    )


def feed(session: EmbeddedSession, name: str, queue_arn: str, *, batch_size: int = 10) -> None:
    """Have the function work off the queue."""
    session.client("lambda").create_event_source_mapping(
        FunctionName=name, EventSourceArn=queue_arn, BatchSize=batch_size
    )


def follow(session: EmbeddedSession, name: str, stream_arn: str) -> None:
    """Have the function follow the stream from its beginning."""
    session.client("lambda").create_event_source_mapping(
        FunctionName=name, EventSourceArn=stream_arn, StartingPosition="TRIM_HORIZON"
    )


def stream_of_new_table(session: EmbeddedSession, name: str) -> str:
    return session.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]["LatestStreamArn"]
