"""What a technology declares, and the values that its steps come to.

A technology is one module with one `Technology`. It says how its resources are found, and for each (operation, phase)
a `Step`: `observe`, a pure read that alone declares success, and `act`, the one call that moves things on. The runner
around it does claims, intents, sessions, retries, deadlines and events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias, TypeVar

from pydantic import JsonValue

from groundswell.domain.estimate import PhaseTime
from groundswell.domain.failure import Failure
from groundswell.domain.ids import ResourceId
from groundswell.domain.operations import PHASES, Operation, Phase
from groundswell.domain.preflight import PreflightCheck
from groundswell.domain.protection import Finding, Protected
from groundswell.ports.clients import Clients

T = TypeVar("T")


@dataclass(frozen=True)
class Unread:
    """A check before the start that could not be made, because a call raised this."""

    subject: str
    check: str
    error: Exception


Evidence: TypeAlias = dict[str, JsonValue]
"""What was seen, for the report: a few named values, under 1 KB of JSON."""

INTENT_TAG = "groundswell:intent"
"""The tag, on what a call creates, that holds the key of its intent."""


@dataclass(frozen=True)
class Intent:
    """A call that was about to be made for a resource in this phase and attempt; whether it was, observing tells."""

    key: str
    """Unique to execution, order, phase, attempt and call: put it into what the call creates, to find it by.

    It begins with the execution's id and a dot, and is at most 256 letters, digits and `. _ : / = + - @`: what every
    service takes as the value of a tag.
    """
    at: datetime
    """When it was written down, just before the call."""
    handle: str | None
    """What AWS answered with (a job id, a change id); None where the answer was lost or says nothing."""


@dataclass(frozen=True)
class Target:
    """A resource as a step sees it."""

    resource_id: ResourceId
    name: str
    parameters: Mapping[str, JsonValue]
    evidence: Mapping[str, JsonValue]
    """What the earlier phases of this attempt saw; a phase's evidence is added to that of the phases before."""
    intents: tuple[Intent, ...] = ()
    """Calls already made, or perhaps made, for it in this phase and attempt; the oldest first."""
    relaunch: bool = False
    """The request says that a live copy in the target Region may be replaced."""
    oldest_copy: datetime | None = None
    """A live copy that was launched before does not count as recovered: neither plan nor request knew of it. None: any
    does."""
    since: datetime | None = None
    """When this phase was first looked at, waiting for a person excluded; None where nothing is worked on (a plan)."""

    def text(self, name: str) -> str:
        """A parameter that must be a text.

        Raises:
            KeyError: the parameter is not there or is no text.
        """
        value = self.parameters.get(name)
        if not isinstance(value, str):
            raise KeyError(f"{self.resource_id} has no text parameter {name!r}: correct its inventory entry or tags")
        return value

    @property
    def handles(self) -> tuple[str, ...]:
        """The answers known so far, the oldest first."""
        return tuple(intent.handle for intent in self.intents if intent.handle)


@dataclass(frozen=True)
class Look:
    """Where, for what and when a step looks or acts."""

    account: str
    region: str
    operation: Operation
    now: datetime
    clients: Clients
    besides: Sequence[Mapping[str, JsonValue]] = ()
    """For checks before the start: the parameters of the resources of the technology in this account that other open
    executions have still to recover, and that take room as ours do."""
    answers: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """What was read once in this look, by a name that says it all; see `once`."""

    def once(self, name: str, read: Callable[[], T]) -> T:
        """What `read` gives, asked only once in this look: a step and its room often go by the same answer."""
        if name not in self.answers:
            self.answers[name] = read()
        answer: T = self.answers[name]
        return answer


@dataclass(frozen=True)
class NotBegun:
    """Nothing has been done yet and it may be done now: `act` is due."""

    note: str = "not begun"


@dataclass(frozen=True)
class Waiting:
    """Nothing has been done yet and now is not the time (a quota, a conflict, a lagging replica): look again later."""

    note: str


@dataclass(frozen=True)
class InProgress:
    """On its way: look again later."""

    note: str


@dataclass(frozen=True)
class Done:
    """The phase is over for this resource, as the evidence shows."""

    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True)
class Failed:
    """The phase cannot succeed as things are."""

    failure: Failure
    retry: bool = False
    """Whether another `act` may help."""

    @classmethod
    def because(cls, cause: str, *, advice: str, retry: bool = False) -> Failed:
        """A failure with its cause in plain words and what to do about it."""
        return cls(Failure(cause=cause, advice=advice), retry)


Observation: TypeAlias = NotBegun | Waiting | InProgress | Done | Failed
Observe: TypeAlias = Callable[[Look, Sequence[Target]], Mapping[ResourceId, Observation]]
"""Looks at all targets with as few reads as possible; answers for each; raises what the SDK raises."""
Act: TypeAlias = Callable[[Look, Sequence[Target], str], str | None]
"""Makes the one call for these targets, with the intent's key in it; the handle that AWS answers with, or None."""


def creation_tags(key: str) -> dict[str, str]:
    """What is put on everything that a call creates: the intent, to find it by, and the execution, to tidy up by."""
    return {INTENT_TAG: key, "groundswell:execution": key.partition(".")[0]}


