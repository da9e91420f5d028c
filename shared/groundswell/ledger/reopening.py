"""Resources that are tried again, gone on without, or given up: with each, its wave's counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from groundswell.domain.conditions import Condition, Equals, Item, OneOf, all_of
from groundswell.domain.events.facts import ResourcesRetried, ResourcesSkipped
from groundswell.domain.failure import Failure
from groundswell.domain.instants import to_text
from groundswell.domain.protection import Impact
from groundswell.domain.records import Execution, Resource, Wave, WorkOrder
from groundswell.domain.standstill import clock, stands_still
from groundswell.domain.states import OPEN_RESOURCE, WORKED_WAVE, ExecutionStatus, ResourceState, WaveStatus
from groundswell.ledger import keys
from groundswell.ledger.control import GOING, Decision
from groundswell.ledger.executions import step
from groundswell.ledger.orders import order_put
from groundswell.ledger.outbox import fact, unrefused
from groundswell.ports.store import Key, Store, Update

_NOT_OVER = (WaveStatus.PENDING, WaveStatus.AWAITING_APPROVAL, *WORKED_WAVE)
MAX_RESOURCES = 90
"""Resources of one transaction, beside the writes on their order, wave, execution and fact."""


def retry(
    store: Store, execution: Execution, wave: Wave, resources: Sequence[Resource], order: WorkOrder, decision: Decision
) -> None:
    """Try failed resources again, under an order of their own: at most 90, of one place and one attempt.

    Raises:
        TransactionRefusedError: the command was refused, or something has moved on; read and decide again.
    """
    told = ResourcesRetried(
        wave=wave.wave,
        order_id=order.order_id,
        attempt=order.attempt,
        resource_ids=order.resource_ids,
        decided_by=decision.command.decided_by,
        reason=decision.command.reason,
    )
    change, stopped = clock(execution, stands=stands_still(execution.status), at=decision.at)
    store.write(
        step(execution, within=GOING, also=change, remove=stopped),
        _reopened(wave, resources),
        order_put(order),
        *(_tried_again(resource, order) for resource in resources),
        fact(execution, told, subject=order.order_id, cause=decision.command_id, at=decision.at),
        unrefused(execution, decision.command_id),
    )


def skip(store: Store, execution: Execution, wave: Wave, resources: Sequence[Resource], decision: Decision) -> None:
    """Go on without resources that failed or were not begun, as a person decided: at most 90.

    Raises:
        TransactionRefusedError: the command was refused, or something has moved on; read and decide again.
    """
    told = _told(wave, resources, decision.command.decided_by, decision.command.reason)
    store.write(
        step(execution, within=GOING),
        _without(wave, resources),
        *(_skipped(resource, told, decision.at) for resource in resources),
        fact(execution, told, subject=_subject(wave, resources), cause=decision.command_id, at=decision.at),
        unrefused(execution, decision.command_id),
    )


def wind_down(
    store: Store, execution: Execution, wave: Wave, resources: Sequence[Resource], *, cause: str, at: datetime
) -> None:
    """Go on without resources, of any wave, that were not begun when their execution was cancelled: at most 90.

    Raises:
        TransactionRefusedError: something has moved on; read and decide again.
    """
    told = _told(wave, resources, "groundswell", "the execution was cancelled before they were begun")
    store.write(
        step(execution, within=(ExecutionStatus.CANCELLING,)),
        _without(wave, resources, within=_NOT_OVER),
        *(_skipped(resource, told, at) for resource in resources),
        fact(execution, told, subject=_subject(wave, resources), cause=cause, at=at),
    )


def give_up(store: Store, wave: Wave, resources: Sequence[Resource], failure: Failure, *, at: datetime) -> None:
    """Wait no longer for resources: at most 90. What still becomes of them is kept as late.

    Raises:
        TransactionRefusedError: something has moved on; read and decide again.
    """
    given = _by_impact(resources)
    counts = {"remaining": -len(resources), "failed": given[Impact.CRITICAL], "failed_optional": given[Impact.OPTIONAL]}
    change: Item = {"state": ResourceState.FAILED, "failure": failure.model_dump(), "ended_at": to_text(at)}
    store.write(
        Update(_wave_key(wave), set={"version": wave.version + 1}, add=counts, condition=_as_read(wave)),
        *(Update(_key(each), set=change, condition=_unchanged(each, *OPEN_RESOURCE)) for each in resources),
    )


def _reopened(wave: Wave, resources: Sequence[Resource]) -> Update:
    failed = _by_impact(resources)
    return Update(
        _wave_key(wave),
        set={"status": WaveStatus.RUNNING, "version": wave.version + 1},
        add={
            "remaining": len(resources),
            "failed": -failed[Impact.CRITICAL],
            "failed_optional": -failed[Impact.OPTIONAL],
        },
        remove=("held_at",),
        condition=_as_read(wave),
    )


def _without(wave: Wave, resources: Sequence[Resource], *, within: tuple[WaveStatus, ...] = WORKED_WAVE) -> Update:
    failed = _by_impact([each for each in resources if each.state is ResourceState.FAILED])
    pending = sum(each.state is ResourceState.PENDING for each in resources)
    counts = {
        "remaining": -pending,
        "failed": -failed[Impact.CRITICAL],
        "failed_optional": -failed[Impact.OPTIONAL],
        "skipped": len(resources),
    }
    return Update(_wave_key(wave), set={"version": wave.version + 1}, add=counts, condition=_as_read(wave, within))


def _tried_again(resource: Resource, order: WorkOrder) -> Update:
    failure = resource.failure.model_dump() if resource.failure else {}
    return Update(
        _key(resource),
        set={"state": ResourceState.PENDING, "attempt": order.attempt, "order_id": order.order_id},
        put_in={"earlier": {str(resource.attempt): {**failure, "ended_at": resource.ended_at}}},
        remove=("failure", "ended_at", "claimed_at"),
        condition=_unchanged(resource, ResourceState.FAILED),
    )


def _skipped(resource: Resource, told: ResourcesSkipped, at: datetime) -> Update:
    words: Item = {"by": told.decided_by, "reason": told.reason or "", "at": to_text(at)}
    return Update(
        _key(resource),
        set={"state": ResourceState.SKIPPED, "skipped": words, "ended_at": to_text(at)},
        condition=_unchanged(resource, ResourceState.PENDING, ResourceState.FAILED),
    )


def _unchanged(resource: Resource, *within: ResourceState) -> Condition:
    return all_of(Equals("state", resource.state), Equals("attempt", resource.attempt), OneOf("state", tuple(within)))


def _by_impact(resources: Sequence[Resource]) -> Counter[Impact]:
    return Counter(resource.impact for resource in resources)


def _told(wave: Wave, resources: Sequence[Resource], who: str, why: str | None) -> ResourcesSkipped:
    names = tuple(resource.resource_id for resource in resources)
    return ResourcesSkipped(wave=wave.wave, resource_ids=names, decided_by=who, reason=why)


def _subject(wave: Wave, resources: Sequence[Resource]) -> str:
    return f"wave {wave.wave} from {resources[0].resource_id}"


def _as_read(wave: Wave, within: tuple[WaveStatus, ...] = WORKED_WAVE) -> Condition:
    return all_of(Equals("version", wave.version), OneOf("status", within))


def _wave_key(wave: Wave) -> Key:
    return keys.wave_key(wave.execution_id, wave.wave)


def _key(resource: Resource) -> Key:
    return keys.resource_key(resource.lane, resource.resource_id)
