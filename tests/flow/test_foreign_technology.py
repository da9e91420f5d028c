"""A technology that Groundswell does not ship: a queue, a rule, an inventory entry, and any program that answers."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from subprocess import PIPE, Popen
from uuid import uuid4

import pytest
import yaml

from groundswell.domain.ids import ExecutionId
from groundswell.domain.records import Resource
from groundswell.domain.states import ExecutionStatus, ResourceState
from groundswell_cli.standing import Standing
from rehearsal.estate_calls import changes_to
from tests.flow.desk import Desk, production
from tests.flow.embedded import wait_until
from tests.flow.listening import Event, listen_on, queue, route

CUSTOMER, HUB = "customer-h", "111111111111"
PROGRAM = Path(__file__).with_name("mainframe.py")
ORDERS = {"source": ["groundswell"], "detail-type": ["RecoveryRequested"]}
PROGRAM_SECONDS = 120


def entry(technology: str, *, wave: int = 2) -> dict[str, object]:
    """A resource of the customer's, as an inventory declares it."""
    return {
        "resource_id": CUSTOMER,
        "technology": technology,
        "account": HUB,
        "region": "us-west-2",
        "name": f"{CUSTOMER}-{technology}",
        "tags": {
            "dr:enabled": "true",
            "dr:wave": str(wave),
            "Customer": CUSTOMER,
            "Environment": "production",
        },
        "parameters": {"partition": "LPAR7"},
    }


@dataclass(frozen=True)
class Story:
    """A failover in which a mainframe takes part, with forged answers before the true one."""

    finished: Standing
    resources: dict[str, Resource]
    before_forgeries: Resource
    after_forgeries: Resource
    report: dict[str, object]

    @property
    def execution_id(self) -> ExecutionId:
        """Of the failover."""
        return self.finished.execution.execution_id

    @property
    def mainframe(self) -> Resource:
        """As it ended."""
        return self.resources[f"{CUSTOMER}-mainframe"]


@pytest.fixture(scope="module", autouse=True)
def _inventory(desk: Desk) -> Iterator[None]:
    """Both technologies are declared; only for one of them there will be a rule."""
    s3, bucket = desk.session.client("s3"), desk.embedded.outputs["InventoryBucket"]
    declared = yaml.safe_dump([entry("mainframe"), entry("telex")])
    s3.put_object(Bucket=bucket, Key="foreign.yaml", Body=declared.encode())
    yield
    s3.delete_object(Bucket=bucket, Key="foreign.yaml")


@pytest.fixture(scope="module")
def orders_queue(desk: Desk) -> str:
    """What the mainframe's team puts up: a queue, and a rule that fills it."""
    url, arn = queue(desk.session, "mainframe-orders")
    pattern = {**ORDERS, "detail": {"data": {"technology": ["mainframe"]}}}
    route(desk.session, desk.embedded.outputs["EventBus"], json.dumps(pattern), arn, name="mainframe")
    return url


@pytest.fixture(scope="module")
def story(desk: Desk, orders_queue: str) -> Story:
    bus = desk.embedded.outputs["EventBus"]
    listener = listen_on(desk.session, bus, {**ORDERS, "detail": {"data": {"technology": ["mainframe"]}}})
    execution_id = desk.ask(production(CUSTOMER))
    order = listener.wait_for("RecoveryRequested", timeout_seconds=120)[0]
    before = desk.resources(execution_id)[f"{CUSTOMER}-mainframe"]

    own = "groundswell.technology.mainframe"
    _forge(desk, order, source=own, token="guessed")
    _forge(desk, order, source=own, attempt=2)
    _forge(desk, order, source="groundswell.technology.drs")
    _forge(desk, order, source="operator")
    wait_until(
        lambda: _disbelieved(desk, execution_id), done=lambda seen: len(seen) == 3, what="three answers disbelieved"
    )
    after = desk.resources(execution_id)[f"{CUSTOMER}-mainframe"]

    command = [sys.executable, str(PROGRAM), orders_queue, bus, "1"]
    with Popen(command, env=desk.embedded.operator.environment, stdout=PIPE, stderr=PIPE, text=True) as program:
        printed = program.communicate(timeout=PROGRAM_SECONDS)
        assert program.returncode == 0, printed
    finished = desk.wait_until_over(execution_id)
    report = json.loads(desk.embedded.operator.run_well("dr", "report", execution_id, "--json"))
    return Story(finished, desk.resources(execution_id), before, after, report)


def _forge(desk: Desk, order: Event, *, source: str, **changed: object) -> None:
    """Say that the order's resource is recovered, in the name of somebody who may not say so, or does not know."""
    detail = order["detail"]
    assert isinstance(detail, dict)
    asked, metadata = detail["data"], {**detail["metadata"], "event_id": uuid4().hex}
    data = {name: asked[name] for name in ("order_id", "attempt", "token", "technology", "wave")}
    data |= {"resource_id": asked["resources"][0]["resource_id"], "evidence": {"forged": True}}
    desk.put("ResourceRecovered", [{"metadata": metadata, "data": {**data, **changed}}], source=source)


def _disbelieved(desk: Desk, execution_id: ExecutionId) -> list[object]:
    report = json.loads(desk.embedded.operator.run_well("dr", "report", execution_id, "--json"))
    seen: list[object] = report["not_believed"]
    return seen


def test_execution_completes_with_the_mainframe_in_its_wave(story: Story) -> None:
    assert story.mainframe.state is ResourceState.RECOVERED
    assert (story.mainframe.wave, story.mainframe.technology) == (2, "mainframe")
    assert story.mainframe.evidence == {"partition": "LPAR7", "ipl": "complete"}
    assert [(wave.wave, wave.status, wave.recovered) for wave in story.finished.waves] == [
        (1, "COMPLETED", 2), (2, "COMPLETED", 4), (3, "COMPLETED", 2)
    ]  # fmt: skip


def test_next_wave_waits_for_the_mainframe(desk: Desk, story: Story) -> None:
    names = [resource for resource in story.resources.values() if resource.wave == 3]

    first = min(call.moment for call in changes_to(desk.embedded.estate, names))

    assert story.mainframe.ended_at is not None
    assert first >= datetime.fromisoformat(story.mainframe.ended_at)


def test_forged_answers_change_nothing(story: Story) -> None:
    assert story.after_forgeries == story.before_forgeries
    assert story.after_forgeries.state is ResourceState.PENDING


def test_forged_answers_are_kept_as_evidence_with_the_reason(story: Story) -> None:
    kept = story.report["not_believed"]
    assert isinstance(kept, list)

    assert sorted(each["reason"] for each in kept) == [
        "attempt 2 is not the order's, 1",
        "source groundswell.technology.drs may not answer for mainframe",
        "the token is not the order's",
    ]
    assert {each["resource_id"] for each in kept} == {story.mainframe.resource_id}


def test_plan_names_what_nobody_answers_for(desk: Desk, story: Story) -> None:
    (told,) = desk.told(story.execution_id, "DRAccepted")

    assert told["left_out"] == [
        {
            "subject": f"telex/{HUB}/{CUSTOMER}",
            "reason": "nobody answers for technology telex: "
            "no enabled rule on the bus routes its work orders to a target",
        }
    ]
    assert story.finished.execution.status is ExecutionStatus.COMPLETED_WITH_EXCEPTIONS
