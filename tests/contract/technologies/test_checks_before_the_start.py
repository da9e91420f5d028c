"""What every technology's checks before the start must keep to."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from groundswell.domain.preflight import PreflightCheck, Verdict
from groundswell.technologies.registry import BUILT_IN, load
from tests.contract.technologies.cases import case_of
from tests.contract.technologies.test_actions import action_of
from tests.unit.technologies.bench import bench
from tests.unit.technologies.checks import checks_of, protected_of

CHECKED = [name for name in BUILT_IN if load(name).preflight]
every_checked = pytest.mark.parametrize("name", CHECKED)
OPEN_QUESTIONS: Mapping[str, Mapping[str, object]] = {
    "drs": {
        "servers": [{"name": "app-{n}", "per_customer": 2, "wave": 1, "recommended_type": "m5.xlarge"}],
        "quotas": {"L-1216C47A": 4},
    }
}
"""Estates in which calls are due that are made only in doubt, added to the technology's case."""


def estate_of(name: str) -> Mapping[str, object]:
    return {**case_of(name).estate, **OPEN_QUESTIONS.get(name, {})}


@pytest.mark.parametrize("name", BUILT_IN)
def test_technology_declares_reads_exactly_when_it_checks(name: str) -> None:
    technology = load(name)

    assert bool(technology.preflight) is bool(technology.preflight_reads)


@every_checked
def test_checks_make_every_call_that_they_declare_and_no_other(name: str) -> None:
    at = bench(estate_of(name))

    checks_of(at, name)

    assert {action_of(call) for call in at.clients.calls} == set(load(name).preflight_reads)


@every_checked
def test_checks_change_nothing(name: str) -> None:
    at = bench(estate_of(name))

    checks_of(at, name)

    assert at.estate.log.select(mutating=True) == []


@every_checked
def test_checks_pass_and_say_numbers_or_states_in_an_account_that_is_ready(name: str) -> None:
    checks = checks_of(bench(case_of(name).estate), name)

    assert checks
    for check in checks:
        assert isinstance(check, PreflightCheck)
        assert (check.verdict, check.advice) == (Verdict.PASSED, "")
        assert check.found


@every_checked
def test_checks_that_fail_say_what_to_do(name: str) -> None:
    nothing_fits: Mapping[str, object] = {
        "quotas": dict.fromkeys(("L-1216C47A", "L-7A658B76", "L-D88FAC3A"), 0),
        "landing": {
            "subnets": [],
            "ebs_key": "Disabled",
            "rds_key": "Disabled",
            "db_classes_not_offered": ["db.r6g.large"],
        },
    }
    at = bench({**case_of(name).estate, **nothing_fits})
    resources = protected_of(at, name)
    at.estate.world.zones.clear()

    failed = [
        check
        for check in checks_of(at, name, resources)
        if isinstance(check, PreflightCheck) and check.verdict is Verdict.FAILED
    ]

    assert failed
    assert all(check.advice.endswith((".", "here")) or "arn:aws:kms" in check.advice for check in failed)
