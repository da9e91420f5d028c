"""The commands of docs/break-glass.md, run against a ledger: what a person types at 3 a.m. says what it holds."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import jmespath  # type: ignore[import-untyped] # has no types
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from groundswell.adapters.dynamodb_store import DynamoDbStore
from groundswell.domain.events.facts import Remark
from groundswell.domain.failure import Failure
from groundswell.domain.ids import ExecutionId, execution_id_of
from groundswell.domain.instants import to_text
from groundswell.domain.states import ExecutionStatus, WaveStatus
from groundswell.ledger import executions, holding, keys, marking, orders, reading, waves
from groundswell.ports.store import Store
from tests.contract.store.table import create_table
from tests.template.stack import Stack
from tests.unit.docs.pages import page
from tests.unit.docs.shell import AwsCommand, aws_commands
from tests.unit.ledger import stories
from tests.unit.ledger.stories import X, at, opened_wave, order_of, planning, server

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAGE = page("docs/break-glass.md")
TABLE = "ledger"
VARIABLES = {
    "TABLE": TABLE,
    "EXECUTION": X,
    "REGION": "us-west-2",
    "TECHNOLOGY": "drs",
    "shard": "{shard}",
    "gate": "{gate}",
}
COMMANDS = [each for block in PAGE.blocks("sh") for each in aws_commands(block, VARIABLES)]
CAUSE = "no capacity"


@dataclass(frozen=True)
class Ledger:
    """An execution whose wave 2 is held: `a` is recovered, `b` failed."""

    client: DynamoDBClient
    store: Store

    def run(self, command: AwsCommand) -> Any:
        """What the command prints: the call made, its `--query` applied."""
        arguments = {name: decoded(value) for name, value in command.arguments.items()}
        answer = getattr(self.client, command.operation.replace("-", "_"))(**arguments)
        return jmespath.search(command.options["query"], answer) if "query" in command.options else answer


def decoded(value: str) -> Any:
    return json.loads(value) if value.startswith("{") else value


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-west-2")
        create_table(client, TABLE)
        store = DynamoDbStore(client, TABLE)
        hold_wave_2(store)
        yield Ledger(client, store)


def hold_wave_2(store: Store) -> None:
    """Bring an execution so far."""
    opened_wave(store, server("a", 2), server("b", 2))
    order = order_of(["a", "b"], wave=2)
    orders.cut(store, order)
    orders.claim(store, order, now=at(10), until=at(55), also={"progress": progress()})
    outcomes = [outcome(store, name, failure) for name, failure in (("a", None), ("b", CAUSE))]
    marking.mark(store, X, 2, outcomes, at=at(60))
    execution, wave = reading.execution(store, X), reading.wave(store, X, 2)
    failed = (Remark(subject="b", reason=CAUSE),)
    waves.close_wave(store, execution, wave, WaveStatus.HELD, failed_resources=failed, cause="c", at=at(61))


def progress() -> dict[str, Any]:
    """What an order keeps of its resources."""
    return {name: {"phase": "INSTANTIATE", "since": to_text(at(10)), "note": f"note of {name}"} for name in ("a", "b")}


def outcome(store: Store, name: str, cause: str | None) -> marking.Outcome:
    """What became of a resource."""
    resource = stories.resource(store, name, 2)
    assert resource.order_id is not None
    failure = Failure(cause=cause, advice="raise the quota") if cause else None
    return marking.Outcome(f"e-{name}", resource, resource.order_id, 1, {}, failure, to_text(at(59)))


def command(words: str, operation: str = "query") -> AwsCommand:
    """The command of the page in which these words are."""
    found = [each for each in COMMANDS if each.operation == operation and words in str(each.options)]
    assert len(found) == 1, f"{len(found)} commands {operation} have {words!r}"
    return found[0]


def test_where_it_stands(held: Ledger) -> None:
    assert held.run(command("META", "get-item"))[:2] == ["RUNNING", "2"]


def test_waves(held: Ledger) -> None:
    assert held.run(command('WAVE#"')) == [["WAVE#002", "HELD", "1", "1", "0", "2", "drs"]]


def test_resources_that_are_not_recovered(held: Ledger) -> None:
    assert held.run(command("RESOURCE#")) == [["b", "FAILED", CAUSE, "raise the quota"]]


def test_work_orders_with_their_notes(held: Ledger) -> None:
    ((order_id, status, looked_at, next_look, notes),) = held.run(command("WORK#"))

    assert (order_id, status, looked_at, next_look) == ("dr-1.w001.drs.here.000", "OPEN", to_text(at(10)), None)
    assert sorted(notes) == ["note of a", "note of b"]


def test_what_was_said(held: Ledger) -> None:
    said = held.run(command("EVENT#"))

    assert [kind for _, kind, _ in said] == ["DRAccepted", "WaveStarted", "WaveHeld"]


def test_open_executions(held: Ledger) -> None:
    listing = command("OPEN#")
    listed = []
    for shard in range(4):
        options = {name: value.replace("{shard}", str(shard)) for name, value in listing.options.items()}
        listed += held.run(AwsCommand(listing.service, listing.operation, options))

    assert [each[:2] for each in listed] == [[X, "RUNNING"]]


def test_closing_by_hand_closes_every_gate(held: Ledger) -> None:
    closing = command("GATE#", "update-item")
    for number in range(keys.GATES):
        options = {name: value.replace("{gate}", f"{number:02}") for name, value in closing.options.items()}
        held.run(AwsCommand(closing.service, closing.operation, options))

    gates = list(held.store.query(keys.execution_partition(X), keys.GATE_PREFIX))
    assert [gate["open"] for gate in gates] == [False] * keys.GATES
    assert f"seq -w 0 {keys.GATES - 1}" in PAGE.text


def test_closing_by_hand_ends_the_execution_and_lets_another_have_its_resources(held: Ledger) -> None:
    held.run(command("META", "update-item"))

    closed = reading.execution(held.store, X)
    assert (closed.status, closed.version) == (ExecutionStatus.CANCELLED, 4)
    assert list(reading.open_executions(held.store)) == []
    assert [each.execution_id for each in reading.latest_ended(held.store, 5)] == [X]
    another = planning(ExecutionId("dr-2"))
    executions.begin(held.store, another)
    holding.take(held.store, another, 1, [server("b", 2)], at=datetime.now(UTC))


def test_closing_by_hand_does_nothing_when_the_execution_is_over(held: Ledger) -> None:
    held.run(command("META", "update-item"))

    with pytest.raises(ClientError, match="ConditionalCheckFailedException"):
        held.run(command("META", "update-item"))


def test_id_of_the_execution_follows_from_that_of_the_request() -> None:
    (line,) = (line for block in PAGE.blocks("sh") for line in block.splitlines() if line.startswith("EXECUTION="))

    printed = subprocess.run(["bash", "-c", f"{line}; echo $EXECUTION"], capture_output=True, text=True, check=True)

    assert printed.stdout.strip() == execution_id_of("incident-4711")


def test_names_are_those_of_the_stack() -> None:
    stack = Stack("template.yaml", "groundswell")
    queues = {queue["QueueName"] for queue in stack.of_type("AWS::SQS::Queue").values()}
    functions = {function["FunctionName"] for function in stack.of_type("AWS::Serverless::Function").values()}
    alarms = {alarm["AlarmName"] for alarm in stack.of_type("AWS::CloudWatch::Alarm").values()}
    logs = {f"/aws/lambda/{name}" for name in functions}

    named = {code for code in PAGE.inline_code if code.startswith(("groundswell-", "/aws/lambda/")) and "…" not in code}

    assert named
    assert named <= queues | functions | alarms | logs


def test_rights_are_actions_that_there_are_on_what_the_stack_has() -> None:
    (policy,) = (json.loads(block) for block in PAGE.blocks("json"))

    for statement in policy["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        for action in actions:
            service, name = action.split(":")
            assert name in boto3.client(service, region_name="us-west-2").meta.service_model.operation_names
