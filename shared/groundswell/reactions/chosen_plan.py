"""The named plan that a request follows: its latest version, or the one that the request says or began with."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from groundswell.domain.named_plan import NamedPlan
from groundswell.domain.request import DRRequested, listed
from groundswell.ledger import plans
from groundswell.ports.store import Store

_MOST_NAMED = 20


@dataclass(frozen=True)
class Chosen:
    """A plan, or why there is none."""

    named: NamedPlan | None = None
    version: int | None = None
    faults: tuple[str, ...] = ()


def choose_plan(store: Store, request: DRRequested, *, begun_with: int | None, requester: str | None) -> Chosen:
    """The plan that the request names, if it names one.

    Args:
        store: the ledger.
        request: what is asked.
        begun_with: the version that an earlier planner of the same request took.
        requester: who asks, if AWS vouches for it.
    """
    if request.plan is None:
        return Chosen()
    name, _, said = request.plan.partition("@")
    latest = plans.latest(store, name)
    if latest is None:
        return Chosen(faults=(_unknown(store, name),))
    version = begun_with or int(said or latest.version)
    kept = plans.version_of(store, name, version)
    if kept is None:
        return Chosen(faults=(f"plan {name} has no version {version}: the latest is {latest.version}",))
    try:
        named = NamedPlan.model_validate(kept.body)
    except ValidationError as error:
        fault = error.errors()[0]["msg"]
        return Chosen(faults=(f"version {version} of plan {name} is no plan for this hub ({fault}): put it again",))
    return Chosen(named, version, _alone(named, requester))


def _unknown(store: Store, name: str) -> str:
    known = [kept.plan for kept in plans.every_latest(store)]
    more = f" and {len(known) - _MOST_NAMED} more" if len(known) > _MOST_NAMED else ""
    told = f"known are {listed(known[:_MOST_NAMED])}{more}" if known else "no plan was put yet, see: dr plans put"
    return f"there is no plan {name!r}: {told}"


def _alone(named: NamedPlan, requester: str | None) -> tuple[str, ...]:
    if requester or not named.four_eyes:
        return ()
    return (
        f"plan {named.plan} asks that requester and approver are two people, and nobody vouches for who asks this: ask "
        "through the door (dr request)",
    )
