"""The checks before the start as the fact of an acceptance carries them."""

from __future__ import annotations

from groundswell.domain.acceptance import MAX_REMARKS
from groundswell.domain.events.facts import Remark
from groundswell.domain.fail_closed import with_preflight
from groundswell.domain.operations import Operation
from groundswell.domain.plan import Plan
from groundswell.domain.preflight import PreflightCheck, Verdict, VerdictCounts
from tests.unit.domain.builders import protected
from tests.unit.domain.test_acceptance import accepted

FAILED = PreflightCheck.judged("s" * 900, "c" * 900, "f" * 900, advice="a" * 900)
PASSED = PreflightCheck.judged("drs", "vCPUs", "2 of 5", advice="")


def test_acceptance_has_the_worst_checks_and_counts_all_when_there_are_many() -> None:
    plan = with_preflight(Plan([protected()]), Operation.FAILOVER, [PASSED] * 90 + [FAILED] * 9)

    told = accepted(plan)

    assert len(told.preflight) == MAX_REMARKS
    assert [check.verdict for check in told.preflight[:9]] == [Verdict.FAILED] * 9
    assert told.preflight_counts == VerdictCounts(failed=9, passed=90)


def test_checks_and_remarks_together_fit_on_the_bus_when_all_are_endless() -> None:
    remarks = [Remark(subject="s" * 9000, reason="r" * 9000)] * MAX_REMARKS
    plan = with_preflight(Plan([protected()], remarks, remarks), Operation.FAILOVER, [FAILED] * 90)

    assert len(accepted(plan).model_dump_json()) < 240_000
