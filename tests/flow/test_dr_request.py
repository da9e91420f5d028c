"""Asking with `dr`: its plan, its confirmation, the answer, and the AWS CLI's line that does the same."""

import json
from collections import Counter
from dataclasses import dataclass
from subprocess import CompletedProcess
from uuid import uuid4

import pytest

from groundswell.domain.ids import ExecutionId, execution_id_of
from rehearsal.estate_calls import changes_to, launches_of
from tests.flow.desk import RUN_SECONDS, Desk
from tests.flow.listening import listen_on

CUSTOMER = "customer-o"
SCOPE = ("--customer", CUSTOMER, "--environment", "production")


@dataclass(frozen=True)
class Asked:
    """A failover that was asked for with `dr`, and waited for."""

    request_id: str
    result: "CompletedProcess[str]"

    @property
    def execution_id(self) -> ExecutionId:
        """Of the failover."""
        return execution_id_of(self.request_id)

    @property
    def pasteable(self) -> str:
        """The AWS CLI's line that it printed."""
        return next(line for line in self.result.stdout.splitlines() if line.startswith("aws events put-events"))


@pytest.fixture(scope="module")
def asked(desk: Desk) -> Asked:
    request_id = f"by-dr-{uuid4().hex[:12]}"
    asking = ("dr", "request", "failover", *SCOPE, "--request-id", request_id, "--reason", "a drill", "--yes")
    result = desk.embedded.operator.run(
        *asking, "--wait", "--timeout", f"{RUN_SECONDS:.0f}", timeout_seconds=RUN_SECONDS + 60
    )
    return Asked(request_id, result)


def test_plan_shows_what_a_request_would_recover_and_begins_nothing(desk: Desk) -> None:
    printed = desk.embedded.operator.run_well("dr", "plan", "failover", *SCOPE, "--json")

    plan = json.loads(printed)
    planned = Counter((each["wave"], each["technology"]) for each in plan["resources"])
    assert plan["accepted"] is True
    assert planned == {(1, "aurora"): 1, (1, "drs"): 1, (2, "drs"): 3, (3, "route53"): 2}


def test_request_is_not_put_when_nobody_confirms_it(desk: Desk) -> None:
    request_id = f"unconfirmed-{uuid4().hex[:12]}"

    result = desk.embedded.operator.run("dr", "request", "failover", *SCOPE, "--request-id", request_id)

    assert result.returncode == 1
    assert "not confirmed: nothing was typed" in result.stderr
    assert desk.execution(execution_id_of(request_id)) is None


def test_request_exits_with_0_when_it_waited_until_all_was_recovered(desk: Desk, asked: Asked) -> None:
    assert asked.result.returncode == 0, f"{asked.result.stdout}\n{asked.result.stderr}"
    assert f"ACCEPTED as execution {asked.execution_id}: 7 resources in 3 waves" in asked.result.stdout
    assert f"{asked.execution_id} is COMPLETED" in asked.result.stdout
    assert set(launches_of(desk.embedded.estate, desk.resources(asked.execution_id).values()).values()) == {1}


def test_request_starts_nothing_new_when_it_is_asked_again_under_its_id(desk: Desk, asked: Asked) -> None:
    again = ("dr", "request", "failover", *SCOPE, "--request-id", asked.request_id, "--yes", "--json")

    result = desk.embedded.operator.run(*again)

    assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"
    assert "This was asked before" in result.stderr
    assert json.loads(result.stdout)["execution_id"] == asked.execution_id


def test_request_starts_nothing_new_when_its_printed_line_is_pasted(desk: Desk, asked: Asked) -> None:
    resources = desk.resources(asked.execution_id).values()
    before = len(changes_to(desk.embedded.estate, resources))
    listener = listen_on(desk.session, desk.embedded.outputs["EventBus"], {"detail-type": ["DRAccepted", "DRRejected"]})

    desk.embedded.operator.run_well("sh", "-c", asked.pasteable)

    (answer,) = listener.wait_for("DRAccepted")
    detail = answer["detail"]
    assert isinstance(detail, dict)
    assert detail["metadata"]["execution_id"] == asked.execution_id
    assert len(desk.told(asked.execution_id, "DRAccepted")) == 1
    assert len(changes_to(desk.embedded.estate, resources)) == before


def test_reason_and_channel_of_the_request_are_in_the_report(desk: Desk, asked: Asked) -> None:
    report = json.loads(desk.embedded.operator.run_well("dr", "report", asked.request_id, "--json"))

    assert report["reason"] == "a drill"
    assert "groundswell.door in account 111111111111" in report["requested_via"]
