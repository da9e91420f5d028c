"""The hub fits AWS's limits with the parameters that are documented for it."""

from __future__ import annotations

import re

import pytest

from groundswell.domain.hub_limits import BESIDE_QUEUES, ENVIRONMENT_BYTES, HubUse, judge_hub
from groundswell.domain.preflight import Verdict
from tests.template.stack import ROOT, Stack
from tests.template.test_queues import fed_functions
from tests.template.test_settings import READS, environment

DEPLOY = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
LONGEST_NAME = "g" * 40
ACCOUNT_CONCURRENCY = 1000
"""AWS's default: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


def deployed(accounts: int, **parameters: str) -> HubUse:
    """The hub with so many accounts, and with all else as long as it may be."""
    given = {"ExternalId": "x" * 128, "WorkloadRolePrefix": "p" * 32, **parameters}
    named = ",".join(f"{number:012}" for number in range(accounts))
    stack = Stack("template.yaml", LONGEST_NAME, given | {"WorkloadAccounts": named})
    workers = {
        name: source["ScalingConfig"]["MaximumConcurrency"] for name, (source, _) in fed_functions(stack).items()
    }
    variables = {name: environment(stack, name) for name in READS}
    return HubUse(LONGEST_NAME, workers, ACCOUNT_CONCURRENCY, variables, len(stack.of_type("AWS::Events::Rule")))


def test_hub_fits_with_as_many_accounts_as_are_documented() -> None:
    (most,) = re.findall(r"At most (\d+) accounts", DEPLOY)

    sizes = {
        name: sum(len(key) + len(value) for key, value in variables.items())
        for name, variables in deployed(int(most)).variables.items()
    }

    assert max(sizes, key=lambda name: sizes[name]) in ("PlanExecution", "PreviewPlan")
    assert max(sizes.values()) <= ENVIRONMENT_BYTES
    assert max(size for name, size in sizes.items() if name not in ("PlanExecution", "PreviewPlan")) < 1500


@pytest.mark.parametrize("concurrency", ["4", "64"])
def test_hub_fits_a_usual_account_with_any_concurrency(concurrency: str) -> None:
    checks = list(judge_hub(deployed(100, RecoverConcurrency=concurrency)))

    assert {check.verdict for check in checks} == {Verdict.PASSED}


def test_concurrency_that_the_hub_needs_is_what_is_documented() -> None:
    (told,) = re.findall(r"(\d+) functions side by side", DEPLOY)

    assert int(told) == sum(deployed(1).workers.values()) + BESIDE_QUEUES
