"""A runner of checks over an estate whose accounts have the hub's roles; a technology checks what a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from groundswell.adapters.aws_errors import read_error
from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.operations import Operation, Phase
from groundswell.domain.preflight import PreflightCheck
from groundswell.domain.protection import Protected
from groundswell.ports.clients import Clients
from groundswell.reactions.preflight import Preflight
from groundswell.technologies.contract import Done, Look, Step, Technology, Unread
from rehearsal.estate.caller import Caller
from rehearsal.estate.clock import VirtualClock
from rehearsal.estate.engine import Estate
from rehearsal.estate.scenario.model import Scenario
from tests.trusting import ROLES, grant_recovery_roles
from tests.unit.domain.builders import protected
from tests.unit.reactions.planning_office import in_turn
from tests.unit.technologies.account import Account

ACCOUNTS = ("222222222201", "222222222202")
GOOD = PreflightCheck.judged("drs", "vCPUs", "2 of 5", advice="")
BAD = PreflightCheck.judged("drs", "vCPUs", "9 of 5", advice="Raise it.")
THROTTLED = ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "DescribeVolumes")
DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "not authorized"}}, "DescribeVolumes")
Hook = Callable[[Look, Sequence[Protected]], Iterable[PreflightCheck | Unread]]
_STEP = Step(observe=lambda _, targets: {target.resource_id: Done() for target in targets})


@dataclass
class EstateAccounts:
    """Workload accounts of an estate; each that is opened is noted."""

    estate: Estate
    opened: list[tuple[str, str, str, float | None]] = field(default_factory=list)
    error: Exception | None = None

    def open(
        self, *, account: str, region: str, role: str, session_name: str, calls_per_second: float | None
    ) -> Clients:
        """Clients of the account."""
        if self.error:
            raise self.error
        self.opened.append((account, role, session_name, calls_per_second))
        return Account(self.estate, Caller(account, region))


class Checkpoint:
    """What a runner needs, and the runner."""

    def __init__(self, **estate: object) -> None:
        self.clock = VirtualClock()
        scenario = Scenario.model_validate({"accounts": ACCOUNTS, "faults": {"throttling": []}, **estate})
        self.estate = Estate(scenario, self.clock)
        grant_recovery_roles(self.estate, ("drs", "aurora", "route53"))
        self.accounts = EstateAccounts(self.estate)
        self.store = MemoryStore()
        self.side_by_side: Callable[..., None] = in_turn

    def preflight(self, *technologies: Technology) -> Preflight:
        """The runner of these technologies."""
        return Preflight(
            store=self.store,
            technologies=technologies,
            region="us-west-2",
            clients=self.accounts,
            role="groundswell-inventory",
            recovery=ROLES,
            clock=self.clock,
            side_by_side=self.side_by_side,
            read_error=read_error,
        )

    def check(self, hook: Hook | None, *resources: Protected, **declared: object) -> list[PreflightCheck]:
        """What comes of a hook of DRS, without what is said of its role where that passed."""
        made = self.preflight(technology(hook, "drs", **declared)).check(
            Operation.SWITCHOVER, resources or (server(),), session_name="dr-1"
        )
        return [each for each in made if each.check != "recovery role" or each.advice]


def technology(hook: Hook | None, name: str = "drs", /, **declared: object) -> Technology:
    """A technology that checks so, and supports switchovers."""
    steps = {(Operation.SWITCHOVER, Phase.ACTIVATE): _STEP}
    return Technology(name, "Servers", "For tests.", steps, preflight=hook, **declared)  # type: ignore[arg-type] # few


def server(name: str = "app-01", account: str = ACCOUNTS[0], technology: str = "drs") -> Protected:
    """One to recover."""
    changes = {"account": account, "technology": technology, "parameters": {"source_server_id": f"s-{name}"}}
    return protected(name, tags={"dr:resource-id": f"{technology}/{account}/{name}"}, **changes)
