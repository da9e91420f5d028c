"""Checks before the start, over the wire: a customer's servers have too few addresses, and who asks for what."""

import json

from groundswell.domain.states import ExecutionStatus
from tests.flow.desk import Desk, production

TIGHT = "tight"
"""A customer with a server for each of the others in every account, and a subnet for them with one free address."""


def test_switchover_is_rejected_with_every_check_that_failed_when_there_is_no_room(desk: Desk) -> None:
    execution_id = desk.ask(production(TIGHT, operation="switchover"))

    rejected = desk.wait_for_answer(execution_id)

    (told,) = desk.told(execution_id, "DRRejected")
    reasons = [str(reason) for reason in told["reasons"]]  # type: ignore[attr-defined] # a list, by its schema
    assert rejected.status is ExecutionStatus.REJECTED
    assert len(reasons) == 3, reasons
    assert all(reason.startswith("preflight failed: subnet subnet-") for reason in reasons)
    assert all("1 free addresses and " in reason and "name another subnet" in reason for reason in reasons)
    assert not desk.resources(execution_id)


def test_failover_is_accepted_with_a_warning_for_each_check_that_failed(desk: Desk) -> None:
    execution_id = desk.ask(production(TIGHT, dry_run=True))

    accepted = desk.wait_for_answer(execution_id)

    (told,) = desk.told(execution_id, "DRAccepted")
    assert accepted.status is ExecutionStatus.COMPLETED
    assert told["preflight_counts"] == {"failed": 3, "unknown": 0, "passed": 24}
    warnings = [warning["reason"] for warning in told["warnings"]]  # type: ignore[attr-defined] # a list, by its schema
    assert [warning.partition(",")[0] for warning in warnings] == ["preflight failed"] * 3


def test_plan_shows_what_failed_and_how_much_passed(desk: Desk) -> None:
    scope = ("--customer", TIGHT, "--environment", "production")

    shown = desk.embedded.operator.run("dr", "plan", "failover", *scope)

    assert shown.returncode == 0, shown.stderr
    assert "checks before the start: 3 failed, 0 could not be made" in shown.stdout
    assert "24 checks before the start passed" in shown.stdout


def test_preflight_of_a_whole_customer_is_green(desk: Desk) -> None:
    scope = ("--customer", "customer-t", "--environment", "production")

    shown = desk.embedded.operator.run_well("dr", "plan", "switchover", *scope, "--json")

    preview = json.loads(shown)
    assert preview["accepted"]
    assert {check["verdict"] for check in preview["preflight"]} == {"passed"}
    assert {check["check"].partition(",")[0] for check in preview["preflight"]} == {
        "EBS storage",
        "copied addresses",
        "declared record sets",
        "encryption key",
        "engine version",
        "free addresses",
        "instance in the target cluster",
        "instance types on offer",
        "recovery role",
        "servers in DRS jobs",
        "source servers",
        "vCPUs",
    }
