"""Bad requests: each is rejected once, with every fault named, in the ledger, on the bus and to people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

import pytest

from groundswell.domain.ids import ExecutionId, execution_id_of
from groundswell.domain.states import ExecutionStatus
from tests.flow.desk import Body, Desk, production
from tests.flow.listening import Listener, listen_on
from tests.flow.notices import Notices, subscribe

CUSTOMER = "customer-b"
TECHNOLOGIES = ("aurora", "drs", "route53")

BAD: Mapping[str, tuple[Body, tuple[str, ...]]] = {
    "no scope": (
        {"operation": "failover"},
        ('the scope is missing: give "customer" and "environment", or "all": true for the whole estate',),
    ),
    "half a scope": ({"operation": "failover", "customer": CUSTOMER}, ("environment is missing",)),
    "two scopes": (production(CUSTOMER, all=True), ('either "all": true or a customer and environment, not both',)),
    "unknown operation": (
        production(CUSTOMER, operation="teleport"),
        ('unknown operation "teleport"; known are failover, switchover, failback, bubble_test, cleanup, replicate',),
    ),
    "wrong types": (
        {**production(CUSTOMER, dry_run="no", waves="two"), "customer": 7},
        ("dry_run: ", "waves: ", "customer: ", '"no" was given', '"two" was given', "7 was given"),
    ),
    "several faults": (
        {"operation": "fail-over", "environment": "production", "wavez": [1], "dry_run": 1},
        (
            'unknown operation "fail-over"',
            "customer is missing",
            "unknown field wavez; did you mean waves?",
            "dry_run: ",
        ),
    ),
    "data that is no object": (
        {"data": "failover"},
        ("unknown field data", "operation is missing", "the scope is missing"),
    ),
    "unknown field": (production(CUSTOMER, colour="blue"), ("unknown field colour (known are ",)),
    "unknown customer": (
        production("customer-zz"),
        ("unknown customer 'customer-zz': customers with protected resources are customer-a, customer-b,",),
    ),
    "unknown environment": (
        {**production(CUSTOMER), "environment": "staging"},
        (
            f"{CUSTOMER} has no protected resource in environment 'staging'",
            "its environments are laboratory, production",
        ),
    ),
    "another Region": (
        production(CUSTOMER, target_region="eu-west-1"),
        ("this hub recovers into us-west-2; for eu-west-1 put the request on the bus of the hub in eu-west-1",),
    ),
    "unknown relaunch": (
        production(CUSTOMER, relaunch=["drs/1/x"]),
        ("relaunch names drs/1/x, which is not in the plan",),
    ),
    **{
        operation: (
            production(CUSTOMER, operation=operation),
            tuple(f"{operation} is not supported by {technology} (" for technology in TECHNOLOGIES),
        )
        for operation in ("failback", "bubble_test", "cleanup", "replicate")
    },
}


@dataclass(frozen=True)
class Asked:
    """All of the bad requests, put at the same time."""

    request_ids: Mapping[str, str]
    listener: Listener
    notices: Notices
    changes_before: int

    def execution(self, name: str) -> ExecutionId:
        """The execution that a request would have had."""
        return execution_id_of(self.request_ids[name])


@pytest.fixture(scope="module")
def asked(desk: Desk) -> Asked:
    embedded = desk.embedded
    listener = listen_on(embedded.hub(), embedded.outputs["EventBus"], {"detail-type": ["DRRejected", "DRAccepted"]})
    notices = subscribe(embedded, "rejections")
    before = _changes(desk)
    ids = {name: f"bad-{uuid4().hex[:12]}" for name in BAD}
    bodies = [{"request_id": ids[name], **body} for name, (body, _) in BAD.items()]
    for start in range(0, len(bodies), 10):
        desk.ask_at_once(bodies[start : start + 10])
    return Asked(ids, listener, notices, before)


def _changes(desk: Desk) -> int:
    records = desk.embedded.estate.control("GET", "log?mutating=true")["records"]
    assert isinstance(records, list)
    return len(records)


@pytest.mark.parametrize("name", BAD)
def test_request_is_rejected_with_every_fault_when_it_is_bad(desk: Desk, asked: Asked, name: str) -> None:
    rejected = desk.wait_for_answer(asked.execution(name))

    (told,) = desk.told(rejected.execution_id, "DRRejected")
    reasons = told["reasons"]
    assert isinstance(reasons, list)
    assert rejected.status is ExecutionStatus.REJECTED
    assert [part for part in BAD[name][1] if not any(part in reason for reason in reasons)] == [], reasons
    assert len(reasons) == len(set(reasons))


def test_bad_requests_are_each_answered_once_and_change_nothing(desk: Desk, asked: Asked) -> None:
    executions = {asked.execution(name) for name in BAD}
    for execution_id in executions:
        desk.wait_for_answer(execution_id)

    asked.listener.wait_for("DRRejected", count=len(BAD))

    answers = [_execution_in(event) for event in asked.listener.listen()]
    assert sorted(set(answers)) == sorted(executions)
    assert all(not desk.resources(execution_id) for execution_id in executions)
    assert _changes(desk) == asked.changes_before


def test_people_read_every_reason_when_a_request_is_rejected(asked: Asked) -> None:
    execution_id = asked.execution("several faults")

    notice = asked.notices.wait_for(execution_id)

    request_id = asked.request_ids["several faults"]
    assert f"REJECTED: request {request_id} (execution {execution_id}). Nothing was started." in notice
    assert all(part.replace('"', "") in notice.replace("\\", "").replace('"', "") for part in BAD["several faults"][1])
    assert f"dr status {execution_id}" in notice


def test_status_shows_the_reasons_and_exits_with_1_when_a_request_was_rejected(desk: Desk, asked: Asked) -> None:
    execution_id = asked.execution("no scope")
    desk.wait_for_answer(execution_id)

    result = desk.embedded.operator.run("dr", "status", asked.request_ids["no scope"])

    assert result.returncode == 1
    assert f"{execution_id}  REJECTED" in result.stdout
    assert BAD["no scope"][1][0] in " ".join(result.stdout.split())


def _execution_in(event: Mapping[str, object]) -> str:
    detail = event["detail"]
    assert isinstance(detail, dict)
    return str(detail["metadata"]["execution_id"])


def test_plan_says_what_speaks_against_a_request_before_it_is_asked(desk: Desk) -> None:
    result = desk.embedded.operator.run(
        "dr", "plan", "failback", "--customer", CUSTOMER, "--environment", "production", "--json"
    )

    assert result.returncode == 1
    reasons = json.loads(result.stdout)["reasons"]
    assert [reason.partition(" (")[0] for reason in reasons] == [
        f"failback is not supported by {name}" for name in TECHNOLOGIES
    ]
