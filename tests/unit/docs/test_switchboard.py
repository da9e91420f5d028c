"""The foreign technology of docs/events.md: its program is believed, and its rule makes the planner count on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
import yaml
from moto import mock_aws

from groundswell.domain.events.envelope import HUB_SOURCE, Lineage
from groundswell.domain.events.work import OrderedResource, RecoveryRequested
from groundswell.domain.ids import EventId, ExecutionId, OrderId, ResourceId
from groundswell.domain.operations import PHASES, Operation
from groundswell.domain.protection import Impact
from groundswell.domain.records import Resource, WorkOrder
from groundswell.entry.messages import ANSWER, Answer
from groundswell.reactions.record_outcome import Heard, why_not_believed
from tests.template.patterns import matches
from tests.template.stack import ROOT, Stack
from tests.unit.docs.switchboard import SOURCE, answers, serve

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_sqs import SQSClient

AT = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)
EXECUTION, ORDER = ExecutionId("dr-1"), OrderId("dr-1.w004.switchboard.0")
LINE = ResourceId("switchboard/111111111111/customer-a")


def order(not_after: datetime = AT + timedelta(hours=1)) -> dict[str, Any]:
    """The detail of a work order with one line."""
    told = RecoveryRequested(
        order_id=ORDER,
        attempt=1,
        token="token-of-the-order",
        technology="switchboard",
        account="111111111111",
        region="us-west-2",
        operation=Operation.FAILOVER,
        phases=PHASES[Operation.FAILOVER],
        wave=4,
        not_after=not_after,
        resources=(OrderedResource(resource_id=LINE, name="line", parameters={"line": "customer-a-main"}),),
    )
    event = Lineage(EXECUTION, "request-1", "cause-1").tell(told, source=HUB_SOURCE, event_id=EventId("e-1"), at=AT)
    detail: dict[str, Any] = json.loads(event.detail)
    return detail


def heard(body: dict[str, Any]) -> Answer:
    """An event as record_outcome's queue brings it."""
    return ANSWER.validate_python(body)


def on_the_bus(told: dict[str, Any]) -> dict[str, Any]:
    """An answer as EventBridge delivers it."""
    return {"id": "1", "source": SOURCE, "account": "111111111111", "time": AT.isoformat(), **told}


def disbelief(answer: Answer) -> str | None:
    """Why record_outcome would not believe the answer."""
    known = WorkOrder(
        execution_id=EXECUTION,
        order_id=ORDER,
        wave=4,
        technology="switchboard",
        account="111111111111",
        region="us-west-2",
        operation=Operation.FAILOVER,
        token="token-of-the-order",
        resource_ids=(LINE,),
        correlation_id="request-1",
        causation_id="cause-1",
        created_at=AT.isoformat(),
    )
    resource = Resource(
        execution_id=EXECUTION,
        resource_id=LINE,
        wave=4,
        technology="switchboard",
        account="111111111111",
        region="us-west-2",
        name="line",
        customer="customer-a",
        environment="production",
        impact=Impact.CRITICAL,
    )
    message = Heard("m-1", answer.source, answer.detail.metadata, answer.detail.data)
    return why_not_believed(message, known, {LINE: resource})


def test_answers_are_believed_when_the_line_was_switched() -> None:
    (told,) = answers(order(), lambda _: None, AT)

    answer = heard(on_the_bus(told))

    assert (answer.detail_type, disbelief(answer)) == ("ResourceRecovered", None)


def test_answers_are_believed_when_the_line_could_not_be_switched() -> None:
    (told,) = answers(order(), lambda line: f"{line} is cut", AT)

    answer = heard(on_the_bus(told))

    assert (answer.detail_type, disbelief(answer)) == ("ResourceFailed", None)
    assert answer.detail.data.model_dump()["cause"] == "customer-a-main is cut"


def test_answers_have_the_same_id_when_the_order_comes_again() -> None:
    first, second = (answers(order(), lambda _: None, AT + timedelta(minutes=wait)) for wait in (0, 5))

    assert first[0]["detail"]["metadata"]["event_id"] == second[0]["detail"]["metadata"]["event_id"]


def test_answers_are_none_when_the_order_is_out_of_date() -> None:
    switched: list[str] = []

    told = answers(order(not_after=AT - timedelta(seconds=1)), lambda line: switched.append(line), AT)

    assert (told, switched) == ([], [])


class Bus:
    """An EventBridge client that keeps what it is given, or refuses the first entry of each call."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.entries: list[Any] = []
        self._refused = [{"ErrorCode": "ThrottlingException"}] if refuses else []

    def put_events(self, *, Entries: list[Any]) -> Any:  # noqa: N803 - boto3's spelling
        """Answers as PutEvents does."""
        self.entries += Entries
        return {"FailedEntryCount": len(self._refused), "Entries": self._refused}


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[SQSClient]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("sqs", region_name="us-west-2")


def served(sqs: SQSClient, bus: Bus) -> int:
    """Lets the program take up an order; how many messages its queue then has, the taken ones included."""
    queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
    body = {"detail": order(datetime.now(UTC) + timedelta(hours=1))}
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(body))
    with suppress(RuntimeError):
        serve(sqs, cast("EventBridgeClient", bus), queue_url=queue, bus="groundswell", switch=lambda _: None)
    left = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    return int(left["ApproximateNumberOfMessages"]) + int(left["ApproximateNumberOfMessagesNotVisible"])


def test_serve_answers_on_the_bus_and_takes_the_message_away(sqs: SQSClient) -> None:
    bus = Bus()

    left = served(sqs, bus)

    (entry,) = bus.entries
    said = {"detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])}
    assert disbelief(heard(on_the_bus(said))) is None
    assert (entry["EventBusName"], entry["Source"], left) == ("groundswell", SOURCE, 0)


def test_serve_leaves_the_message_when_the_bus_refuses_an_answer(sqs: SQSClient) -> None:
    assert served(sqs, Bus(refuses=True)) == 1


def pattern() -> dict[str, Any]:
    """The event pattern of the sample template's rule."""
    stack = Stack("docs/samples/switchboard.yaml", "switchboard")
    (rule,) = stack.of_type("AWS::Events::Rule").values()
    found: dict[str, Any] = rule["EventPattern"]
    return found


@pytest.mark.parametrize(("technology", "taken"), [("switchboard", True), ("no-such-technology", False)])
def test_rule_takes_orders_of_this_technology_and_of_no_other(technology: str, taken: bool) -> None:
    event = {
        "source": HUB_SOURCE,
        "detail-type": "RecoveryRequested",
        "detail": {"metadata": {}, "data": {"technology": technology}},
    }

    assert matches(pattern(), event) is taken


def test_inventory_sample_declares_the_line_that_the_program_reads() -> None:
    entries = yaml.safe_load((ROOT / "docs/samples/inventory.yaml").read_text(encoding="utf-8"))

    (line,) = [entry for entry in entries if entry["technology"] == "switchboard"]

    assert (line["resource_id"], line["account"]) == ("customer-a", "111111111111")
    assert line["parameters"] == {"line": "customer-a-main"}
