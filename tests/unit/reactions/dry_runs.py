"""Dry runs of a technology at a test's word: what it sees of each resource, and two real calls that it would make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from groundswell.adapters.aws_errors import read_error
from groundswell.adapters.recording_clients import RecordingClients
from groundswell.domain.dry_run import CallSheet, PlannedCall
from groundswell.domain.ids import ResourceId
from groundswell.domain.operations import Operation, Phase
from groundswell.domain.protection import Protected
from groundswell.ports.clients import Clients
from groundswell.reactions.dry_run.calls import DryRun
from groundswell.technologies.contract import Look, NotBegun, Observation, Step, Target, Technology
from rehearsal.estate.clock import VirtualClock
from tests.unit.domain.builders import protected
from tests.unit.reactions.planning_office import one_by_one


class NothingToRead:
    """Clients of an account in which whatever is asked for raises."""

    calls: Mapping[str, int] = {}

    def client(self, service: str) -> Any:
        raise AssertionError(f"{service} was to be asked")


@dataclass
class Accounts:
    """Workload accounts: all can be reached unless an error is set."""

    error: Exception | None = None
    opened: list[tuple[str, str, str, str]] = field(default_factory=list)

    def open(
        self, *, account: str, region: str, role: str, session_name: str, calls_per_second: float | None
    ) -> Clients:
        del calls_per_second
        if self.error:
            raise self.error
        self.opened.append((account, region, role, session_name))
        return NothingToRead()


@dataclass
class Trial:
    """A technology that launches servers, then starts what was launched."""

    seen: dict[tuple[Phase, str], Observation] = field(default_factory=dict)
    """What is seen; not begun where nothing is said."""
    observing: Callable[[Look, Phase, Sequence[Target]], object] = lambda *_: None
    """Runs before an observation answers; may raise."""
    acting: Callable[[Look, Phase, Sequence[Target]], object] | None = None
    """Acts in the place of the calls; may raise."""
    looked_at: list[tuple[Phase, list[str]]] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    """What acts were asked for."""
    accounts: Accounts = field(default_factory=Accounts)
    clock: VirtualClock = field(default_factory=VirtualClock)
    steps: dict[Phase, dict[str, Any]] = field(default_factory=dict)
    """What the steps declare besides."""
    order_size: int = 90
    foreign: bool = False

    def observe(self, phase: Phase) -> Callable[[Look, Sequence[Target]], Mapping[ResourceId, Observation]]:
        def observe(look: Look, targets: Sequence[Target]) -> Mapping[ResourceId, Observation]:
            self.looked_at.append((phase, [target.resource_id for target in targets]))
            self.observing(look, phase, targets)
            return {one.resource_id: self.seen.get((phase, one.resource_id), NotBegun()) for one in targets}

        return observe

    def act(self, phase: Phase) -> Callable[[Look, Sequence[Target], str], str | None]:
        def act(look: Look, targets: Sequence[Target], key: str) -> str | None:
            self.targets += targets
            if self.acting:
                self.acting(look, phase, targets)
            elif phase is Phase.INSTANTIATE:
                servers: Any = [{"sourceServerID": target.text("source_server_id")} for target in targets]
                return look.clients.client("drs").start_recovery(sourceServers=servers, tags={"k": key})["job"]["jobID"]
            else:
                look.clients.client("ec2").start_instances(InstanceIds=[str(t.evidence["instance"]) for t in targets])
            return None

        return act

    def technology(self, name: str) -> Technology | None:
        if self.foreign:
            return None
        writes = {Phase.INSTANTIATE: ("drs:StartRecovery",), Phase.ACTIVATE: ("ec2:StartInstances",)}
        steps: dict[tuple[Operation, Phase], Step] = {}
        for phase, actions in writes.items():
            declared = {"act": self.act(phase), "writes": actions, "batch": 90, **self.steps.get(phase, {})}
            steps[Operation.FAILOVER, phase] = Step(observe=self.observe(phase), **declared)
        return Technology(name, "Servers", "For tests.", steps)

    def sheet(self, *resources: Protected) -> CallSheet:
        """What a dry run of these says."""
        dry_run = DryRun(
            technology=self.technology,
            clients=self.accounts,
            inventory_role="groundswell-inventory",
            recovery_role=lambda name: f"groundswell-{name}",
            order_size=lambda _: self.order_size,
            record=RecordingClients,
            clock=self.clock,
            spread=one_by_one,
            read_error=read_error,
        )
        return dry_run.sheet(Operation.FAILOVER, resources, session_name="dr-1")


def server(name: str, wave: int = 1, **changes: Any) -> Protected:
    """A server that goes by its name."""
    tags = {"dr:resource-id": name, "dr:wave": str(wave)}
    relaunch = changes.pop("relaunch", False)
    given = protected(name, tags=tags, **{"parameters": {"source_server_id": source_of(name)}, **changes})
    return given.model_copy(update={"relaunch": relaunch})


def source_of(name: str) -> str:
    """The source server of a server with a name of one letter: the SDK takes no shorter one."""
    return f"s-{17 * name}"


def told(calls: Sequence[PlannedCall]) -> list[tuple[int, str, list[str]]]:
    """Wave, call and resources of each."""
    return [
        (call.wave, f"{call.service}:{call.operation}", [each.rpartition("/")[2] for each in call.resources])
        for call in calls
    ]
