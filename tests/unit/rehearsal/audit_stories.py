"""An execution as it should be when it is over, with what was seen of it; tests put one thing wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from groundswell.domain.ids import EventId, ExecutionId, OrderId, ResourceId
from groundswell.domain.instants import to_text
from groundswell.domain.operations import Operation
from groundswell.domain.policy import default_policy
from groundswell.domain.protection import Impact
from groundswell.domain.records import Execution, OrderStatus, Resource, StoredEvent, Wave, WorkOrder
from groundswell.domain.states import ExecutionStatus, ResourceState, WaveStatus
from rehearsal.audit import INVARIANTS
from rehearsal.audit_case import Case, Evidence
from rehearsal.bus_listener import Heard
from rehearsal.estate_calls import EstateCall

EXECUTION = ExecutionId("dr-0123456789abcdef")
START = datetime(2026, 1, 31, 3, 0, tzinfo=UTC)


def moment(minutes: float) -> datetime:
    """So long after the request."""
    return START + timedelta(minutes=minutes)


def at(minutes: float) -> str:
    """The same, as the ledger writes it."""
    return to_text(moment(minutes))


def server(name: str, wave: int = 1) -> Resource:
    """A recovered server; what begins and ends between the wave's own begin and end."""
    return Resource(
        execution_id=EXECUTION,
        resource_id=ResourceId(f"drs/{name}"),
        wave=wave,
        technology="drs",
        account="222222222201",
        region="us-west-2",
        name=name,
        customer="customer-a",
        environment="production",
        impact=Impact.CRITICAL,
        parameters={"source_server_id": f"s-{name}"},
        state=ResourceState.RECOVERED,
        started_at=at(10 * wave + 1),
        ended_at=at(10 * wave + 8),
    )


def database(name: str, wave: int = 1) -> Resource:
    """A recovered database."""
    changed = {"resource_id": ResourceId(f"aurora/{name}"), "technology": "aurora"}
    return server(name, wave).model_copy(update={**changed, "parameters": {"global_cluster": name}})


def call(operation: str, subject: dict[str, JsonValue], minutes: float, outcome: str = "ok") -> EstateCall:
    """A call that reached the estate."""
    return EstateCall(
        number=1,
        at=moment(minutes).timestamp(),
        account="222222222201",
        region="us-west-2",
        service="drs",
        operation=operation,
        outcome=outcome,
        subject=subject,
        effects={},
    )


def launch(name: str, minutes: float) -> EstateCall:
    """The call that launched a server."""
    return call("StartRecovery", {"sourceServers": [{"sourceServerID": f"s-{name}"}]}, minutes)


def fact(detail_type: str, number: int, **data: JsonValue) -> StoredEvent:
    """A fact of the execution."""
    detail: dict[str, JsonValue] = {"metadata": {"execution_id": EXECUTION}, "data": data}
    return StoredEvent(
        event_id=EventId(f"event-{number}"),
        execution_id=EXECUTION,
        source="groundswell",
        detail_type=detail_type,
        detail=json.dumps(detail),
        sequence=number,
        occurred_at=at(number),
    )


def heard(told: StoredEvent) -> Heard:
    """The same fact, as it was delivered."""
    return Heard.model_validate(
        {"source": told.source, "detail-type": told.detail_type, "detail": json.loads(told.detail)}
    )


def wave_of(number: int, total: int) -> Wave:
    """A wave that went well: it ran from minute ten times its number to nine later."""
    return Wave(
        execution_id=EXECUTION,
        wave=number,
        technologies=("drs",),
        status=WaveStatus.COMPLETED,
        policy=default_policy(number),
        total=total,
        remaining=0,
        recovered=total,
        deadline_at=at(60),
        started_at=at(10 * number),
        ended_at=at(10 * number + 9),
    )


def order(status: OrderStatus) -> WorkOrder:
    """A work order of the first wave."""
    return WorkOrder(
        execution_id=EXECUTION,
        order_id=OrderId("order-1"),
        wave=1,
        technology="drs",
        account="222222222201",
        region="us-west-2",
        operation=Operation.FAILOVER,
        token="t",
        status=status,
        resource_ids=(),
        correlation_id="c",
        causation_id="c",
        created_at=at(1),
    )


@dataclass
class Told:
    """All parts of a story; by default everything went well."""

    status: ExecutionStatus = ExecutionStatus.COMPLETED
    resources: dict[int, list[Resource]] = field(
        default_factory=lambda: {1: [server("dc-01"), database("db")], 2: [server("app-01", 2)]}
    )
    waves: list[Wave] = field(default_factory=lambda: [wave_of(1, 2), wave_of(2, 1)])
    facts: list[StoredEvent] = field(default_factory=lambda: [fact("DRAccepted", 1), fact("WaveStarted", 2, wave=1)])
    unpublished: list[StoredEvent] = field(default_factory=list)
    orders: list[WorkOrder] = field(default_factory=lambda: [order(OrderStatus.ENDED)])
    heard: list[Heard] | None = None
    launches: dict[str, int] = field(default_factory=lambda: {"s-dc-01": 1, "s-app-01": 1})
    calls: list[EstateCall] = field(
        default_factory=lambda: [
            launch("dc-01", 12),
            call("FailoverGlobalCluster", {"GlobalClusterIdentifier": "db"}, 13),
            launch("app-01", 22),
        ]
    )

    def findings(self) -> list[str]:
        """What an audit says of it."""
        case, evidence = self._case(), self._evidence()
        return [finding.what for invariant in INVARIANTS for finding in invariant(case, evidence)]

    def _evidence(self) -> Evidence:
        on_bus: Sequence[Heard] = list(map(heard, self.facts)) if self.heard is None else self.heard
        return Evidence(on_bus, self.calls, self.launches)

    def _case(self) -> Case:
        execution = Execution(
            execution_id=EXECUTION,
            request_id="r-1",
            content_hash="h",
            request={},
            requested_via="operator",
            target_region="us-west-2",
            status=self.status,
            correlation_id="c",
            created_at=at(0),
        )
        return Case(execution, self.waves, self.resources, {1: self.orders}, self.facts, self.unpublished, [])
