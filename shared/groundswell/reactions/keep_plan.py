"""A named plan that somebody puts: kept as the next version, or every fault of it; nothing is ever overwritten."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from pydantic import JsonValue, ValidationError
from pydantic_core import ErrorDetails

from groundswell.domain.named_plan import NamedPlan
from groundswell.ledger import plans
from groundswell.ledger.plans import KeptPlan
from groundswell.ports.store import Store, TransactionRefusedError
from groundswell.ports.world import Clock
from groundswell.reactions.open_door import Reply, SignedCall
from groundswell.reactions.spoken_decisions import FaultsError, read_body, unknown_fields

MAX_PLAN_BYTES = 200_000
"""Bytes of JSON: the ledger keeps a version in one item."""
MAX_REASON = 500
"""Characters."""
_MOST_FAULTS = 30
_SHOWN = 80


@dataclass(frozen=True)
class PlanKeeper:
    """Keeps named plans."""

    store: Store
    clock: Clock

    def take(self, call: SignedCall) -> Reply:
        """Keep the plan in a call as the version after the one that its author knew.

        The body: `plan`, the plan itself; `after`, the latest version that its author knew, 0 for a new plan; `reason`.
        """
        try:
            body = read_body(call.body)
            return self._keep(call, body, _read(body))
        except FaultsError as wrong:
            return Reply(HTTPStatus.BAD_REQUEST, {"faults": [*wrong.faults]})

    def _keep(self, call: SignedCall, body: Mapping[str, JsonValue], plan: NamedPlan) -> Reply:
        latest = plans.latest(self.store, plan.plan)
        known, reason = body.get("after"), body.get("reason")
        if latest and self._is_unchanged(latest, plan):
            return _kept(latest, is_new=False)
        version = latest.version if latest else 0
        if known != version:
            return _overtaken(plan.plan, latest, known)
        try:
            return _kept(
                plans.put(
                    self.store,
                    plan,
                    after=version,
                    by=call.caller,
                    at=self.clock.now(),
                    reason=reason if isinstance(reason, str) else None,
                ),
                is_new=True,
            )
        except TransactionRefusedError:
            return _overtaken(plan.plan, plans.latest(self.store, plan.plan), known)

    def _is_unchanged(self, latest: KeptPlan, plan: NamedPlan) -> bool:
        """Whether it is what is kept already: said twice, it is one version."""
        kept = plans.version_of(self.store, latest.plan, latest.version)
        return kept is not None and kept.body == plan.model_dump(mode="json", exclude_defaults=True)


def _read(body: Mapping[str, JsonValue]) -> NamedPlan:
    faults = unknown_fields(body, ("command", "plan", "after", "reason"))
    given, after, reason = body.get("plan"), body.get("after"), body.get("reason")
    if not isinstance(after, int) or isinstance(after, bool) or after < 0:
        faults.append(
            "after: give the number of the latest version that you know, 0 for a new plan (see: dr plans list)"
        )
    if reason is not None and not (isinstance(reason, str) and len(reason) <= MAX_REASON):
        faults.append(f"reason: give a text of at most {MAX_REASON} characters, or none")
    if not isinstance(given, dict):
        raise FaultsError(*faults, "plan: give the plan as an object (see: dr plans validate)")
    size = len(json.dumps(given).encode())
    if size > MAX_PLAN_BYTES:
        raise FaultsError(*faults, f"plan: it has {size} bytes of JSON, and {MAX_PLAN_BYTES} is the most")
    plan, wrong = read_plan(given)
    if plan is None or faults:
        raise FaultsError(*faults, *(f"{_place(place)}: {fault}" for place, fault in wrong[:_MOST_FAULTS]))
    return plan


def read_plan(given: Mapping[str, JsonValue]) -> tuple[NamedPlan | None, list[tuple[tuple[int | str, ...], str]]]:
    """The plan, or its faults in words, each with its place: names of fields and numbers of list entries."""
    try:
        return NamedPlan.model_validate(given), []
    except ValidationError as error:
        return None, [*_faults(error)]


def _faults(error: ValidationError) -> Iterator[tuple[tuple[int | str, ...], str]]:
    faults = error.errors()
    for fault in faults:
        place = fault["loc"]
        if fault["type"] == "too_short" and any(
            place == other["loc"][: len(place)] != other["loc"] for other in faults
        ):
            continue  # its entries are there, and have faults of their own
        yield place, _in_words(fault)


def _in_words(fault: ErrorDetails) -> str:
    if fault["type"] == "missing":
        return "it is missing"
    if fault["type"] == "extra_forbidden":
        return "unknown field: correct its name, or leave it out (docs/plans.md has all)"
    if fault["type"] == "plan":
        return fault["msg"]
    shown = json.dumps(fault["input"], default=str)[:_SHOWN]
    return f"{fault['msg'][0].lower()}{fault['msg'][1:]}, but {shown} was given"


def _place(place: tuple[int | str, ...]) -> str:
    return ".".join(map(str, place)) or "plan"


def _kept(kept: KeptPlan, *, is_new: bool) -> Reply:
    return Reply(HTTPStatus.OK, {"plan": kept.plan, "version": kept.version, "unchanged": not is_new})


def _overtaken(name: str, latest: KeptPlan | None, known: JsonValue) -> Reply:
    there = f"its latest version is {latest.version}, put by {latest.put_by}" if latest else "there is no such plan"
    told = f"plan {name} is not as you know it (version {known}): {there}; look at it (dr plans get {name}), put again"
    return Reply(HTTPStatus.CONFLICT, {"faults": [told]})
