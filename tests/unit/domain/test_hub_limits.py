"""Whether the hub's own account has room for the hub."""

from __future__ import annotations

from dataclasses import replace

import pytest

from groundswell.domain.hub_limits import BESIDE_QUEUES, HubUse, judge_hub
from groundswell.domain.preflight import Verdict

USE = HubUse(
    hub="groundswell",
    workers={"groundswell-sweep": 2, "groundswell-recover-drs": 4},
    concurrency=6 + BESIDE_QUEUES,
    variables={"groundswell-plan-execution": {"WORKLOAD_ACCOUNTS": "x" * 3000}},
    rules=20,
)


def wanting(use: HubUse) -> dict[str, str]:
    """The checks that fail, with the advice of each."""
    return {check.check: check.advice for check in judge_hub(use) if check.verdict is Verdict.FAILED}


def test_hub_with_room_passes_every_check() -> None:
    assert wanting(USE) == {}
    assert {check.verdict for check in judge_hub(USE)} == {Verdict.PASSED}


@pytest.mark.parametrize("concurrency", [10, 5 + BESIDE_QUEUES])
def test_account_that_runs_fewer_functions_than_the_hub_may_need_is_told(concurrency: int) -> None:
    found = wanting(replace(USE, concurrency=concurrency))

    assert found.keys() == {"functions side by side"}
    assert 'more "Concurrent executions" of AWS Lambda' in found["functions side by side"]


@pytest.mark.parametrize(("length", "is_tight"), [(3600, False), (3670, True), (4096, True)])
def test_environment_is_told_before_it_is_full(length: int, is_tight: bool) -> None:
    variables = {"groundswell-plan-execution": {"WORKLOAD_ACCOUNTS": "x" * length}}

    assert ("environment of a function" in wanting(replace(USE, variables=variables))) is is_tight


@pytest.mark.parametrize(("rules", "is_tight"), [(270, False), (271, True)])
def test_rules_are_told_before_the_bus_takes_no_more(rules: int, is_tight: bool) -> None:
    assert ("rules on the bus" in wanting(replace(USE, rules=rules))) is is_tight


def test_each_check_says_both_numbers() -> None:
    told = [check.found for check in judge_hub(USE)]

    assert told == [
        "the hub's functions may run 16 times side by side, the account allows 16",
        "its variables take 3017 of 4096 bytes",
        "20 rules of 300",
    ]
