"""All that the ledger holds of one execution, as a report and a trail are made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from groundswell.domain.records import Execution, Resource, StoredEvent, Wave, WorkOrder
from groundswell.ledger import keys, reading
from groundswell.ports.store import Store


class Disbelieved(BaseModel):
    """An outcome that was not believed, and why."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    source: str
    detail_type: str
    order_id: str
    resource_id: str
    reason: str
    at: str


@dataclass(frozen=True)
class FullRecord:
    """One execution with all of its parts."""

    execution: Execution
    waves: Sequence[Wave]
    resources: Sequence[Resource]
    orders: Sequence[WorkOrder]
    facts: Sequence[StoredEvent]
    disbelieved: Sequence[Disbelieved]


def read_record(store: Store, execution: Execution) -> FullRecord:
    """Everything of the execution; for thousands of resources it takes seconds."""
    execution_id = execution.execution_id
    waves = reading.waves(store, execution_id)
    refused = store.query(keys.execution_partition(execution_id), keys.REFUSED_PREFIX)
    return FullRecord(
        execution=execution,
        waves=waves,
        resources=[each for wave in waves for each in reading.resources(store, wave.lanes)],
        orders=[each for wave in waves for each in reading.orders(store, wave.lanes)],
        facts=reading.facts(store, execution_id),
        disbelieved=[Disbelieved.model_validate(item) for item in refused],
    )
