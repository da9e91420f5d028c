"""A work order's transitions: cut, claimed, its calls written down before they are made, saved, ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from groundswell.domain.conditions import Absent, Below, Condition, Equals, Item, OneOf, Present, all_of, any_of
from groundswell.domain.errors import StaleWriteError
from groundswell.domain.ids import ResourceId
from groundswell.domain.instants import to_text
from groundswell.domain.operations import Phase
from groundswell.domain.records import IntentRecord, IntentState, OrderStatus, Progress, WorkOrder
from groundswell.domain.states import ResourceState
from groundswell.ledger import gates, keys
from groundswell.ledger.marking import still_open
from groundswell.ledger.narrowing import write_for_the_rest
from groundswell.ports.store import Check, Key, Put, Store, TransactionRefusedError, Update


def cut(store: Store, order: WorkOrder) -> None:
    """Write the order and give it its resources, once; an order that is there already is left as it is.

    Raises:
        StaleWriteError: a resource belongs to another order by now.
    """
    try:
        store.write(order_put(order), *(_give(order, name) for name in order.resource_ids))
    except TransactionRefusedError as refused:
        if 0 not in refused.failed:
            raise StaleWriteError(f"{order.order_id}: a resource of it belongs to another order") from refused


def order_put(order: WorkOrder) -> Put:
    """The write that makes an order, unless it is there."""
    key = _key(order)
    return Put({"pk": key.pk, "sk": key.sk, **order.as_item()}, condition=Absent("pk"))


def _give(order: WorkOrder, name: ResourceId) -> Update:
    return Update(
        keys.resource_key(order.lane, name),
        set={"order_id": order.order_id},
        condition=all_of(Absent("order_id"), Equals("attempt", order.attempt)),
    )


@dataclass(frozen=True)
class Claim:
    """The right to work on an order until an instant; its number is the condition of every write."""

    number: int
    until: datetime


def claim(store: Store, order: WorkOrder, *, now: datetime, until: datetime, also: Item | None = None) -> Claim | None:
    """Claim the order as it was read, if no living worker has it; None if one has.

    `also` is set with the claim: who died, who is suspected.
    """
    number = order.claim + 1
    free = any_of(Absent("claim_until"), Below("claim_until", to_text(now)))
    as_read = all_of(Equals("status", OrderStatus.OPEN), Equals("claim", order.claim), Equals("look", order.look), free)
    signs: Item = {"looked_at": to_text(now), "look_again": False, "woken": False}
    change: Item = {"claim": number, "claim_until": to_text(until), **signs, **(also or {})}
    try:
        store.write(Update(_key(order), set=change, condition=as_read))
    except TransactionRefusedError:
        return None
    return Claim(number, until)


def wake(store: Store, order: WorkOrder) -> bool:
    """Note that a wake-up is on its way; False if one is already, or the order has ended."""
    asleep = all_of(Equals("status", OrderStatus.OPEN), Equals("woken", False))
    try:
        store.write(Update(_key(order), set={"woken": True}, condition=asleep))
    except TransactionRefusedError:
        return False
    return True


def ask_another_look(store: Store, order: WorkOrder) -> bool:
    """Let whoever has the order look once more before the next timer; False if nobody has it any more."""
    held = all_of(Equals("claim", order.claim), OneOf("status", (OrderStatus.OPEN,)), _is_claimed())
    try:
        store.write(Update(_key(order), set={"look_again": True}, condition=held))
    except TransactionRefusedError:
        return False
    return True


def lay_down(store: Store, claim: Claim, order: WorkOrder) -> None:
    """Give a claim back with nothing saved, because the look could not be finished; its message comes again.

    The look does not count as one: whoever asked for it before is not answered yet.
    """
    try:
        store.write(Update(_key(order), remove=("claim_until", "looked_at"), condition=_claimed_by(claim)))
    except TransactionRefusedError:
        # The claim was lost meanwhile: there is nothing to give back.
        return


def begin_intent(
    store: Store, order: WorkOrder, claim: Claim, intent: IntentRecord, *, started: Collection[ResourceId] = ()
) -> IntentRecord | None:
    """Write down a call before it is made, unless pause, cancel, skip or the execution's end came first.

    Args:
        started: resources for which a call was made before, which keep the time of that.

    Returns:
        The intent with the resources that it is still for, or None where the execution is not running, the claim is
        lost or no resource is left.
    """

    def for_(names: Sequence[ResourceId]) -> IntentRecord:
        return intent.model_copy(update={"resource_ids": tuple(names)})

    def without_the_ended(refused: TransactionRefusedError, left: list[ResourceId]) -> list[ResourceId]:
        if min(refused.failed) < _BARRIERS:
            return []
        return [name for place, name in enumerate(left) if place + _BARRIERS not in refused.failed]

    begun = write_for_the_rest(
        store, intent.resource_ids, lambda left: _beginning(order, claim, for_(left), started), without_the_ended
    )
    return for_(begun) if begun else None


_BARRIERS = 3
"""Writes of an intent's transaction before those of its resources: the gate, the claim, the intent itself."""


