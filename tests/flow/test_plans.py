"""A named plan over the wire: put by who may, followed by an execution, approved by somebody else than who asked."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest

from groundswell.domain.ids import ExecutionId
from groundswell.domain.states import ExecutionStatus, WaveStatus
from tests.flow.desk import Desk, production
from tests.flow.test_door import Person, answer_to, signed_in

CUSTOMER = "customer-q"
PLAN: dict[str, object] = {
    "plan": "first-then-rest",
    "four_eyes": True,
    "tell": ["on-call"],
    "waves": [
        {"name": "directory", "resources": [{"tags": {"dr:priority": "critical"}}], "deadline_minutes": 10},
        {"name": "apps", "resources": [{"technologies": ["drs"]}], "approval": True},
        {"name": "names", "resources": [{"technologies": ["route53"]}]},
    ],
}


@pytest.fixture(scope="module")
def alice(desk: Desk) -> Iterator[Person]:
    with signed_in(desk, policy="RecoveryManagers", who="alice") as person:
        yield person


@pytest.fixture(scope="module")
def bob(desk: Desk) -> Iterator[Person]:
    with signed_in(desk, policy="RecoveryManagers", who="bob") as person:
        yield person


@pytest.fixture(scope="module")
def plan(desk: Desk) -> str:
    """The plan, put by who may put plans."""
    with signed_in(desk, policy="PlanManagers", who="carol") as person:
        status, said = person.say("plan", {"plan": PLAN, "after": 0})
    assert (status, said) == (HTTPStatus.OK, {"plan": "first-then-rest", "version": 1, "unchanged": False})
    return "first-then-rest"


@pytest.fixture(scope="module")
def asking(desk: Desk, alice: Person, plan: str) -> ExecutionId:
    """A failover that alice asked for, which asks for an approval."""
    _, said = alice.say("request", {"request": production(CUSTOMER, plan=plan)})
    execution_id = ExecutionId(str(said["execution_id"]))
    desk.wait_until_over(execution_id)
    return execution_id


def test_plan_is_put_by_nobody_without_the_right(alice: Person) -> None:
    status, _ = alice.say("plan", {"plan": PLAN, "after": 0})

    assert status == HTTPStatus.FORBIDDEN


@pytest.mark.usefixtures("plan")
def test_plan_is_shown_by_dr_with_who_put_it(desk: Desk) -> None:
    shown = desk.embedded.operator.run_well("dr", "plans", "get", "first-then-rest")

    assert shown.startswith("# first-then-rest, version 1, put by arn:aws:sts::111111111111:assumed-role/")
    assert "/carol at " in shown.splitlines()[0]
    assert "first-then-rest" in desk.embedded.operator.run_well("dr", "plans", "list")


def test_plan_that_asks_for_two_people_rejects_a_request_that_nobody_signed(desk: Desk, plan: str) -> None:
    rejected = desk.wait_for_answer(desk.ask(production(CUSTOMER, plan=plan)))

    assert rejected.status is ExecutionStatus.REJECTED
    assert "nobody vouches for who asks this" in rejected.reasons[0]


def test_request_that_would_touch_more_than_it_says_is_rejected(desk: Desk) -> None:
    rejected = desk.wait_for_answer(desk.ask(production(CUSTOMER, max_resources=3)))

    assert rejected.reasons[0].startswith("it would touch 7 resources, and the request allows 3: narrow the request")


def test_execution_follows_its_plan_and_ends_when_a_second_person_approves(
    desk: Desk, alice: Person, bob: Person, asking: ExecutionId
) -> None:
    about = {"execution": asking, "wave": 2}
    _, own = alice.say("approve", about)
    refused = answer_to(desk, asking, own["event_id"])

    _, others = bob.say("approve", about)
    approved = answer_to(desk, asking, others["event_id"])
    ended = desk.wait_until_over(asking)

    assert "asks for two people" in str(refused["reason"])
    assert approved["decided_by"] == bob.arn
    assert [(wave.name, wave.status) for wave in ended.waves] == [
        ("directory", WaveStatus.COMPLETED),
        ("apps", WaveStatus.COMPLETED),
        ("names", WaveStatus.COMPLETED),
    ]
    assert (ended.execution.plan, ended.execution.plan_version, ended.execution.tell) == (
        "first-then-rest",
        1,
        ("on-call",),
    )
    assert ended.execution.status is ExecutionStatus.COMPLETED
