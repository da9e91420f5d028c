"""What an audit looks at: an execution as the ledger has it, and what was seen of it from outside."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from groundswell.domain.ids import ExecutionId, Lane
from groundswell.domain.records import Execution, Hold, Resource, StoredEvent, Wave, WorkOrder
from groundswell.ledger import keys, reading
from groundswell.ports.store import Store
from rehearsal.bus_listener import Heard
from rehearsal.estate_calls import EstateCall


class Finding(NamedTuple):
    """Something that must never be, and the place to look at next."""

    what: str
    look_at: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen from outside while executions ran: on the bus, and in the estate."""

    heard: Sequence[Heard]
    calls: Sequence[EstateCall]
    launches: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Case:
    """One execution with all that the ledger holds of it; resources and orders by wave."""

    execution: Execution
    waves: Sequence[Wave]
    resources: Mapping[int, Sequence[Resource]]
    orders: Mapping[int, Sequence[WorkOrder]]
    facts: Sequence[StoredEvent]
    unpublished: Sequence[StoredEvent]
    holds: Sequence[Hold]

    @classmethod
    def of(cls, store: Store, execution_id: ExecutionId) -> "Case":
        """Read it."""
        execution, waves = reading.execution(store, execution_id), reading.waves(store, execution_id)
        lanes = _by_wave([*execution.planned_lanes, *(lane for wave in waves for lane in wave.lanes)])
        resources = {number: list(reading.resources(store, found)) for number, found in lanes.items()}
        named = [each.resource_id for found in resources.values() for each in found]
        holds = [Hold.of(item) for item in store.get_many([keys.hold_key(name) for name in named])]
        return cls(
            execution,
            waves,
            resources,
            {number: list(reading.orders(store, found)) for number, found in lanes.items()},
            reading.facts(store, execution_id),
            [fact for fact in reading.unpublished(store, up_to="9999") if fact.execution_id == execution_id],
            [hold for hold in holds if hold.execution_id == execution_id],
        )

    @property
    def all_resources(self) -> list[Resource]:
        """The resources of all waves."""
        return [each for found in self.resources.values() for each in found]

    @property
    def all_orders(self) -> list[WorkOrder]:
        """The work orders of all waves."""
        return [each for found in self.orders.values() for each in found]

    @property
    def place(self) -> str:
        """The ledger's partition of the execution."""
        return keys.execution_partition(self.execution.execution_id)

    def place_of(self, resource: Resource) -> str:
        """The ledger's item of a resource."""
        return " / ".join(keys.resource_key(resource.lane, resource.resource_id))


def _by_wave(lanes: Iterable[Lane]) -> dict[int, list[Lane]]:
    """The lanes of each wave, both in order, each once."""
    found = defaultdict[int, list[Lane]](list)
    for lane in sorted(set(lanes)):
        found[lane.wave].append(lane)
    return found