def _beginning(
    order: WorkOrder, claim: Claim, intent: IntentRecord, started: Collection[ResourceId]
) -> list[Check | Put | Update]:
    key = keys.intent_key(order.lane, order.order_id, intent.phase, intent.number)
    item: Item = {"pk": key.pk, "sk": key.sk, **intent.as_item()}
    return [
        gates.open_check(order.execution_id, intent.key),
        Check(_key(order), _claimed_by(claim)),
        Put(item, condition=Absent("pk")),
        *(
            Update(
                keys.resource_key(order.lane, name),
                set={"state": ResourceState.IN_PROGRESS, **({} if name in started else {"started_at": intent.at})},
                condition=still_open(order.order_id, order.attempt),
            )
            for name in intent.resource_ids
        ),
    ]


def settle_intent(store: Store, order: WorkOrder, intent: IntentRecord) -> None:
    """Keep what AWS answered; only once, so that a late reply does not overwrite what was found by looking."""
    key = keys.intent_key(order.lane, order.order_id, intent.phase, intent.number)
    change: Item = {"state": intent.state}
    if intent.handle:
        change["handle"] = intent.handle
    if intent.error:
        change |= {"error": intent.error[:500], "code": intent.code}
    try:
        store.write(Update(key, set=change, condition=Equals("state", IntentState.OPEN)))
    except TransactionRefusedError as refused:
        raise StaleWriteError(f"intent {intent.key} was settled before") from refused


@dataclass(frozen=True)
class Save:
    """What a look at an order leaves behind."""

    progress: Mapping[ResourceId, Progress]
    calls: Mapping[str, int]
    idle_looks: int
    next_look: datetime | None
    """None: every resource is ended with, and so is the order."""
    at: datetime


def release(store: Store, order: WorkOrder, claim: Claim, save: Save) -> None:
    """Save the look, number the next and give the claim back, in one write.

    Raises:
        StaleWriteError: the claim was lost meanwhile; whoever has it now looks for himself.
    """
    change: Item = {
        "progress": {name: progress.as_item() for name, progress in save.progress.items()},
        "calls": dict(save.calls),
        "idle_looks": save.idle_looks,
        "look": order.look + 1,
        "deaths": 0 if order.suspect is None else order.deaths,
    }
    if save.next_look is None:
        change |= {"status": OrderStatus.ENDED, "ended_at": to_text(save.at)}
    else:
        change["next_look"] = to_text(save.next_look)
    remove = ("claim_until", "next_look") if save.next_look is None else ("claim_until",)
    try:
        store.write(Update(_key(order), set=change, remove=remove, condition=_claimed_by(claim)))
    except TransactionRefusedError as refused:
        raise StaleWriteError(f"{order.order_id}: claim {claim.number} was lost before it was released") from refused


def note_request(store: Store, order: WorkOrder, *, at: datetime) -> None:
    """Keep when the order was last put on the bus."""
    store.write(Update(_key(order), set={"requested_at": to_text(at)}, condition=Equals("order_id", order.order_id)))


def _claimed_by(claim: Claim) -> Condition:
    return all_of(Equals("claim", claim.number), _is_claimed(), Equals("status", OrderStatus.OPEN))


def _is_claimed() -> Condition:
    return Present("claim_until")


def _key(order: WorkOrder) -> Key:
    return keys.order_key(order.lane, order.order_id)


def settled(intent: IntentRecord, *, handle: str | None) -> IntentRecord:
    """The intent as AWS took it on."""
    return intent.model_copy(update={"state": IntentState.SETTLED, "handle": handle})


def refused_by_aws(intent: IntentRecord, *, error: str, code: str) -> IntentRecord:
    """The intent as AWS refused it."""
    return intent.model_copy(update={"state": IntentState.REFUSED, "error": error, "code": code})


def in_doubt(intent: IntentRecord, *, error: str, code: str) -> IntentRecord:
    """The intent whose answer was lost, with what is known of the loss; it remains to be settled."""
    return intent.model_copy(update={"error": error, "code": code})


def intent_for(order: WorkOrder, phase: Phase, number: int, names: Sequence[ResourceId], at: datetime) -> IntentRecord:
    """The next call of an order, not yet written down; its key names it in whatever AWS keeps of the call."""
    return IntentRecord(
        order_id=order.order_id,
        phase=phase,
        number=number,
        key=f"{order.order_id}.{phase}.{number}",
        resource_ids=tuple(names),
        at=to_text(at),
    )
