"""How long AWS takes in the field, and the oddities seen there. The defaults are those of field reports."""

from pydantic import Field

from rehearsal.estate.dice import Spread
from rehearsal.estate.scenario.durations import SpreadField
from rehearsal.estate.scenario.strict import Part, Share

_MINUTE = 60.0


def _minutes(least: float, likely: float, most: float) -> Spread:
    return Spread(least * _MINUTE, likely * _MINUTE, most * _MINUTE)


class DrsTimes(Part):
    """The steps of a DRS job, one after the other for each server; `wrap_up` follows the last server."""

    pending: SpreadField = Spread(5, 8, 15)
    snapshot: SpreadField = Spread(20, 40, 60)
    conversion: SpreadField = Field(default_factory=lambda: _minutes(2, 4, 10))
    launch: SpreadField = Field(default_factory=lambda: _minutes(2, 3, 4))
    wrap_up: SpreadField = Spread(30, 60, 120)
    terminate: SpreadField = Field(default_factory=lambda: _minutes(1, 2, 3))
    listed_after: SpreadField = Spread(1, 3, 8)
    replication_lag: SpreadField = Spread(0, 1, 20)


class Ec2Times(Part):
    """State changes of an instance, and how long after `running` both status checks pass."""

    pending: SpreadField = Spread(15, 25, 40)
    stopping: SpreadField = Spread(20, 40, 90)
    shutting_down: SpreadField = Spread(20, 40, 90)
    status_checks: SpreadField = Field(default_factory=lambda: _minutes(1, 2, 4))


class RdsTimes(Part):
    """Aurora global databases: the phases of a failover and a switchover, what follows them, and replication lag."""

    pending: SpreadField = Spread(5, 10, 30)
    failover: SpreadField = Field(default_factory=lambda: _minutes(0.5, 1, 3))
    switchover: SpreadField = Field(default_factory=lambda: _minutes(0.5, 1.5, 4))
    writer_endpoint: SpreadField = Spread(10, 30, 60)
    resync: SpreadField = Field(default_factory=lambda: _minutes(10, 20, 60))
    create_instance: SpreadField = Field(default_factory=lambda: _minutes(4, 6, 10))
    modify: SpreadField = Spread(20, 40, 90)
    replication_lag: SpreadField = Spread(0.05, 0.2, 1.5)


class Route53Times(Part):
    """How long a change stays PENDING, and how long after one the zone refuses the next (PriorRequestNotComplete)."""

    insync: SpreadField = Spread(15, 30, 60)
    busy: SpreadField = Spread(0, 0, 0)


class SsmTimes(Part):
    """Runs of documents, how long after its start one is seen by its id and in lists, and how commands are delivered.

    `agent`: how long after an instance runs its agent is online.
    """

    automation: SpreadField = Spread(20, 60, 180)
    command: SpreadField = Spread(5, 20, 60)
    delivery: SpreadField = Spread(1, 2, 5)
    answers_after: SpreadField = Spread(0, 0, 1)
    listed_after: SpreadField = Spread(1, 3, 8)
    agent: SpreadField = Spread(20, 40, 90)


class Times(Part):
    """Field durations of every service. The clock divides them by the compression factor."""

    drs: DrsTimes = DrsTimes()
    ec2: Ec2Times = Ec2Times()
    rds: RdsTimes = RdsTimes()
    route53: Route53Times = Route53Times()
    ssm: SsmTimes = SsmTimes()


class Oddities(Part):
    """What AWS does now and then, and clients must survive. Each is a share of the cases."""

    instance_id_missing: Share = Field(0.02, description="a job never names a launched server's instance")
    launching_after_job_end: Share = Field(0.01, description="a server is still IN_PROGRESS when its job is COMPLETED")
    events_dropped: Share = Field(0.1, description="events that never arrive (delivery is best effort)")
