"""One sample of each event that crosses the hub's bus, built from the models, as EventBridge delivers it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from groundswell.domain.events.commands import (
    DOOR_SOURCE,
    Command,
    DRCancelRequested,
    DRPauseRequested,
    DRResumeRequested,
    ResourceRetryRequested,
    ResourceSkipRequested,
    WaveApproveRequested,
    WaveRejectRequested,
)
from groundswell.domain.events.envelope import HUB_SOURCE, TECHNOLOGY_SOURCE, EventData, Lineage
from groundswell.domain.events.facts import (
    CommandRefused,
    Counts,
    DRAccepted,
    DRCancelled,
    DRCancelling,
    DRCompleted,
    DRFailed,
    DRPaused,
    DRRejected,
    DRResumed,
    PlannedWave,
    Remark,
    ResourcesRetried,
    ResourcesSkipped,
    Scope,
    WaveApprovalOverdue,
    WaveApproved,
    WaveAwaitingApproval,
    WaveCancelled,
    WaveCompleted,
    WaveDeadlineMissed,
    WaveFailed,
    WaveHeld,
    WaveRejected,
    WaveStarted,
)
from groundswell.domain.events.work import RecoveryRequested, ResourceFailed, ResourceProgressed, ResourceRecovered
from groundswell.domain.ids import EventId, ExecutionId, OrderId, ResourceId
from groundswell.domain.operations import Operation, Phase
from groundswell.domain.request import DRRequested
from groundswell.domain.states import ExecutionStatus
from tests.template.stack import ACCOUNT, REGION, Body

AT = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)
COUNTS = Counts(total=10, remaining=1, recovered=7, failed=1, failed_optional=1, skipped=0)
_NAME, _ORDER = ResourceId("drs/222222222201/web-1"), OrderId("dr-1.w001.drs.222222222201.us-west-2.000")
_WHO, _WHY = f"arn:aws:sts::{ACCOUNT}:assumed-role/recovery/somebody", "the storage is full"
_FACTS: tuple[EventData, ...] = (
    DRAccepted(
        operation=Operation.FAILOVER,
        scope=Scope(customer="customer-a", environment="production"),
        target_region=REGION,
        dry_run=False,
        resources=10,
        waves=(PlannedWave(wave=1, resources=10, technologies={"drs": 10}, deadline_at=AT),),
        left_out=(),
        left_out_count=0,
        warnings=(),
        warnings_count=0,
    ),
    DRRejected(request_id="request-1", reasons=("customer is missing", "the hub is not armed")),
    WaveStarted(wave=1, resources=10, deadline_at=AT),
    WaveAwaitingApproval(wave=1, resources=10),
    WaveCompleted(wave=1, counts=COUNTS, seconds=61.5),
    WaveFailed(wave=1, counts=COUNTS, seconds=61.5),
    WaveHeld(wave=1, counts=COUNTS, seconds=61.5, failed_resources=(Remark(subject=_NAME, reason="no capacity"),)),
    WaveDeadlineMissed(wave=1, deadline_at=AT, counts=COUNTS),
    DRCompleted(status=ExecutionStatus.COMPLETED, counts=COUNTS, waves=4, seconds=900),
    DRFailed(status=ExecutionStatus.FAILED, counts=COUNTS, waves=4, seconds=900, reason="wave 1 failed"),
    DRCancelled(status=ExecutionStatus.CANCELLED, counts=COUNTS, waves=4, seconds=900),
    DRPaused(decided_by=_WHO, reason=_WHY),
    DRResumed(decided_by=_WHO, reason=_WHY, seconds=61.5),
    DRCancelling(decided_by=_WHO, reason=_WHY),
    WaveApprovalOverdue(wave=1, seconds=3600),
    WaveApproved(wave=1, decided_by=_WHO, reason=_WHY),
    WaveRejected(wave=1, decided_by=_WHO, reason=_WHY),
    WaveCancelled(wave=1, counts=COUNTS, seconds=61.5),
    ResourcesRetried(wave=1, order_id=_ORDER, attempt=2, resource_ids=(_NAME,), decided_by=_WHO, reason=_WHY),
    ResourcesSkipped(wave=1, resource_ids=(_NAME,), decided_by=_WHO, reason=_WHY),
    CommandRefused(command="DRPauseRequested", decided_by=_WHO, reason="the execution is over"),
)
COMMANDS: tuple[Command, ...] = (
    DRPauseRequested(decided_by=_WHO, reason=_WHY),
    DRResumeRequested(decided_by=_WHO, reason=_WHY),
    DRCancelRequested(decided_by=_WHO, reason=_WHY),
    WaveApproveRequested(decided_by=_WHO, reason=_WHY, wave=1),
    WaveRejectRequested(decided_by=_WHO, reason=_WHY, wave=1),
    ResourceRetryRequested(decided_by=_WHO, reason=_WHY, wave=1, resource_ids=(_NAME,)),
    ResourceSkipRequested(decided_by=_WHO, reason=_WHY, wave=1, resource_ids=(_NAME,)),
)


def samples(technologies: tuple[str, ...]) -> Iterator[Body]:
    """A sample of each event; of work orders and outcomes one for each technology."""
    yield envelope("operator", DRRequested(operation=Operation.FAILOVER, all=True))
    for command in COMMANDS:
        yield envelope(DOOR_SOURCE, command)
    for fact in _FACTS:
        yield envelope(HUB_SOURCE, fact)
    for technology in technologies:
        yield envelope(HUB_SOURCE, _order(technology))
        for outcome in _outcomes(technology):
            yield envelope(f"{TECHNOLOGY_SOURCE}{technology}", outcome)


def envelope(source: str, data: EventData) -> Body:
    """The event as a rule, and then a queue, gets it."""
    told = Lineage(ExecutionId("dr-1"), "request-1", "cause-1").tell(
        data, source=source, event_id=EventId("event-1"), at=AT, sequence=1
    )
    return {
        "version": "0",
        "id": "id-1",
        "source": source,
        "detail-type": data.detail_type,
        "account": ACCOUNT,
        "region": REGION,
        "time": "2026-01-01T03:00:00Z",
        "resources": [],
        "detail": json.loads(told.detail),
    }


def _order(technology: str) -> RecoveryRequested:
    return RecoveryRequested(
        order_id=_ORDER,
        attempt=1,
        token="token",
        technology=technology,
        account="222222222201",
        region=REGION,
        operation=Operation.FAILOVER,
        phases=(Phase.INSTANTIATE, Phase.ACTIVATE),
        wave=1,
        not_after=AT,
        resources=(),
    )


def _outcomes(technology: str) -> Iterator[EventData]:
    yield ResourceRecovered(order_id=_ORDER, attempt=1, token="token", technology=technology, wave=1, resource_id=_NAME)
    yield ResourceFailed(
        order_id=_ORDER,
        attempt=1,
        token="token",
        technology=technology,
        wave=1,
        resource_id=_NAME,
        cause="no capacity",
        advice="raise the quota",
    )
    yield ResourceProgressed(
        order_id=_ORDER, attempt=1, token="token", technology=technology, wave=1, resource_id=_NAME, note="launching"
    )
