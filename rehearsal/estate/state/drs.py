"""What DRS keeps: source servers, jobs with their participants, recovery instances."""

from dataclasses import dataclass, field

from rehearsal.estate.caller import Caller
from rehearsal.estate.dice import Spread
from rehearsal.estate.scenario.times import DrsTimes
from rehearsal.estate.state.ec2 import Instance
from rehearsal.estate.timeline import Timeline


@dataclass(slots=True)
class Participant:
    """One server in a job. `named_at` is when the job begins to name its recovery instance; None is never."""

    server_id: str
    status: Timeline[str]
    instance: Instance | None = None
    named_at: float | None = None


@dataclass(slots=True)
class JobLogItem:
    """A line of a job's log."""

    at: float
    event: str
    data: dict[str, object]


@dataclass(slots=True)
class Job:
    """A job. Its whole course is known when it is created; it shows up in answers from `visible_at` on."""

    job_id: str
    arn: str
    kind: str
    initiated_by: str
    created: float
    visible_at: float
    status: Timeline[str]
    tags: dict[str, str]
    participants: list[Participant] = field(default_factory=list)
    log: list[JobLogItem] = field(default_factory=list)

    def sort_key(self) -> str:
        """Sorts jobs newest first."""
        return f"{10**11 - self.created:019.6f}/{self.job_id}"


@dataclass(slots=True)
class RecoveryInstance:
    """A launched copy of a source server. DRS forgets it at `removed_at`."""

    instance: Instance
    server_id: str
    job_id: str
    is_drill: bool
    point_in_time: float
    removed_at: float | None = None

    @property
    def recovery_instance_id(self) -> str:
        """DRS names a recovery instance by its EC2 instance id."""
        return self.instance.instance_id

    def exists(self, now: float) -> bool:
        """Whether DRS lists it: from the launch of its EC2 instance until it is removed."""
        return self.instance.launched_at <= now and (self.removed_at is None or now < self.removed_at)


@dataclass(frozen=True, slots=True)
class LaunchSettings:
    """What a server is launched as: its launch template, and right-sizing. `zone`: None is no subnet."""

    instance_type: str
    recommended_type: str
    right_sizing: str
    disk_gib: int
    zone: str | None
    copy_private_ip: bool = False

    @property
    def launched_type(self) -> str:
        """The type that the server gets."""
        return self.recommended_type if self.right_sizing == "BASIC" else self.instance_type


@dataclass(slots=True)
class LastLaunch:
    """The latest launch of a source server."""

    at: float
    job_id: str
    is_drill: bool
    status: Timeline[str]


@dataclass(slots=True)
class SourceServer:
    """A replicated server, as it stands in the recovery Region. `busy_until` is when a job lets go of it."""

    server_id: str
    arn: str
    name: str
    home: Caller
    origin: Caller
    origin_instance: str
    private_ip: str
    tags: dict[str, str]
    disposition: str
    launch: LaunchSettings
    times: DrsTimes
    replication: str
    lag: Spread
    added: float
    busy_until: float = 0.0
    launches: int = 0
    failed_launches: int = 0
    last_launch: LastLaunch | None = None
    recovery_instance: Timeline[str | None] = field(default_factory=lambda: Timeline[str | None](0.0, None))
