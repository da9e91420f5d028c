"""What can be asked for, and the phases in which a technology does it."""

from __future__ import annotations

from enum import StrEnum


class Operation(StrEnum):
    """What a request asks for."""

    FAILOVER = "failover"
    """Unplanned: the primary is lost; data within the RPO may be lost."""
    SWITCHOVER = "switchover"
    """Planned and lossless: refused while replicas lag."""
    FAILBACK = "failback"
    """Back to the Region that a failover left."""
    BUBBLE_TEST = "bubble_test"
    """Copies in isolation; production is not touched."""
    CLEANUP = "cleanup"
    """Removes what a named execution created."""
    REPLICATE = "replicate"
    """Re-protects what was recovered."""


class Phase(StrEnum):
    """A stage of the recovery of one resource."""

    INSTANTIATE = "INSTANTIATE"
    ACTIVATE = "ACTIVATE"
    CLEANUP = "CLEANUP"
    REPLICATE = "REPLICATE"


PHASES: dict[Operation, tuple[Phase, ...]] = {
    Operation.FAILOVER: (Phase.INSTANTIATE, Phase.ACTIVATE),
    Operation.SWITCHOVER: (Phase.INSTANTIATE, Phase.ACTIVATE),
    Operation.FAILBACK: (Phase.INSTANTIATE, Phase.ACTIVATE),
    Operation.BUBBLE_TEST: (Phase.INSTANTIATE, Phase.ACTIVATE),
    Operation.CLEANUP: (Phase.CLEANUP,),
    Operation.REPLICATE: (Phase.REPLICATE,),
}
"""The phases that each operation takes a resource through, in order."""
