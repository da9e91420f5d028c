"""What tests of the domain are about, each good until a test changes it."""

from __future__ import annotations

from typing import Any

from groundswell.domain.events.commands import (
    Command,
    DRCancelRequested,
    DRPauseRequested,
    DRResumeRequested,
    ResourceRetryRequested,
    ResourceSkipRequested,
    WaveApproveRequested,
    WaveRejectRequested,
)
from groundswell.domain.events.facts import Scope
from groundswell.domain.ids import ExecutionId, ResourceId
from groundswell.domain.operations import Operation
from groundswell.domain.policy import OnFailure, WavePolicy
from groundswell.domain.protection import ID_TAG, Finding, Fitness, Protected, judge
from groundswell.domain.records import Execution, Wave
from groundswell.domain.request import DRRequested
from groundswell.domain.states import ExecutionStatus, WaveStatus

AT = "2030-01-01T00:00:00.000000Z"
TAGS = {"dr:enabled": "true", "dr:wave": "1", "Customer": "customer-a", "Environment": "production"}
KINDS: dict[type[Command], dict[str, Any]] = {
    DRPauseRequested: {},
    DRResumeRequested: {},
    DRCancelRequested: {},
    WaveApproveRequested: {"wave": 1},
    WaveRejectRequested: {"wave": 1},
    ResourceRetryRequested: {"wave": 1},
    ResourceSkipRequested: {"wave": 1, "reason": "rebuilt by hand"},
}
"""Every kind of decision, with what it needs to say."""
FIT = Fitness(fit=True, state="CONTINUOUS", lag_seconds=1)


def finding(name: str = "app-01", /, *, tags: dict[str, str] | None = None, **changes: Any) -> Finding:
    """A server of customer-a in wave 1; `tags` add to and replace its tags, an empty one takes a tag away."""
    all_tags = {key: value for key, value in {**TAGS, **(tags or {})}.items() if value}
    given: dict[str, Any] = {
        "technology": "drs",
        "account": "222222222201",
        "region": "us-west-2",
        "name": name,
        "own_name": name,
        "tags": all_tags,
        "fitness": FIT,
    }
    return Finding(**{**given, **changes})


def protected(name: str = "app-01", /, *, tags: dict[str, str] | None = None, **changes: Any) -> Protected:
    """The same, judged; what a tag calls it is all of its id, so that tests of what comes after can be short."""
    given = finding(name, tags=tags, **changes)
    judged = judge(given)
    assert isinstance(judged, Protected)
    short = given.tags.get(ID_TAG)
    return judged.model_copy(update={"resource_id": ResourceId(short)}) if short else judged


def request(**changes: Any) -> DRRequested:
    """A failover of customer-a's production."""
    given = {"customer": "customer-a", "environment": "production", "operation": Operation.FAILOVER}
    return DRRequested.model_validate({**given, **changes}, strict=False)


def execution(**changes: Any) -> Execution:
    """One that runs."""
    given: dict[str, Any] = {
        "execution_id": ExecutionId("dr-1"),
        "request_id": "r-1",
        "content_hash": "hash",
        "request": {},
        "requested_via": "operator in account 111111111111",
        "operation": Operation.FAILOVER,
        "scope": Scope(customer="customer-a", environment="production"),
        "target_region": "us-west-2",
        "status": ExecutionStatus.RUNNING,
        "correlation_id": "c-1",
        "created_at": AT,
    }
    return Execution(**{**given, **changes})


def wave(number: int = 1, /, *, on_failure: OnFailure = OnFailure.HOLD, **changes: Any) -> Wave:
    """One of three resources, not begun; what belongs to its policy may be given as well."""
    policy = {name: changes.pop(name) for name in ("approval", "least_success_percent") if name in changes}
    given: dict[str, Any] = {
        "execution_id": ExecutionId("dr-1"),
        "wave": number,
        "technologies": ("drs",),
        "status": WaveStatus.PENDING,
        "policy": WavePolicy(deadline_seconds=900, on_failure=on_failure, **policy),
        "total": 3,
        "remaining": 3,
        "deadline_at": AT,
    }
    return Wave(**{**given, **changes})
