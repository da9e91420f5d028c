"""Aurora global databases: members in several Regions, one writer, and what a failover does to them."""

from dataclasses import dataclass, field

from rehearsal.estate.caller import Caller
from rehearsal.estate.timeline import Timeline


@dataclass(slots=True)
class DbInstance:
    """An instance of a cluster."""

    identifier: str
    arn: str
    cluster_id: str
    instance_class: str
    engine: str
    status: Timeline[str]
    created: float


@dataclass(frozen=True, slots=True)
class Capacity:
    """The bounds of Aurora Serverless v2, in ACUs."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Resync:
    """A member that is rebuilt from the new writer: from `since` at the earliest, for `takes` seconds."""

    since: float
    takes: float


@dataclass(slots=True)
class DbCluster:
    """A regional cluster. `resync` is set when a failover left it behind."""

    identifier: str
    arn: str
    owner: Caller
    engine: str
    version: str
    global_id: str
    status: Timeline[str]
    capacity: Timeline[Capacity | None]
    tags: dict[str, str]
    created: float
    instances: dict[str, DbInstance] = field(default_factory=dict)
    resync: Resync | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A failover or switchover that is under way."""

    status: str
    source: DbCluster
    target: DbCluster
    data_loss: bool


@dataclass(slots=True)
class GlobalCluster:
    """A global database. `move` holds what runs; after the first one it is empty, not absent (`moved`)."""

    identifier: str
    account: str
    resource_id: str
    engine: str
    members: list[DbCluster]
    writer: Timeline[str]
    move: Timeline[Move | None]
    moved: bool = False
    moves: int = 0

    @property
    def arn(self) -> str:
        """A global cluster's ARN names no Region."""
        return f"arn:aws:rds::{self.account}:global-cluster:{self.identifier}"

    def member(self, arn: str) -> DbCluster | None:
        """The member of this ARN."""
        return next((cluster for cluster in self.members if cluster.arn == arn), None)
