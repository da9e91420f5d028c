"""What the ledger must say of an execution that is over, and what must have been said on the bus."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from groundswell.domain.instants import from_text
from groundswell.domain.records import OrderStatus, Resource, StoredEvent
from groundswell.domain.states import OPEN_EXECUTION, OPEN_RESOURCE, ExecutionStatus, ResourceState
from groundswell.ledger import keys
from rehearsal.audit_case import Case, Evidence, Finding

HUB, REQUESTS = "groundswell", ("RecoveryRequested", "DRRequested")
ONCE = ("DRAccepted", "WaveStarted", "WaveCompleted", "WaveFailed", "DRCompleted", "DRFailed")
"""Facts of which a wave, or an execution, has one at most."""


def completed(case: Case, _: Evidence) -> Iterator[Finding]:
    """It ended, and with nothing left out."""
    if case.execution.status is not ExecutionStatus.COMPLETED:
        told = ", ".join(f"wave {wave.wave} {wave.status}" for wave in case.waves) or "no waves"
        yield Finding(f"it is {case.execution.status} ({told}) and not COMPLETED", f"{case.place} / META")
    for remark in case.execution.left_out:
        yield Finding(f"the plan left out {remark.subject}: {remark.reason}", f"{case.place} / META")


def counts_right(case: Case, _: Evidence) -> Iterator[Finding]:
    """A wave's counts are those of its resources."""
    for wave in case.waves:
        counted = (wave.total, wave.remaining, wave.recovered, wave.failed + wave.failed_optional, wave.skipped)
        found = _counts(case.resources[wave.wave])
        if counted != found:
            what = f"wave {wave.wave} counts (total, remaining, recovered, failed, skipped) {counted}, and has {found}"
            yield Finding(what, " / ".join(keys.wave_key(wave.execution_id, wave.wave)))


def _counts(found: Sequence[Resource]) -> tuple[int, int, int, int, int]:
    states = [resource.state for resource in found]
    return (
        len(states),
        sum(state in OPEN_RESOURCE for state in states),
        states.count(ResourceState.RECOVERED),
        states.count(ResourceState.FAILED),
        states.count(ResourceState.SKIPPED),
    )


def outcomes_told(case: Case, _: Evidence) -> Iterator[Finding]:
    """Every outcome is on its resource: an end with its time, a failure with its cause."""
    for resource in case.all_resources:
        if resource.state in OPEN_RESOURCE:
            yield Finding(f"{resource.resource_id} is still {resource.state}", case.place_of(resource))
        elif not resource.ended_at:
            what = f"{resource.resource_id} is {resource.state} and does not say since when"
            yield Finding(what, case.place_of(resource))
        if resource.state is ResourceState.FAILED:
            why = resource.failure.cause if resource.failure else "it does not say why"
            yield Finding(f"{resource.resource_id} failed: {why}", case.place_of(resource))


def waves_in_order(case: Case, _: Evidence) -> Iterator[Finding]:
    """No wave, and no resource of it, begins before the wave before it is closed."""
    for earlier, later in pairwise(case.waves):
        begun = [("it", later.started_at), *((each.name, each.started_at) for each in case.resources[later.wave])]
        for name, at in begun:
            if at and (not earlier.ended_at or from_text(at) < from_text(earlier.ended_at)):
                what = f"wave {later.wave}: {name} began at {at}, and wave {earlier.wave} ended at {earlier.ended_at}"
                yield Finding(what, " / ".join(keys.wave_key(later.execution_id, later.wave)))


def facts_published(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """What the ledger tells was heard on the bus exactly so, and no mark says that it was not."""
    heard = {_text(event.detail) for event in evidence.heard if event.source == HUB}
    for fact in case.facts:
        if _text(json.loads(fact.detail)) not in heard:
            yield Finding(f"the fact {fact.detail_type} was never heard on the bus", _place_of(fact))
    for fact in case.unpublished:
        refused = f" (the bus said: {fact.refused})" if fact.refused else ""
        yield Finding(f"the fact {fact.detail_type} is still marked unpublished{refused}", _place_of(fact))


def facts_in_ledger(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """Nothing is told as a fact that the ledger does not hold."""
    known = {_text(json.loads(fact.detail)) for fact in case.facts}
    for event in evidence.heard:
        is_fact = event.source == HUB and event.detail_type not in REQUESTS
        if is_fact and event.execution_id == case.execution.execution_id and _text(event.detail) not in known:
            yield Finding(f"{event.detail_type} was heard on the bus and is not in the ledger", case.place)


def facts_told_once(case: Case, _: Evidence) -> Iterator[Finding]:
    """A wave starts once and ends once, an execution too: the ledger holds one fact of each."""
    told = Counter((fact.detail_type, str(json.loads(fact.detail)["data"].get("wave", ""))) for fact in case.facts)
    for (detail_type, wave), times in told.items():
        if times > 1 and detail_type in ONCE:
            of_wave = f" of wave {wave}" if wave else ""
            yield Finding(f"the ledger holds {times} facts {detail_type}{of_wave}", case.place)


def nothing_left_behind(case: Case, _: Evidence) -> Iterator[Finding]:
    """An execution that is over holds no resource and has no open work order."""
    if case.execution.status in OPEN_EXECUTION:
        return
    for hold in case.holds:
        place = " / ".join(keys.hold_key(hold.resource_id))
        yield Finding(f"it is {case.execution.status} and still holds {hold.resource_id}", place)
    for order in case.all_orders:
        if order.status is not OrderStatus.ENDED:
            place = " / ".join(keys.order_key(order.lane, order.order_id))
            yield Finding(f"it is {case.execution.status} and work order {order.order_id} is {order.status}", place)


def _place_of(fact: StoredEvent) -> str:
    return " / ".join(keys.event_key(fact.execution_id, fact.event_id))


def _text(detail: object) -> str:
    return json.dumps(detail, sort_keys=True)
