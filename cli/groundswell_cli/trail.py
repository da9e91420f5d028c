"""The trail of an execution: facts, work orders and outcomes, in the order of their time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from pydantic import BaseModel, JsonValue

from groundswell.domain.events.facts import Counts
from groundswell.domain.records import Resource, StoredEvent, WorkOrder
from groundswell.domain.states import ResourceState
from groundswell_cli.record import Disbelieved, FullRecord
from groundswell_cli.report_times import is_far
from groundswell_cli.views.words import moment

_OUTCOMES = {ResourceState.RECOVERED: "ResourceRecovered", ResourceState.FAILED: "ResourceFailed"}


class Entry(BaseModel):
    """One thing that happened."""

    at: str
    sequence: int | None = None
    """Place among the facts of the execution; orders and outcomes have none."""
    what: str
    subject: str
    told: str = ""


def make_trail(record: FullRecord) -> list[Entry]:
    """Everything that the ledger can tell, by time; facts of one instant by their sequence."""
    entries = [_of_fact(fact) for fact in record.facts]
    entries += [entry for order in record.orders for entry in _of_order(order)]
    entries += [entry for resource in record.resources for entry in _of_resource(resource)]
    entries += [_of_disbelieved(each) for each in record.disbelieved]
    return sorted(entries, key=lambda entry: (entry.at, entry.sequence or 0))


def _of_fact(fact: StoredEvent) -> Entry:
    data = json.loads(fact.detail)["data"]
    subject = f"wave {data['wave']}" if "wave" in data else ""
    told = _in_words(data) + (f" (the bus refused it: {fact.refused})" if fact.refused else "")
    return Entry(at=fact.occurred_at, sequence=fact.sequence, what=fact.detail_type, subject=subject, told=told)


def _in_words(data: Mapping[str, JsonValue]) -> str:
    """The fields of a fact that a person looks for, whichever it has."""
    parts = [_plan(data), _counts(data), _seconds(data)]
    parts += [str(data[name]) for name in ("reason", "status") if name in data]
    reasons = data.get("reasons")
    parts += [str(reason) for reason in reasons] if isinstance(reasons, list) else []
    return "; ".join(part for part in parts if part)


def _plan(data: Mapping[str, JsonValue]) -> str:
    waves = data.get("waves")
    of = f" in {len(waves)} waves" if isinstance(waves, list) else ""
    dry = ", dry run" if data.get("dry_run") else ""
    return f"{data['resources']} resources{of}{dry}" if "resources" in data else ""


def _counts(data: Mapping[str, JsonValue]) -> str:
    if "counts" not in data:
        return ""
    counts = Counts.model_validate(data["counts"])
    optional = f" and {counts.failed_optional} optional" if counts.failed_optional else ""
    told = f"{counts.recovered} of {counts.total} recovered, {counts.failed}{optional} failed"
    return told + (f", {counts.skipped} skipped" if counts.skipped else "")


def _seconds(data: Mapping[str, JsonValue]) -> str:
    seconds = data.get("seconds")
    return f"{seconds:.1f} s" if isinstance(seconds, int | float) else ""


def _of_order(order: WorkOrder) -> Iterator[Entry]:
    number = len(order.resource_ids)
    told = f"{number} {order.technology} in {order.account}/{order.region}, wave {order.wave}, attempt {order.attempt}"
    yield Entry(at=order.created_at, what="RecoveryRequested", subject=order.order_id, told=told)
    if order.requested_at and order.ended_at and order.requested_at > order.ended_at:
        yield Entry(at=order.requested_at, what="RecoveryRequested", subject=order.order_id, told="asked again")
    if order.ended_at:
        yield Entry(at=order.ended_at, what="(order ended)", subject=order.order_id, told=f"after {order.look} looks")


def _of_resource(resource: Resource) -> Iterator[Entry]:
    what = _OUTCOMES.get(resource.state)
    if what and resource.ended_at:
        told = _outcome(resource) + _clock(resource.ended_at, resource.claimed_at)
        yield Entry(at=resource.ended_at, what=what, subject=resource.resource_id, told=told)
    for event_id, finding in resource.late.items():
        if isinstance(finding, dict):
            told = f"too late, kept and not counted: {finding.get('outcome')} {finding.get('cause', '')}".rstrip()
            told += f" (event {event_id})" + _clock(str(finding["at"]), str(finding["claimed_at"]))
            yield Entry(at=str(finding["at"]), what="(late outcome)", subject=resource.resource_id, told=told)


def _clock(counted_at: str, claimed_at: str | None) -> str:
    """What whoever said it says of its time, where that is far from when it was counted."""
    return (
        f"; says that it was at {moment(claimed_at)}, which is not measured" if is_far(counted_at, claimed_at) else ""
    )


def _outcome(resource: Resource) -> str:
    if resource.failure:
        return resource.failure.cause
    return ", ".join(f"{name} {value}" for name, value in resource.evidence.items())


def _of_disbelieved(each: Disbelieved) -> Entry:
    told = f"{each.detail_type} from {each.source}, counted nowhere: {each.reason}"
    return Entry(at=each.at, what="(not believed)", subject=each.resource_id, told=told)
