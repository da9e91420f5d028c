"""The keys of the ledger: the one place that knows how they are spelt."""

from __future__ import annotations

from groundswell.domain.ids import EventId, ExecutionId, Lane, OrderId, ResourceId, fingerprint
from groundswell.domain.operations import Phase
from groundswell.ports.store import Key

SHARDS = 4
"""Partitions over which each sparse index is spread."""
GATES = 16
"""Items over which an execution's barrier is spread; see gates.py."""

WAVE_PREFIX = "WAVE#"
EVENT_PREFIX = "EVENT#"
RESOURCE_PREFIX = "RESOURCE#"
WORK_PREFIX = "WORK#"
REFUSED_PREFIX = "REFUSED#"
CALLS_PREFIX = "CALLS#"
INTENT_PREFIX = "INTENT#"
GATE_PREFIX = "GATE#"


def execution_partition(execution_id: ExecutionId) -> str:
    """Where an execution, its waves and its facts are."""
    return f"EXECUTION#{execution_id}"


def lane_partition(lane: Lane) -> str:
    """Where the resources, orders and intents of a technology in a wave are: all that its workers may write.

    The technology comes first, so that IAM can tell the partitions of one technology by what they begin with.
    """
    return f"TECHNOLOGY#{lane.technology}#EXECUTION#{lane.execution_id}#WAVE#{lane.wave:03d}"


def execution_key(execution_id: ExecutionId) -> Key:
    """An execution's own item."""
    return Key(execution_partition(execution_id), "META")


def wave_key(execution_id: ExecutionId, wave: int) -> Key:
    """A wave's own item."""
    return Key(execution_partition(execution_id), f"{WAVE_PREFIX}{wave:03d}")


def gate_key(execution_id: ExecutionId, number: int) -> Key:
    """One of the items that bar an execution's calls."""
    return Key(execution_partition(execution_id), f"{GATE_PREFIX}{number:02d}")


def event_key(execution_id: ExecutionId, event_id: EventId) -> Key:
    """A fact."""
    return Key(execution_partition(execution_id), f"{EVENT_PREFIX}{event_id}")


def refused_key(execution_id: ExecutionId, event_id: str) -> Key:
    """An outcome that was not believed."""
    return Key(execution_partition(execution_id), f"{REFUSED_PREFIX}{event_id}")


def calls_prefix(planner: int) -> str:
    """What the sort keys of the calls begin with that a dry run's planner found."""
    return f"{CALLS_PREFIX}{planner:03d}#"


def calls_key(execution_id: ExecutionId, planner: int, number: int) -> Key:
    """A part of the calls of a dry run."""
    return Key(execution_partition(execution_id), f"{calls_prefix(planner)}{number:04d}")


def resource_key(lane: Lane, resource_id: ResourceId) -> Key:
    """A resource in its execution."""
    return Key(lane_partition(lane), f"{RESOURCE_PREFIX}{resource_id}")


def order_key(lane: Lane, order_id: OrderId) -> Key:
    """A work order."""
    return Key(lane_partition(lane), f"{WORK_PREFIX}{order_id}")


def intents_prefix(order_id: OrderId) -> str:
    """What the sort keys of an order's intents begin with."""
    return f"{INTENT_PREFIX}{order_id}#"


def intent_key(lane: Lane, order_id: OrderId, phase: Phase, number: int) -> Key:
    """A call about to be made."""
    return Key(lane_partition(lane), f"{intents_prefix(order_id)}{phase}#{number:04d}")


def hold_key(resource_id: ResourceId) -> Key:
    """Who holds a resource."""
    return Key(f"RESOURCE#{resource_id}", "HOLD")


def plan_partition(name: str) -> str:
    """Where the versions of a named plan are."""
    return f"PLAN#{name}"


def plan_key(name: str) -> Key:
    """Which version of a named plan is the latest."""
    return Key(plan_partition(name), "LATEST")


def plan_version_key(name: str, version: int) -> Key:
    """One version of a named plan."""
    return Key(plan_partition(name), f"VERSION#{version:06d}")


def plan_shard(name: str) -> str:
    """The index partition that lists a named plan."""
    return f"PLAN#{_shard(name)}"


def open_shard(execution_id: ExecutionId) -> str:
    """The index partition that lists an open execution."""
    return f"OPEN#{_shard(execution_id)}"


def ended_shard(execution_id: ExecutionId) -> str:
    """The index partition that lists an execution that is over."""
    return f"ENDED#{_shard(execution_id)}"


def unpublished_shard(event_id: EventId) -> str:
    """The index partition that lists a fact not yet published."""
    return f"UNPUBLISHED#{_shard(event_id)}"


def all_shards(kind: str) -> tuple[str, ...]:
    """All partitions of a kind, `OPEN`, `ENDED`, `PLAN` or `UNPUBLISHED`."""
    return tuple(f"{kind}#{number}" for number in range(SHARDS))


def _shard(name: str) -> int:
    return int(fingerprint(name)[:8], 16) % SHARDS
