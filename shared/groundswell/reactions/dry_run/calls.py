"""Every AWS call that a plan would lead to: cut, grouped and put together by the code that would make it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from groundswell.domain.brief_parameters import brief
from groundswell.domain.dry_run import CallSheet, PlannedCall, known_once_it_runs
from groundswell.domain.errors import UnreachableAccountError
from groundswell.domain.events.facts import Remark
from groundswell.domain.events.work import OrderedResource, RecoveryRequested
from groundswell.domain.ids import OrderId
from groundswell.domain.operations import PHASES, Operation
from groundswell.domain.protection import Protected
from groundswell.ports.clients import Clients, ClientSource, ReadError, Record, RecordingClients
from groundswell.ports.world import Clock
from groundswell.reactions.dry_run.course import Course, Portion
from groundswell.reactions.fan_out_wave import in_orders
from groundswell.reactions.recover.session import NoClients
from groundswell.reactions.survey import Spread
from groundswell.technologies.contract import Technology

PATIENCE = timedelta(seconds=20)
"""How long services are asked how things are; what is not looked at by then is listed as if nothing were done yet."""


@dataclass(frozen=True)
class Job:
    """What a dry run is asked."""

    operation: Operation
    session_name: str
    look_until: datetime


@dataclass(frozen=True)
class DryRun:
    """Runs what would act, with clients that only read."""

    technology: Callable[[str], Technology | None]
    """The technology of a name; None: a program that is not ours."""
    clients: ClientSource
    inventory_role: str
    """The role that reads."""
    recovery_role: Callable[[str], str]
    """The role of a technology, as which its calls would be made."""
    order_size: Callable[[str], int]
    record: Record
    clock: Clock
    spread: Spread
    read_error: ReadError

    def sheet(
        self,
        operation: Operation,
        resources: Iterable[Protected],
        *,
        session_name: str,
        patience: timedelta = PATIENCE,
    ) -> CallSheet:
        """The calls for these resources, as things are now; nothing is changed.

        Args:
            operation: what is asked for.
            resources: what a plan recovers, in its waves.
            session_name: what CloudTrail shows with each read.
            patience: how long services are asked how things are.
        """
        job = Job(operation, session_name, self.clock.now() + patience)
        worked = self.spread(lambda portion: self._work(portion, job), self._portions(resources))
        calls = [call for found, _ in worked for call in found]
        return CallSheet.of(calls, [remark for _, found in worked for remark in found])

    def _portions(self, resources: Iterable[Protected]) -> list[Portion]:
        waves = dict[int, list[Protected]]()
        for resource in sorted(resources, key=lambda each: each.resource_id):
            waves.setdefault(resource.wave, []).append(resource)
        cut = (
            Portion(wave, number, portion)
            for wave, found in waves.items()
            for number, portion in in_orders(found, self.order_size)
        )
        return sorted(cut, key=lambda portion: portion.place)

    def _work(self, portion: Portion, job: Job) -> tuple[Sequence[PlannedCall], Sequence[Remark]]:
        technology = self.technology(portion.technology)
        if technology is None:
            return [_foreign(portion, job, self.clock.now())], ()
        course = Course(
            portion=portion,
            technology=technology,
            operation=job.operation,
            role=self.recovery_role(technology.name),
            open_clients=lambda: self._open(portion, technology, job),
            clock=self.clock,
            read_error=self.read_error,
        )
        course.run()
        return course.calls, course.remarks

    def _open(self, portion: Portion, technology: Technology, job: Job) -> RecordingClients:
        return self.record(self._reading(portion, technology, job), region=portion.region)

    def _reading(self, portion: Portion, technology: Technology, job: Job) -> Clients:
        """Clients that may read; where they cannot be had, or the time is over, whatever is read raises why."""
        if self.clock.now() >= job.look_until:
            return NoClients(UnreachableAccountError("the time for looking was over; ask again, or for fewer waves"))
        try:
            return self.clients.open(
                account=portion.account,
                region=portion.region,
                role=self.inventory_role,
                session_name=job.session_name,
                calls_per_second=technology.calls_per_second,
            )
        except UnreachableAccountError as error:
            return NoClients(error)


def _foreign(portion: Portion, job: Job, now: datetime) -> PlannedCall:
    """The work order that a program of somebody else's would get; what it calls is its own affair."""
    order = RecoveryRequested(
        order_id=OrderId(known_once_it_runs("order_id")),
        attempt=1,
        token=known_once_it_runs("token"),
        technology=portion.technology,
        account=portion.account,
        region=portion.region,
        operation=job.operation,
        phases=PHASES[job.operation],
        wave=portion.wave,
        not_after=now,
        resources=tuple(OrderedResource.model_validate(each, from_attributes=True) for each in portion.resources),
    )
    return PlannedCall(
        wave=portion.wave,
        technology=portion.technology,
        account=portion.account,
        region=portion.region,
        role="",
        service="groundswell",
        operation=RecoveryRequested.detail_type,
        parameters=brief(order.model_dump(mode="json", exclude={"not_after"})),
        resources=tuple(each.resource_id for each in portion.resources),
        note=f"asked of {portion.technology}'s own program, which makes its own calls",
    )
