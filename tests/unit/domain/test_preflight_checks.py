from __future__ import annotations

import pytest

from groundswell.domain.preflight import PreflightCheck, Verdict, VerdictCounts, by_gravity


def check(subject: str = "drs", name: str = "vCPUs", verdict: Verdict = Verdict.PASSED) -> PreflightCheck:
    return PreflightCheck(subject=subject, check=name, verdict=verdict, found="2 of 5")


@pytest.mark.parametrize(("advice", "verdict"), [("raise it", Verdict.FAILED), ("", Verdict.PASSED)])
def test_check_fails_exactly_when_there_is_advice_to_give(advice: str, verdict: Verdict) -> None:
    judged = PreflightCheck.judged("drs", "vCPUs", "2 of 5", advice=advice)

    assert (judged.verdict, judged.advice) == (verdict, advice)


def test_check_says_what_was_found_and_what_to_do() -> None:
    assert str(PreflightCheck.judged("drs", "vCPUs", "9 of 5", advice="raise it")) == "vCPUs: 9 of 5; raise it"
    assert str(check()) == "vCPUs: 2 of 5"


def test_check_is_cut_when_its_words_are_endless() -> None:
    long = PreflightCheck.unknown("s" * 900, "c" * 900, "f" * 900, advice="a" * 900)

    assert len(long.model_dump_json()) < 900
    assert long.found.endswith("f…")


def test_checks_come_in_the_order_of_their_gravity_and_then_by_subject() -> None:
    passed, unknown, failed = check("a"), check("b", verdict=Verdict.UNKNOWN), check("c", verdict=Verdict.FAILED)

    ordered = by_gravity([passed, check("d", verdict=Verdict.FAILED), unknown, failed])

    assert [each.subject for each in ordered] == ["c", "d", "b", "a"]


def test_counts_are_of_all_verdicts() -> None:
    checks = [check(), check(), check(verdict=Verdict.FAILED), *[check(verdict=Verdict.UNKNOWN)] * 3]

    assert VerdictCounts.of(checks) == VerdictCounts(failed=1, unknown=3, passed=2)
