"""Who may work on an order, and what the deaths of former workers say of its resources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from groundswell.domain.conditions import Item
from groundswell.domain.failure import Failure
from groundswell.domain.ids import ResourceId
from groundswell.domain.instants import to_text
from groundswell.domain.operations import PHASES
from groundswell.domain.records import Progress, WorkOrder
from groundswell.ledger import orders
from groundswell.ledger.orders import Claim
from groundswell.ports.store import Store

MAX_DEATHS = 3
"""Workers that die on an order before it is worked on one resource at a time."""
MAX_KILLS = 2
"""Workers that die on one resource alone before it is given up."""


@dataclass(frozen=True)
class Claimed:
    """An order under a claim, with what the deaths of its former workers add to it."""

    order: WorkOrder
    claim: Claim


def claim(store: Store, order: WorkOrder, *, now: datetime, until: datetime) -> Claimed | None:
    """Claim the order; None where a living worker has it."""
    changed = _after_deaths(order, now)
    also: Item = {"deaths": changed.deaths, "suspect": changed.suspect}
    if changed.progress != order.progress:
        also["progress"] = {name: progress.as_item() for name, progress in changed.progress.items()}
    taken = orders.claim(store, order, now=now, until=until, also=also)
    if taken is None:
        return None
    return Claimed(changed.model_copy(update={"claim": taken.number, "claim_until": to_text(until)}), taken)


def _after_deaths(order: WorkOrder, now: datetime) -> WorkOrder:
    died = order.claim_until is not None
    order = order.model_copy(update={"deaths": order.deaths + died, "progress": _with_all(order, now)})
    if died and order.suspect:
        return _after_kill(order, order.suspect)
    return order.model_copy(update={"suspect": _next_suspect(order) if order.deaths >= MAX_DEATHS else None})


def _after_kill(order: WorkOrder, suspect: ResourceId) -> WorkOrder:
    """The suspect is tried once more at once; when it has killed enough, the others are worked on together again."""
    at = order.progress[suspect]
    killer = at.model_copy(update={"kills": at.kills + 1})
    order = order.model_copy(update={"progress": {**order.progress, suspect: killer}})
    return order.model_copy(update={"deaths": 0, "suspect": None}) if killer_failure(killer.kills) else order


def _with_all(order: WorkOrder, now: datetime) -> dict[ResourceId, Progress]:
    fresh = Progress(phase=PHASES[order.operation][0], since=to_text(now))
    return {name: order.progress.get(name, fresh) for name in order.resource_ids}


def _next_suspect(order: WorkOrder) -> ResourceId | None:
    """The open resource after the former suspect, round and round."""
    names = order.resource_ids
    start = names.index(order.suspect) + 1 if order.suspect in names else 0
    around = (*names[start:], *names[:start])
    return next((name for name in around if name in order.pending), None)


def killer_failure(kills: int) -> Failure | None:
    """Why a resource is given up that kills its workers; None while it has not killed enough."""
    if kills < MAX_KILLS:
        return None
    return Failure(
        cause=f"{kills} workers died while they worked on it alone",
        advice="look into the log of its technology's function for how they died; recover it by hand",
    )