def always_one_group(_: Target) -> str:
    """All targets may go into one call."""
    return ""


def no_flaws(_: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Any parameters will do."""
    return ()


def no_warnings(_: Finding) -> tuple[str, ...]:
    """Nothing about it needs to be said in a plan."""
    return ()


@dataclass(frozen=True)
class Step:
    """One phase of one operation."""

    observe: Observe
    act: Act | None = None
    """None where the phase only checks."""
    only_if: str = ""
    """When the phase needs its call, in words that follow "if needed:", where what came before may leave nothing to do;
    empty: it always needs it. A dry run says so where it cannot look."""
    batch: int = 1
    """Resources that one call takes at most."""
    group: Callable[[Target], str] = always_one_group
    """Only targets of the same group go into one call (a hosted zone, say)."""
    room: Callable[[Look], int] | None = None
    """How many resources the service would take on now, asked of the service itself; None: no such limit."""
    typical: timedelta | None = None
    """How long the phase usually takes in the field, for the plan's estimate; None: a matter of seconds."""
    at_once: int | None = None
    """Resources of one account that the service usually works on at a time, for the estimate; None: all of them."""
    searchable: bool = True
    """Whether `observe` finds what a call did although its answer was lost. If not, the call is never repeated."""
    reads: tuple[str, ...] = ()
    """IAM actions of `observe` and `room`."""
    writes: tuple[str, ...] = ()
    """IAM actions of `act`."""
    dependent: tuple[str, ...] = ()
    """IAM actions that AWS performs with our credentials when we `act`."""
    dependent_source: str = ""
    """The page of AWS's documentation that names the dependent actions."""


@dataclass(frozen=True)
class WakeUp:
    """AWS's own events that mean "look now"; best effort, so nothing depends on them."""

    source: str
    detail_types: tuple[str, ...]


@dataclass(frozen=True)
class Technology:
    """All that Groundswell knows of one kind of resource."""

    name: str
    """As in tags, events, queues and roles: lower case, no spaces."""
    title: str
    """As in documents."""
    summary: str
    """What recovering one means, in a sentence or two, for its page in the docs."""
    steps: Mapping[tuple[Operation, Phase], Step]
    find: Callable[[Look], Iterable[Finding]] | None = None
    """Finds tagged resources of one account in the target Region; None where the inventory declares them all."""
    find_reads: tuple[str, ...] = ()
    """IAM actions of `find`, granted to the read-only inventory role."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """The text parameters that each resource has, with what they mean; an inventory entry without one is refused."""
    optional_parameters: Mapping[str, str] = field(default_factory=dict)
    """Parameters that a resource may have besides, with what they mean and what holds where they are not given."""
    flaws: Callable[[Mapping[str, JsonValue]], tuple[str, ...]] = no_flaws
    """What is wrong with the parameters of a resource: with a flaw it is left out of the plan, and named in it."""
    warn: Callable[[Finding], tuple[str, ...]] = no_warnings
    """What a plan must warn of for a resource, found or declared in the inventory; asks AWS nothing."""
    preflight: Callable[[Look, Sequence[Protected]], Iterable[PreflightCheck | Unread]] | None = None
    """Checks, before anything happens, that what is to be recovered of one account can be: quotas, room, keys. A pure
    read with the rights of the read-only inventory role. What it raises makes one check that is unknown; what it yields
    before counts, also where time runs out. See technologies/checking.py."""
    preflight_reads: tuple[str, ...] = ()
    """IAM actions of `preflight`, granted to the read-only inventory role."""
    from_hub: bool = False
    """It looks from the hub and enters no account: no account has a role for it, and it calls nothing of AWS's."""
    done_anew: bool = False
    """Each execution does it anew, whatever an earlier one saw or did: a check, a script. It may lack phases."""
    wake_ups: tuple[WakeUp, ...] = ()
    order_size: int = 90
    """Resources that one work order holds at most (1 to 90)."""
    settle: timedelta = timedelta(seconds=120)
    """How long after a call whose answer was lost its effect may still be unseen."""
    tries: int = 3
    """Calls made at most for a resource in a phase and attempt, the first included."""
    patience: timedelta = timedelta(hours=2)
    """How long a phase may take before the resource is given up."""
    later: Mapping[str, str] = field(default_factory=dict)
    """Error codes that mean: refused for now, nothing was done, whatever HTTP status they come with. To each, what a
    person should do if that never changes."""
    refusals: int = 5
    """Such refusals, of the same code and in a row, after which a resource is given up; but see `refused_for`."""
    refused_for: timedelta = timedelta(minutes=30)
    """How long they must go on for that."""
    calls_per_second: float | None = None
    """Requests a second that its service allows an account; None where the SDK's own retries suffice."""
    caveats: tuple[str, ...] = ()
    """What a dead primary Region or a dead us-east-1 breaks."""

    def supports(self, operation: Operation) -> bool:
        """Whether it declares any phase of the operation."""
        return any(declared is operation for declared, _ in self.steps)

    def times(self, operation: Operation) -> tuple[PhaseTime, ...]:
        """What its phases of the operation usually take, in their order."""
        steps = (self.steps.get((operation, phase)) for phase in PHASES[operation])
        return tuple(PhaseTime(step.typical or timedelta(0), step.at_once) for step in steps if step)
