"""A service that recovers things at a test's word, and the technology that drives it in two phases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from groundswell.domain.ids import ResourceId
from groundswell.domain.operations import Operation, Phase
from groundswell.technologies.contract import (
    Done,
    InProgress,
    Look,
    NotBegun,
    Observation,
    Step,
    Target,
    Technology,
)

LOST = ReadTimeoutError(endpoint_url="https://service")


def refused(code: str, message: str = "no", *, status: int = 400) -> ClientError:
    """AWS's refusal of a call."""
    reply: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(reply, "Recover")


def raising(error: BaseException) -> Callable[..., None]:
    """Something that raises this whenever it is called."""

    def raise_it(*_: object) -> None:
        raise error

    return raise_it


@dataclass(frozen=True)
class Call:
    """A call that reached the service."""

    phase: Phase
    names: tuple[str, ...]
    key: str


@dataclass
class Service:
    """What each resource is seen to be in each phase; a call puts those that it names in progress."""

    seen: dict[tuple[Phase, str], Observation] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    """What the last observation was asked for."""
    before_call: Callable[[Call], object] = lambda _: None
    """Runs when a call arrives, before it has an effect; may raise."""
    lose_answers: bool = False
    before_observing: Callable[[], object] = lambda: None
    """Runs before an observation answers; may raise."""
    knows_nothing: bool = False
    is_room_for: list[int] = field(default_factory=list)
    """How many it would take on, look by look; the last counts for all that follow. Empty: no such limit."""

    def observe(self, phase: Phase) -> Callable[[Look, Sequence[Target]], Mapping[ResourceId, Observation]]:
        """The observation of a phase."""

        def observe(look: Look, targets: Sequence[Target]) -> Mapping[ResourceId, Observation]:
            look.clients.client("drs")
            self.targets = list(targets)
            self.before_observing()
            if self.knows_nothing:
                return {}
            return {each.resource_id: self.seen.get((phase, each.resource_id), NotBegun()) for each in targets}

        return observe

    def act(self, phase: Phase) -> Callable[[Look, Sequence[Target], str], str | None]:
        """The call of a phase."""

        def act(_: Look, targets: Sequence[Target], key: str) -> str | None:
            call = Call(phase, tuple(target.resource_id for target in targets), key)
            self.calls.append(call)
            self.before_call(call)
            for name in call.names:
                self.seen[phase, name] = InProgress("at work")
            if self.lose_answers:
                raise LOST
            return f"job-{len(self.calls)}"

        return act

    def done(self, *names: str, phase: Phase = Phase.INSTANTIATE, **evidence: str) -> None:
        """Let the phase be over for these."""
        for name in names:
            self.seen[phase, name] = Done(dict(evidence))

    def done_all(self, *names: str) -> None:
        """Let both phases be over for these."""
        for phase in (Phase.INSTANTIATE, Phase.ACTIVATE):
            self.done(*names, phase=phase)

    @property
    def named(self) -> list[tuple[str, ...]]:
        """The resources of each call."""
        return [call.names for call in self.calls]


def technology_of(service: Service, **changes: Any) -> Technology:
    """The technology `fake`; what belongs to its steps may be given as well."""
    step_fields = ("batch", "group", "searchable")
    of_step = {name: changes.pop(name) for name in step_fields if name in changes}
    rooms = service.is_room_for
    room = (lambda _: rooms.pop(0) if len(rooms) > 1 else rooms[0]) if rooms else None
    acts = changes.pop("acts", True)
    phases = changes.pop("phases", (Phase.INSTANTIATE, Phase.ACTIVATE))
    steps = {
        (Operation.FAILOVER, phase): Step(
            observe=service.observe(phase),
            act=service.act(phase) if acts else None,
            room=room,
            **{"batch": 90, **of_step},
        )
        for phase in phases
    }
    given: dict[str, Any] = {"name": "fake", "title": "Fake", "summary": "For tests.", "steps": steps}
    return Technology(**{**given, "settle": timedelta(seconds=120), **changes})
