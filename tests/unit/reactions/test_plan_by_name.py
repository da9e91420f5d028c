"""Requests that name a plan: which version rules, what the ledger keeps of it, and why there may be none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import JsonValue

from groundswell.domain.acceptance import Asked
from groundswell.domain.events.commands import DOOR_SOURCE
from groundswell.domain.named_plan import NamedPlan
from groundswell.domain.policy import OnFailure
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import keys, plans, reading
from groundswell.ports.store import Update
from tests.unit.reactions.bench import Crash
from tests.unit.reactions.planning_office import REQUEST, Office, id_of, servers

WAVES: list[dict[str, Any]] = [
    {"name": "first", "resources": [{"resource_ids": [id_of("b")]}], "deadline_minutes": 5, "on_failure": "stop"},
    {"name": "rest", "resources": [{"technologies": ["drs"]}], "approval": True},
]


def office(**changes: Any) -> Office:
    """Two servers, which their tags put into wave 1; the plan puts `b` first."""
    planning = Office(servers("a", "b"))
    put(planning, **changes)
    return planning


def put(planning: Office, after: int = 0, **changes: Any) -> None:
    named = NamedPlan.model_validate({"plan": "erp", "waves": WAVES, **changes})
    plans.put(planning.bench.store, named, after=after, by="bob", at=planning.bench.clock.now(), reason=None)


def through_the_door(planning: Office, **changes: JsonValue) -> None:
    data = {**REQUEST, **changes, "request_id": "event-1"}
    detail: dict[str, JsonValue] = {"metadata": {"decided_by": "arn:aws:iam::1:user/alice"}, "data": data}
    asked = Asked("event-1", DOOR_SOURCE, "111111111111", planning.bench.clock.now(), detail)
    planning.planner().plan(asked)


def test_named_plan_makes_waves_policies_and_names() -> None:
    planning = office()

    planning.ask(plan="erp")

    assert planning.resources() == {1: ["b"], 2: ["a"]}
    first, rest = reading.waves(planning.bench.store, planning.execution().execution_id)
    assert (first.name, first.policy.deadline_seconds, first.policy.on_failure) == ("first", 300, OnFailure.STOP)
    assert (rest.name, rest.policy.deadline_seconds, rest.policy.approval) == ("rest", 1800, True)


def test_acceptance_tells_the_plan_and_its_version_and_whom_it_concerns() -> None:
    planning = office(tell=["erp-on-call"])

    planning.ask(plan="erp")

    (fact,) = reading.facts(planning.bench.store, planning.execution().execution_id)
    told = json.loads(fact.detail)
    assert (told["data"]["plan"], told["data"]["plan_version"]) == ("erp", 1)
    assert [wave["name"] for wave in told["data"]["waves"]] == ["first", "rest"]
    assert told["metadata"]["tell"] == ["erp-on-call"]
    assert planning.execution().tell == ("erp-on-call",)


def test_facts_concern_nobody_in_particular_when_no_plan_says_so() -> None:
    planning = office()

    planning.ask()

    (fact,) = reading.facts(planning.bench.store, planning.execution().execution_id)
    assert "tell" not in json.loads(fact.detail)["metadata"]
    assert planning.execution().plan is None


@pytest.mark.parametrize(("plan", "version"), [("erp", 2), ("erp@1", 1), ("erp@2", 2)])
def test_version_is_the_latest_or_the_one_that_is_said(plan: str, version: int) -> None:
    planning = office()
    put(planning, after=1, description="second")

    planning.ask(plan=plan)

    assert (planning.execution().plan, planning.execution().plan_version) == ("erp", version)


@pytest.mark.parametrize("writes", [2, 3])
def test_planner_that_takes_over_follows_the_version_that_was_begun_with(writes: int) -> None:
    planning = office()
    planning.bench.store.writes_left = writes
    with pytest.raises(Crash):
        planning.ask(plan="erp")
    planning.bench.store.writes_left = None
    put(planning, after=1, waves=[{"name": "one", "resources": [{"technologies": ["drs"]}]}])
    planning.bench.clock.advance(36)

    planning.ask(plan="erp")

    assert (planning.execution().status, planning.execution().plan_version) == (ExecutionStatus.RUNNING, 1)
    assert planning.resources() == {1: ["b"], 2: ["a"]}


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        ("erp@3", "plan erp has no version 3: the latest is 1"),
        ("shop", "there is no plan 'shop': known are erp"),
    ],
)
def test_request_is_rejected_when_its_plan_is_not_there(plan: str, reason: str) -> None:
    planning = office()

    planning.ask(plan=plan)

    assert planning.execution().reasons == (reason,)


def test_request_is_rejected_when_there_is_no_plan_at_all() -> None:
    planning = Office(servers("a"))

    planning.ask(plan="erp")

    assert planning.execution().reasons == ("there is no plan 'erp': no plan was put yet, see: dr plans put",)


def test_request_is_rejected_when_its_plan_is_none_for_this_version_of_the_hub() -> None:
    planning = office()
    planning.bench.store.write(Update(keys.plan_version_key("erp", 1), set={"body": {"plan": "erp", "waves": []}}))

    planning.ask(plan="erp")

    (reason,) = planning.execution().reasons
    assert reason.startswith("version 1 of plan erp is no plan for this hub (")


TWO = {"four_eyes": True}


def test_plan_that_asks_for_two_people_rejects_a_request_for_which_nobody_vouches() -> None:
    planning = office(**TWO)

    planning.ask(plan="erp")

    (reason,) = planning.execution().reasons
    assert reason.startswith("plan erp asks that requester and approver are two people, and nobody vouches")


def test_plan_that_asks_for_two_people_keeps_who_asked() -> None:
    planning = office(**TWO)

    through_the_door(planning, plan="erp")

    execution = planning.execution()
    assert (execution.status, execution.four_eyes) == (ExecutionStatus.RUNNING, True)
    assert execution.requester == "arn:aws:iam::1:user/alice"


def test_claim_in_a_body_makes_nobody_a_requester() -> None:
    planning = office(**TWO)
    detail: dict[str, JsonValue] = {
        "metadata": {"decided_by": "arn:aws:iam::1:user/alice"},
        "data": {**REQUEST, "plan": "erp"},
    }

    planning.planner().plan(Asked("event-1", "operator", "111111111111", planning.bench.clock.now(), detail))

    assert planning.execution().status is ExecutionStatus.REJECTED
    assert planning.execution().requester is None


def test_preview_shows_the_waves_of_the_named_plan() -> None:
    planning = office(**TWO)

    shown = planning.previewer().plan({**REQUEST, "plan": "erp"})

    assert shown.accepted
    assert shown.names == {1: "first", 2: "rest"}
    assert shown.deadlines == {1: 300, 2: 1800}


def test_preview_says_when_there_is_no_such_plan() -> None:
    planning = office()

    shown = planning.previewer().plan({**REQUEST, "plan": "shop"})

    assert shown.reasons == ("there is no plan 'shop': known are erp",)
