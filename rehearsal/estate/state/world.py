"""All that the estate holds, kept apart by account and Region as on AWS, and what its services draw on."""

from dataclasses import dataclass, field

from rehearsal.estate.call_log import CallLog
from rehearsal.estate.caller import Caller
from rehearsal.estate.clock import Clock
from rehearsal.estate.dice import Dice, Spread
from rehearsal.estate.events import EventBook
from rehearsal.estate.fault_plan import FaultPlan
from rehearsal.estate.scenario.model import Scenario
from rehearsal.estate.state.drs import Job, RecoveryInstance, SourceServer
from rehearsal.estate.state.ec2 import Instance
from rehearsal.estate.state.rds import DbCluster, GlobalCluster
from rehearsal.estate.state.route53 import Change, Zone
from rehearsal.estate.state.ssm import Runs


@dataclass(slots=True)
class Site:
    """One account in one Region. DRS answers only where it was initialised. Source servers are sorted by id."""

    owner: Caller
    drs_initialised: bool = False
    servers: dict[str, SourceServer] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    recovery_instances: dict[str, RecoveryInstance] = field(default_factory=dict)
    instances: dict[str, Instance] = field(default_factory=dict)
    clusters: dict[str, DbCluster] = field(default_factory=dict)
    runs: Runs = field(default_factory=Runs)


@dataclass(slots=True)
class Outage:
    """A Region that is down from `since`, until `until` if that is known."""

    since: float
    until: float | None = None


class World:
    """The state of the estate, with the chance, events and faults that drive it."""

    def __init__(self, scenario: Scenario, clock: Clock, dice: Dice, faults: FaultPlan, log: CallLog) -> None:
        self.scenario = scenario
        self.clock = clock
        self.dice = dice
        self.faults = faults
        self.log = log
        self.events = EventBook(dice, scenario.oddities.events_dropped)
        self.born = clock.now().timestamp()
        self.outages: dict[str, Outage] = {}
        self.global_clusters: dict[tuple[str, str], GlobalCluster] = {}
        self.zones: dict[str, dict[str, Zone]] = {}
        self.changes: dict[tuple[str, str], Change] = {}
        self.roles: dict[tuple[str, str], str] = {}
        """The trust policies of roles, by account and name."""
        self._sites: dict[Caller, Site] = {}

    @property
    def seed(self) -> int:
        """What chance was seeded with."""
        return self.dice.seed

    def site(self, owner: Caller) -> Site:
        """What this account holds in this Region; empty if nothing was put there."""
        found = self._sites.get(owner)
        if found is None:
            found = self._sites[owner] = Site(owner)
        return found

    def sites(self) -> list[Site]:
        """Every site that holds something or was asked for."""
        return list(self._sites.values())

    def lasts(self, spread: Spread, *key: object) -> float:
        """How long something takes here, in seconds of the estate's clock; the same for the same key."""
        return self.clock.shrink(self.dice.sample(spread, *key))

    def odds(self, share: float, *key: object) -> bool:
        """Whether a case of this share comes up; the same for the same key."""
        return share > 0 and self.dice.roll(*key) < share

    def is_down(self, region: str, now: float) -> bool:
        """Whether a Region is out of service."""
        outage = self.outages.get(region)
        return outage is not None and outage.since <= now and (outage.until is None or now < outage.until)
