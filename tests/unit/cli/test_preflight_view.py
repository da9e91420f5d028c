"""Checks before the start as people see them: what did not pass first, with what to do; of the rest how many."""

from __future__ import annotations

import pytest
from rich.console import Group

from groundswell.domain.events.facts import Remark
from groundswell.domain.fail_closed import with_preflight
from groundswell.domain.operations import Operation
from groundswell.domain.plan import Plan
from groundswell.domain.preflight import PreflightCheck, VerdictCounts, by_gravity
from groundswell_cli.views.plan import plan_view, short_plan_view
from groundswell_cli.views.preflight import MAX_SHOWN, preflight_view
from tests.unit.cli.test_estimates_view import preview
from tests.unit.cli.test_views import printed

FAILED = PreflightCheck.judged("subnet s-1", "free addresses", "3 free, 5 wanted", advice="Free 2.")
UNKNOWN = PreflightCheck.unknown("KMS key of db", "encryption key", "denied", advice="Allow it.")
PASSED = PreflightCheck.judged("drs here", "vCPUs", "2 of 5", advice="")


def shown(*checks: PreflightCheck, counts: VerdictCounts | None = None) -> str:
    parts = preflight_view(by_gravity(checks), counts or VerdictCounts.of(checks), more="dr plan --json shows all")
    return " ".join(printed(Group(*parts)).split())


def test_what_failed_comes_first_with_what_to_do() -> None:
    text = shown(PASSED, UNKNOWN, FAILED)

    assert text == (
        "checks before the start: 1 failed, 1 could not be made "
        "- FAILED subnet s-1, free addresses: 3 free, 5 wanted → Free 2. "
        "- UNKNOWN KMS key of db, encryption key: denied → Allow it. "
        "1 check before the start passed"
    )


def test_one_line_tells_of_all_that_passed() -> None:
    assert shown(*[PASSED] * 12) == "12 checks before the start passed"


def test_nothing_is_shown_when_nothing_was_checked() -> None:
    assert shown() == ""


def test_the_first_are_shown_and_the_others_counted_when_many_did_not_pass() -> None:
    text = shown(*[FAILED] * MAX_SHOWN, counts=VerdictCounts(failed=MAX_SHOWN, unknown=5))

    assert text.count("FAILED") == MAX_SHOWN
    assert "... and 5 more; dr plan --json shows all" in text


@pytest.mark.parametrize("view", [plan_view, short_plan_view])
def test_plan_says_once_what_did_not_pass_and_keeps_its_other_warnings(view: object) -> None:
    judged = with_preflight(
        Plan(warnings=[Remark(subject="a", reason="it depends on b")]), Operation.FAILOVER, [FAILED]
    )
    seen = preview().model_copy(update={"warnings": tuple(judged.warnings), "preflight": tuple(judged.preflight)})

    text = " ".join(printed(view(seen, "all")).split())  # type: ignore[operator] # both are views of a plan

    assert text.count("free addresses") == 1
    assert "warnings: 1" in text
    assert "a: it depends on b" in text
