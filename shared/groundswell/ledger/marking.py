"""Fan-in: outcomes are marked on their resources and counted down in one transaction, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from groundswell.domain.conditions import Condition, Equals, Item, OneOf, Present, Value, all_of
from groundswell.domain.failure import Failure
from groundswell.domain.ids import ExecutionId, OrderId, ResourceId
from groundswell.domain.instants import to_text
from groundswell.domain.protection import Impact
from groundswell.domain.records import Resource
from groundswell.domain.states import OPEN_RESOURCE, WORKED_WAVE, ResourceState
from groundswell.ledger import keys
from groundswell.ledger.narrowing import write_for_the_rest
from groundswell.ports.store import Key, Store, TransactionRefusedError, Update

MAX_OUTCOMES = 99
"""Outcomes that one transaction marks, beside the count-down."""


@dataclass(frozen=True)
class Outcome:
    """What became of a resource, from an answer that is believed."""

    event_id: str
    resource: Resource
    order_id: OrderId
    attempt: int
    evidence: Item
    failure: Failure | None
    claimed_at: str
    """When it came about, by the clock of whoever says so: evidence. What is measured is when it was marked."""

    @property
    def resource_id(self) -> ResourceId:
        """Whose outcome it is."""
        return self.resource.resource_id

    @property
    def state(self) -> ResourceState:
        """The state that it puts the resource in."""
        return ResourceState.FAILED if self.failure else ResourceState.RECOVERED


@dataclass(frozen=True)
class Marked:
    """What marking came to."""

    counted: Sequence[Outcome]
    duplicates: Sequence[Outcome]
    """Already marked, or overtaken; nothing was changed."""


def mark(store: Store, execution_id: ExecutionId, wave: int, outcomes: Sequence[Outcome], *, at: datetime) -> Marked:
    """Mark at most 99 outcomes of distinct resources of one wave; those that no longer count are told apart."""
    duplicates = list[Outcome]()

    def without_the_stale(refused: TransactionRefusedError, left: list[Outcome]) -> list[Outcome]:
        stale = set(refused.failed)
        fresh = [] if len(left) in stale else [outcome for place, outcome in enumerate(left) if place not in stale]
        duplicates.extend(outcome for outcome in left if outcome not in fresh)
        return fresh

    counted = write_for_the_rest(
        store,
        outcomes,
        lambda left: [*(_mark(outcome, at) for outcome in left), _count_down(execution_id, wave, left)],
        without_the_stale,
    )
    return Marked(counted, duplicates)


def keep_late(store: Store, outcome: Outcome, *, at: datetime) -> None:
    """Keep a rightful outcome that came after the resource was given up; it changes nothing that was decided."""
    finding: dict[str, Value] = {
        "outcome": outcome.state,
        "evidence": outcome.evidence,
        "at": to_text(at),
        "claimed_at": outcome.claimed_at,
    }
    if outcome.failure:
        finding["cause"] = outcome.failure.cause
    store.write(
        Update(
            _key(outcome.resource),
            put_in={"late": {outcome.event_id: finding}},
            condition=Present("late"),
        )
    )


def count_duplicates(store: Store, execution_id: ExecutionId, wave: int, number: int) -> None:
    """Count outcomes that were dropped, for the report; decides nothing."""
    store.write(Update(keys.wave_key(execution_id, wave), add={"duplicates": number}, condition=Present("pk")))


def _mark(outcome: Outcome, at: datetime) -> Update:
    change: Item = {
        "state": outcome.state,
        "evidence": outcome.evidence,
        "ended_at": to_text(at),
        "claimed_at": outcome.claimed_at,
    }
    if outcome.failure:
        change["failure"] = outcome.failure.model_dump()
    return Update(_key(outcome.resource), set=change, condition=still_open(outcome.order_id, outcome.attempt))


def still_open(order_id: OrderId, attempt: int) -> Condition:
    """The condition on a resource that this order, at this attempt, is still to end."""
    return all_of(Equals("order_id", order_id), Equals("attempt", attempt), OneOf("state", OPEN_RESOURCE))


def _count_down(execution_id: ExecutionId, wave: int, outcomes: Sequence[Outcome]) -> Update:
    failed = [outcome for outcome in outcomes if outcome.failure]
    optional = sum(outcome.resource.impact is Impact.OPTIONAL for outcome in failed)
    all_optional = sum(outcome.resource.impact is Impact.OPTIONAL for outcome in outcomes)
    counts = {
        "remaining": -len(outcomes),
        "recovered": len(outcomes) - len(failed),
        "recovered_optional": all_optional - optional,
        "failed": len(failed) - optional,
        "failed_optional": optional,
        "version": 1,
    }
    return Update(keys.wave_key(execution_id, wave), add=counts, condition=OneOf("status", WORKED_WAVE))


def _key(resource: Resource) -> Key:
    return keys.resource_key(resource.lane, resource.resource_id)
