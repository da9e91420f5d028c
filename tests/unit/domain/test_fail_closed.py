from __future__ import annotations

import pytest

from groundswell.domain.events.facts import Remark
from groundswell.domain.fail_closed import MAX_NAMED, with_preflight, without_preflight
from groundswell.domain.operations import Operation
from groundswell.domain.plan import Plan
from groundswell.domain.preflight import PreflightCheck

FAILED = PreflightCheck.judged("subnet s-1", "free addresses", "3 free", advice="Free 2.")
UNKNOWN = PreflightCheck.unknown("KMS key of db", "encryption key", "denied", advice="Allow it.")
PASSED = PreflightCheck.judged("drs", "vCPUs", "2 of 5", advice="")
OTHERS = [operation for operation in Operation if operation is not Operation.FAILOVER]


@pytest.mark.parametrize("operation", OTHERS)
def test_plan_is_at_fault_for_what_failed_and_what_is_unknown_when_it_is_no_failover(operation: Operation) -> None:
    plan = with_preflight(Plan(), operation, [PASSED, UNKNOWN, FAILED])

    assert plan.faults == [
        "preflight failed: subnet s-1, free addresses: 3 free; Free 2.",
        "preflight could not be made: KMS key of db, encryption key: denied; Allow it.",
    ]
    assert not plan.warnings


def test_failover_goes_on_and_warns_of_what_failed_and_what_is_unknown() -> None:
    plan = with_preflight(Plan(), Operation.FAILOVER, [PASSED, UNKNOWN, FAILED])

    assert not plan.faults
    assert [(remark.subject, remark.reason) for remark in plan.warnings] == [
        ("subnet s-1", "preflight failed, free addresses: 3 free; Free 2."),
        ("KMS key of db", "preflight could not be made, encryption key: denied; Allow it."),
    ]


@pytest.mark.parametrize("operation", list(Operation))
def test_plan_keeps_all_checks_the_worst_first(operation: Operation) -> None:
    plan = with_preflight(Plan(), operation, [PASSED, UNKNOWN, FAILED])

    assert plan.preflight == [FAILED, UNKNOWN, PASSED]


@pytest.mark.parametrize("operation", list(Operation))
def test_plan_is_as_good_as_before_when_all_passed(operation: Operation) -> None:
    plan = with_preflight(Plan(), operation, [PASSED])

    assert (list(plan.faults), list(plan.warnings)) == ([], [])


def test_what_speaks_against_the_plan_already_is_kept() -> None:
    warning = Remark(subject="a", reason="b")

    faulty = with_preflight(Plan(faults=["lag"]), Operation.SWITCHOVER, [FAILED])
    warned = with_preflight(Plan(warnings=[warning]), Operation.FAILOVER, [FAILED])

    assert faulty.faults[0] == "lag"
    assert warned.warnings[0] == warning


@pytest.mark.parametrize(("count", "more"), [(MAX_NAMED, []), (MAX_NAMED + 3, ["and 3 more preflight checks failed"])])
def test_faults_are_bounded_when_many_checks_fail(count: int, more: list[str]) -> None:
    plan = with_preflight(Plan(), Operation.SWITCHOVER, [FAILED] * count)

    assert len(plan.faults) == MAX_NAMED + len(more)
    assert [fault.partition(" or ")[0] for fault in plan.faults[MAX_NAMED:]] == more


def test_warnings_that_repeat_a_check_can_be_told_from_the_others() -> None:
    other = Remark(subject="a", reason="b")
    plan = with_preflight(Plan(warnings=[other]), Operation.FAILOVER, [FAILED, UNKNOWN])

    assert without_preflight(plan.warnings) == [other]


@pytest.mark.parametrize("operation", list(Operation))
def test_plan_warns_and_is_not_at_fault_when_a_check_passed_with_something_to_know(operation: Operation) -> None:
    noted = PreflightCheck.warned("hosted zone Z", "other weighted sets", "1 set keeps traffic", advice="Take it out.")

    plan = with_preflight(Plan(), operation, [PASSED, noted])

    assert not plan.faults
    assert [(remark.subject, remark.reason) for remark in plan.warnings] == [
        ("hosted zone Z", "other weighted sets: 1 set keeps traffic; Take it out.")
    ]
    assert list(without_preflight(plan.warnings)) == list(plan.warnings)
