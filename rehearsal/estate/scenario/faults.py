"""Faults that a scenario asks for: what goes wrong, where, and how often."""

from typing import Literal

from pydantic import Field

from rehearsal.estate.scenario.durations import SpreadField
from rehearsal.estate.scenario.strict import Part, Share

ServiceName = Literal["drs", "ec2", "rds", "route53", "cloudwatch", "service-quotas", "iam", "kms", "ssm", "*"]
Times = int | Literal["always"]


class CallRule(Part):
    """Which calls a fault touches. Empty lists and `*` touch all; operations may hold wildcards, e.g. `Describe*`."""

    service: ServiceName = "*"
    operations: tuple[str, ...] = ("*",)
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


class Throttling(CallRule):
    """Refuses calls as the service does when it throttles: by chance, or above a rate per account and Region."""

    chance: Share = 0.0
    per_second: float | None = Field(None, gt=0, description="calls a second, by the estate's clock, not compressed")
    burst: int = Field(5, ge=1)


class LostReply(CallRule):
    """The call takes effect and the connection closes without a reply."""

    chance: Share = 1.0
    times: Times = "always"


class Latency(CallRule):
    """The reply takes this much longer, in real time."""

    takes: SpreadField


class FailingOperation(CallRule):
    """The operation answers with this error and takes no effect."""

    code: str
    message: str = "The service cannot do this now."
    http_status: int = Field(500, ge=400, le=599)
    chance: Share = 1.0
    times: Times = "always"


class Unreachable(CallRule):
    """Nothing answers: the connection is refused, the call takes no effect."""

    times: Times = "always"


class LaunchFailure(Part):
    """Launches of these servers fail: `times` times in a row for each server, or always."""

    servers: str = Field(description="server name, with wildcards")
    error: str = "ClientError: An error occurred (InsufficientInstanceCapacity) when calling the RunInstances operation"
    times: Times = 1


class FailingDocument(Part):
    """Runs of these documents fail: `times` times in a row for each document and account, or always.

    A command fails on the nodes named by `nodes` (instance ids, with wildcards); `Undeliverable` never reaches them.
    """

    documents: str = Field(description="document name, with wildcards")
    times: Times = 1
    nodes: str = "*"
    status: Literal["Failed", "TimedOut", "Cancelled", "Undeliverable"] = "Failed"
    message: str = "Step fails when it is Execute/Cancelling action. The health check answered 503."


class Replication(Part):
    """These servers do not replicate well."""

    servers: str = Field(description="server name, with wildcards")
    state: Literal[
        "STOPPED", "INITIATING", "INITIAL_SYNC", "BACKLOG", "CREATING_SNAPSHOT", "CONTINUOUS",
        "PAUSED", "RESCAN", "STALLED", "DISCONNECTED",
    ] = "CONTINUOUS"  # fmt: skip
    lag: SpreadField | None = None


class Faults(Part):
    """All faults of a scenario; by default none but Route 53's quota of five requests a second."""

    throttling: tuple[Throttling, ...] = (Throttling(service="route53", per_second=5),)
    lost_replies: tuple[LostReply, ...] = ()
    latency: tuple[Latency, ...] = ()
    failing_operations: tuple[FailingOperation, ...] = ()
    unreachable: tuple[Unreachable, ...] = ()
    launch_failures: tuple[LaunchFailure, ...] = ()
    failing_documents: tuple[FailingDocument, ...] = ()
    replication: tuple[Replication, ...] = ()
    impaired_instances: tuple[str, ...] = Field((), description="servers whose status checks never pass")
    no_capacity: tuple[str, ...] = Field((), description="instance types, with wildcards, that EC2 cannot start now")
    failing_failovers: tuple[str, ...] = Field(
        (), description="global clusters, with wildcards: a failover of them fails"
    )
    regions_down: tuple[str, ...] = Field((), description="Regions that are down from the start")
