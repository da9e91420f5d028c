"""Whether AWS's limits in the hub's own account leave room for the hub itself: judged before it is armed.

The estate's quotas are checked with each plan; these are about the machinery, and change with its parameters only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from groundswell.domain.preflight import PreflightCheck

ENVIRONMENT_BYTES = 4096
"""Of all variables of a function: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
RULES_OF_A_BUS = 300
"""AWS's default: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"""
BESIDE_QUEUES = 10
"""Functions that no mapping holds back run side by side so often: the relay, the door, plans that are previewed."""
_NEARLY = 0.9


@dataclass(frozen=True)
class HubUse:
    """What the hub may take, and what its account gives."""

    hub: str
    workers: Mapping[str, int]
    """How many of each function its queue may have at work."""
    concurrency: int
    """Functions that may run side by side in this account and Region, beside those that are reserved for one."""
    variables: Mapping[str, Mapping[str, str]]
    """The environment of each function."""
    rules: int
    """Rules on the hub's bus."""


def judge_hub(use: HubUse) -> Iterator[PreflightCheck]:
    """Each limit with what the hub needs of it; what is too narrow comes with advice."""
    yield _concurrency(use)
    yield from (_environment(name, variables) for name, variables in use.variables.items())
    yield _rules(use)


def _concurrency(use: HubUse) -> PreflightCheck:
    wanted = sum(use.workers.values()) + BESIDE_QUEUES
    advice = (
        'Ask Service Quotas for more "Concurrent executions" of AWS Lambda in this Region (new accounts may have 10), '
        "or deploy with a smaller RecoverConcurrency."
    )
    found = f"the hub's functions may run {wanted} times side by side, the account allows {use.concurrency}"
    return PreflightCheck.judged(
        use.hub, "functions side by side", found, advice=advice if wanted > use.concurrency else ""
    )


def _environment(name: str, variables: Mapping[str, str]) -> PreflightCheck:
    taken = sum(len(key.encode()) + len(value.encode()) for key, value in variables.items())
    advice = "Name fewer accounts in WorkloadAccounts: a second hub with a prefix of its own can take the others."
    found = f"its variables take {taken} of {ENVIRONMENT_BYTES} bytes"
    is_tight = taken > _NEARLY * ENVIRONMENT_BYTES
    return PreflightCheck.judged(name, "environment of a function", found, advice=advice if is_tight else "")


def _rules(use: HubUse) -> PreflightCheck:
    advice = "Delete rules that nobody needs, or ask Service Quotas for more rules on a bus of Amazon EventBridge."
    found = f"{use.rules} rules of {RULES_OF_A_BUS}"
    is_tight = use.rules > _NEARLY * RULES_OF_A_BUS
    return PreflightCheck.judged(f"bus {use.hub}", "rules on the bus", found, advice=advice if is_tight else "")
