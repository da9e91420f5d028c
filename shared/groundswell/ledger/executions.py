"""An execution's own transitions: begun, taken up again by another planner, rejected, accepted, ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from groundswell.domain.conditions import Absent, Below, Condition, Equals, Item, OneOf, all_of
from groundswell.domain.decisions import End, sum_counts
from groundswell.domain.errors import StaleWriteError
from groundswell.domain.events.facts import DRAccepted, DRCancelled, DRCompleted, DRFailed, DRRejected, ExecutionEnded
from groundswell.domain.ids import ExecutionId, Lane
from groundswell.domain.instants import seconds_between, to_text
from groundswell.domain.records import Execution, Wave
from groundswell.domain.states import EXECUTION_TRANSITIONS, OPEN_EXECUTION, ExecutionStatus, origins
from groundswell.ledger import gates, keys
from groundswell.ledger.outbox import fact
from groundswell.ports.store import Check, Put, Store, TransactionRefusedError, Update


def begin(store: Store, execution: Execution) -> Execution | None:
    """Write a new execution in PLANNING; None where it was written, else the one that is there already."""
    try:
        store.write(Put(_listed_item(execution), condition=Absent("pk")))
    except TransactionRefusedError as refused:
        return Execution.of(refused.reasons[0].item or {})
    return None


def reject_outright(store: Store, execution: Execution, data: DRRejected, *, cause: str, at: datetime) -> bool:
    """Write an execution that is rejected from the start; False where one of its id is there already."""
    rejected = execution.model_copy(
        update={
            "status": ExecutionStatus.REJECTED,
            "version": 1,
            "reasons": data.reasons,
        }
    )
    telling = fact(execution, data, subject="", cause=cause, at=at)
    try:
        store.write(Put({**_item(rejected), **_ended(execution, at)}, condition=Absent("pk")), telling)
    except TransactionRefusedError:
        return False
    return True


def take_up_planning(store: Store, execution: Execution, *, now: datetime, until: datetime) -> int | None:
    """Become the planner of an execution whose planner is past its time; its number, or None if that one lives."""
    number = execution.planner + 1
    dead = all_of(
        Equals("status", ExecutionStatus.PLANNING),
        Equals("planner", execution.planner),
        Below("planner_until", to_text(now)),
    )
    change: Item = {"planner": number, "planner_until": to_text(until)}
    try:
        store.write(Update(keys.execution_key(execution.execution_id), set=change, condition=dead))
    except TransactionRefusedError:
        return None
    return number


def note_lanes(store: Store, execution: Execution, planner: int, lanes: Iterable[Lane]) -> None:
    """Keep in which lanes this planner writes, beside those of the planners before it.

    Kept with them is the version of the plan, so that a planner after this one follows the same. The gates are opened
    here, before there is a work order that could pass them: accepting has no room for them beside 90 waves.

    Raises:
        StaleWriteError: another planner has taken over, or it is decided.
    """
    planned = sorted({*execution.planned, *((lane.wave, lane.technology) for lane in lanes)})
    change: Item = {"planned": [[wave, technology] for wave, technology in planned], **_plan_of(execution)}
    noted = Update(keys.execution_key(execution.execution_id), set=change, condition=_planned_by(planner))
    with one_planner(execution.execution_id):
        store.write(noted, *gates.opened(execution.execution_id))


@contextmanager
def one_planner(execution_id: ExecutionId) -> Iterator[None]:
    """Turns a refused decision of a planner into what it means: another has taken over, or it is decided.

    Raises:
        StaleWriteError: the transaction inside was refused.
    """
    try:
        yield
    except TransactionRefusedError as refused:
        raise StaleWriteError(f"execution {execution_id} was decided by another run of the planner") from refused


def planning_check(execution_id: ExecutionId, planner: int) -> Check:
    """The write of a transaction that demands that this planner is still the one."""
    return Check(keys.execution_key(execution_id), _planned_by(planner))


def reject(store: Store, execution: Execution, planner: int, data: DRRejected, *, cause: str, at: datetime) -> None:
    """End planning with a rejection.

    Raises:
        TransactionRefusedError: another planner is at it, or it is decided.
    """
    change: Item = {
        "status": ExecutionStatus.REJECTED,
        "version": execution.version + 1,
        "reasons": list(data.reasons),
        **_ended(execution, at),
    }
    store.write(
        _decision(execution, planner, change),
        fact(execution, data, subject="", cause=cause, at=at),
    )


def accept(
    store: Store,
    execution: Execution,
    planner: int,
    waves: Sequence[Wave],
    data: DRAccepted,
    *,
    cause: str,
    at: datetime,
) -> None:
    """End planning with the waves as planned; the first may then be opened. At most 90 waves.

    Raises:
        TransactionRefusedError: another planner is at it, or it is decided.
    """
    change: Item = {
        "status": ExecutionStatus.RUNNING,
        "version": execution.version + 1,
        "accepted_at": to_text(at),
        **_plan_of(execution),
        **_remarks(data),
    }
    store.write(
        _decision(execution, planner, change),
        *(Put(_wave_item(wave), condition=Absent("pk")) for wave in waves),
        fact(execution, data, subject="", cause=cause, at=at),
    )


def accept_dry_run(
    store: Store, execution: Execution, planner: int, data: DRAccepted, *, cause: str, at: datetime
) -> None:
    """End a dry run with its plan, which is all that it was for.

    Raises:
        TransactionRefusedError: another planner is at it, or it is decided.
    """
    ended = DRCompleted(status=ExecutionStatus.COMPLETED, counts=sum_counts([]), waves=len(data.waves), seconds=0)
    change: Item = {
        "status": ExecutionStatus.COMPLETED,
        "version": execution.version + 2,
        "accepted_at": to_text(at),
        **_ended(execution, at),
        **_plan_of(execution),
        **_remarks(data),
    }
    store.write(
        _decision(execution, planner, change),
        fact(execution, data, subject="", cause=cause, at=at),
        fact(execution, ended, subject="", cause=cause, at=at, ahead=2),
    )


def end(store: Store, execution: Execution, waves: Sequence[Wave], due: End, *, cause: str, at: datetime) -> None:
    """End an execution as decided on the version that was read.

    Raises:
        TransactionRefusedError: it has moved on meanwhile; read and decide again.
    """
    store.write(
        step(
            execution,
            within=origins(EXECUTION_TRANSITIONS, due.status),
            also={"status": due.status, **_ended(execution, at)},
        ),
        *gates.closed(execution.execution_id),
        fact(execution, _ending(execution, waves, due, at), subject="", cause=cause, at=at),
    )


def step(
    execution: Execution,
    *,
    within: Sequence[ExecutionStatus] = OPEN_EXECUTION,
    also: Item | None = None,
    remove: tuple[str, ...] = (),
) -> Update:
    """The write by which a decision on this version of an execution takes effect, once, within the given statuses."""
    as_read = all_of(Equals("version", execution.version), OneOf("status", tuple(within)))
    change: Item = {"version": execution.version + 1, **(also or {})}
    return Update(keys.execution_key(execution.execution_id), set=change, remove=remove, condition=as_read)


def _ending(execution: Execution, waves: Sequence[Wave], due: End, at: datetime) -> ExecutionEnded:
    seconds = seconds_between(execution.accepted_at or execution.created_at, to_text(at))
    counts = sum_counts(waves)
    if due.status is ExecutionStatus.FAILED:
        return DRFailed(status=due.status, counts=counts, waves=len(waves), seconds=seconds, reason=due.reason)
    if due.status is ExecutionStatus.CANCELLED:
        return DRCancelled(status=due.status, counts=counts, waves=len(waves), seconds=seconds)
    return DRCompleted(status=due.status, counts=counts, waves=len(waves), seconds=seconds)


def _ended(execution: Execution, at: datetime) -> Item:
    """When an execution ended, and where it is listed from then on."""
    text = to_text(at)
    return {"ended_at": text, "due_shard": keys.ended_shard(execution.execution_id), "due_at": text}


def _decision(execution: Execution, planner: int, change: Item) -> Update:
    """The write by which a planner ends planning, if it is still the one."""
    key = keys.execution_key(execution.execution_id)
    return Update(key, set=change, remove=("planner_until",), condition=_planned_by(planner))


def _planned_by(planner: int) -> Condition:
    return all_of(Equals("status", ExecutionStatus.PLANNING), Equals("planner", planner))


def _remarks(data: DRAccepted) -> Item:
    return {
        "left_out": [remark.model_dump() for remark in data.left_out],
        "left_out_count": data.left_out_count,
        "warnings": [remark.model_dump() for remark in data.warnings],
        "warnings_count": data.warnings_count,
    }


def _plan_of(execution: Execution) -> Item:
    """What of the named plan an execution keeps; nothing where it has none."""
    kept = ("plan", "plan_version", "four_eyes", "tell")
    return execution.model_dump(mode="json", include=set(kept)) if execution.plan else {}


def _item(execution: Execution) -> Item:
    key = keys.execution_key(execution.execution_id)
    return {"pk": key.pk, "sk": key.sk, **execution.as_item()}


def _listed_item(execution: Execution) -> Item:
    return {
        **_item(execution),
        "due_shard": keys.open_shard(execution.execution_id),
        "due_at": execution.created_at,
    }


def _wave_item(wave: Wave) -> Item:
    key = keys.wave_key(wave.execution_id, wave.wave)
    return {"pk": key.pk, "sk": key.sk, **wave.as_item()}
