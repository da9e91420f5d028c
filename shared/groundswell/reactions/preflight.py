"""Checks a plan against the world before anything happens: every technology in every account, side by side, in time.

What cannot be read is unknown, in AWS's words, and hides nothing else. After `BUDGET` nobody is waited for any longer:
what was checked until then counts, and the rest is unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Protocol, TypeAlias

from pydantic import JsonValue

from groundswell.domain.fail_closed import with_preflight
from groundswell.domain.ids import ResourceId
from groundswell.domain.operations import Operation
from groundswell.domain.plan import Plan
from groundswell.domain.preflight import PreflightCheck
from groundswell.domain.protection import Protected
from groundswell.ledger import reading
from groundswell.ports.clients import ClientSource, ReadError
from groundswell.ports.store import Store
from groundswell.ports.world import Clock
from groundswell.reactions.recovery_roles import RecoveryRoles
from groundswell.technologies.contract import Look, Technology, Unread

BUDGET = timedelta(seconds=15)
"""How long all of it may take: the planner has other things to do in its minute."""
TRIES = 3
PATIENCE = timedelta(seconds=6)
"""How long a place is checked again of which a part was refused or lost in passing."""
_ALL = "checks before the start"

Besides: TypeAlias = Mapping[tuple[str, str], Sequence[Mapping[str, JsonValue]]]
"""Parameters of what other open executions have still to recover, by technology and account."""


class SideBySide(Protocol):
    """Does things side by side where that is possible, and waits for them so long and no longer."""

    def __call__(self, things: Sequence[Callable[[], object]], *, within: timedelta) -> None:
        """Return when all are done or time is over; what is under way then is left to itself."""


@dataclass
class _Place:
    """A technology in an account, with what was found out of it so far."""

    technology: Technology
    account: str
    region: str
    resources: list[Protected] = field(default_factory=list)
    made: list[PreflightCheck] = field(default_factory=list)
    is_done: bool = False

    @property
    def subject(self) -> str:
        return f"{self.technology.name} in account {self.account}/{self.region}"

    def checks(self) -> list[PreflightCheck]:
        """What counts of it now."""
        if self.is_done:
            return self.made
        found = f"not finished after {BUDGET.total_seconds():.0f} s"
        advice = "See in the AWS Health Dashboard whether the services of this account are well; then ask again."
        return [*self.made, PreflightCheck.unknown(self.subject, _ALL, found, advice=advice)]


@dataclass(frozen=True)
class Preflight:
    """Runs the checks of a plan's technologies."""

    store: Store
    technologies: Sequence[Technology]
    region: str
    clients: ClientSource
    role: str
    """The read-only role of workload accounts."""
    recovery: RecoveryRoles
    clock: Clock
    side_by_side: SideBySide
    read_error: ReadError

    def judge(self, plan: Plan, operation: Operation, *, session_name: str) -> Plan:
        """The plan with its checks and what follows from them; `session_name`: the execution, or what stands for it.

        Also a plan that has faults is checked, so that all that speaks against a request is said at once.
        """
        return with_preflight(plan, operation, self.check(operation, plan.resources, session_name=session_name))

    def check(self, operation: Operation, resources: Sequence[Protected], *, session_name: str) -> list[PreflightCheck]:
        """What came of every check."""
        places, began = self._places(operation, resources), self.clock.now()
        if not places:
            return []
        besides = self._besides(session_name, {resource.resource_id for resource in resources})
        things = [partial(self._look_at, place, operation, session_name, besides) for place in places]
        self.side_by_side(things, within=max(timedelta(0), BUDGET - (self.clock.now() - began)))
        return [check for place in places for check in place.checks()]

    def _places(self, operation: Operation, resources: Sequence[Protected]) -> list[_Place]:
        """Where something of ours is to be recovered. What a foreign technology needs, only its own program knows."""
        known = {each.name: each for each in self.technologies if each.supports(operation) and not each.from_hub}
        places = dict[tuple[str, str], _Place]()
        for each in resources:
            if each.technology in known:
                place = _Place(known[each.technology], each.account, self.region)
                places.setdefault((each.account, each.technology), place).resources.append(each)
        return [place for _, place in sorted(places.items())]

    def _besides(self, session_name: str, ours: set[ResourceId]) -> Besides:
        """What others will take room for; what is ours as well is counted once."""
        found = defaultdict[tuple[str, str], list[Mapping[str, JsonValue]]](list)
        for execution in reading.open_executions(self.store):
            if execution.execution_id == session_name:
                continue
            for resource in reading.unfinished(self.store, execution):
                if resource.resource_id not in ours:
                    found[resource.technology, resource.account].append(resource.parameters)
        return found

    def _look_at(self, place: _Place, operation: Operation, session_name: str, besides: Besides) -> None:
        """Check a place, and again where that may help."""
        began = self.clock.now()
        for _ in range(TRIES):
            place.made = []
            may_help = self._try(place, operation, session_name, besides)
            if not may_help or self.clock.now() - began >= PATIENCE:
                break
        place.is_done = True

    def _try(self, place: _Place, operation: Operation, session_name: str, besides: Besides) -> bool:
        """Check a place once; whether something was refused or lost only in passing."""
        is_passing = False
        for each in self._checks(place, operation, session_name, besides):
            place.made.append(self._unknown(each) if isinstance(each, Unread) else each)
            is_passing = is_passing or (isinstance(each, Unread) and self._is_passing(each.error))
        return is_passing

    def _checks(
        self, place: _Place, operation: Operation, session_name: str, besides: Besides
    ) -> Iterator[PreflightCheck | Unread]:
        technology, account = place.technology, place.account
        try:
            clients = self.clients.open(
                account=account,
                region=self.region,
                role=self.role,
                session_name=session_name,
                calls_per_second=technology.calls_per_second,
            )
            others = besides.get((technology.name, account), ())
            look = Look(account, self.region, operation, self.clock.now(), clients, others)
            made = technology.preflight(look, place.resources) if technology.preflight else ()
            yield from chain(self.recovery.check(clients, technology.name, account, self.read_error), made)
        except Exception as error:
            yield Unread(place.subject, _ALL, error)

    def _unknown(self, unread: Unread) -> PreflightCheck:
        told = self.read_error(unread.error)
        words = told.words if told else repr(unread.error)
        advice = (
            f"Check that role {self.role} may read it (is the workload account's stack of the hub's version?) and that "
            "the service answers; then ask again."
        )
        return PreflightCheck.unknown(unread.subject, unread.check, f"could not be read: {words}", advice=advice)

    def _is_passing(self, error: Exception) -> bool:
        told = self.read_error(error)
        return told is not None and (told.is_throttling or told.is_doubtful)
