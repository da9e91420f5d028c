"""A hub at the port: a memory ledger, a preview that the test says, and a bus that keeps what it was given."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from typer.testing import CliRunner, Result

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.operations import Operation
from groundswell.domain.protection import Protected
from groundswell.domain.request import DRRequested
from groundswell.ports.store import Store
from groundswell.ports.world import BusEntry
from groundswell.reactions.keep_plan import PlanKeeper
from groundswell.reactions.open_door import Door, SignedCall
from groundswell.reactions.preview_plan import Preview, PreviewedResource
from groundswell_cli.app import app
from groundswell_cli.door import DoorReply, Kept, Ticket, read_kept, read_reply
from groundswell_cli.errors import CliError
from groundswell_cli.hub import Hub, Place
from groundswell_cli.machinery import Machinery
from groundswell_cli.surroundings import Surroundings
from tests.unit.cli.fake_machinery import FakeMachinery
from tests.unit.cli.story import REGION, Story, StoryClock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from groundswell.domain.events.facts import Remark

WHO = "arn:aws:sts::111111111111:assumed-role/recovery/somebody"
"""Who is signed in at the terminal."""


COMMAND_ID = "command-1"
"""The id that the next decision gets."""


def previewed(planned: Sequence[Protected], **also: object) -> Preview:
    """The preview of a plan with these resources."""
    preview = Preview(
        accepted=True,
        operation=Operation.FAILOVER,
        target_region=REGION,
        deadlines={each.wave: 900 * each.wave for each in planned},
        resources=tuple(PreviewedResource.model_validate(each, from_attributes=True) for each in planned),
        left_out=(),
        warnings=(),
        reasons=(),
    )
    return preview.model_copy(update=also)


@dataclass
class FakeHub:
    """Answers as the test says; `on_publish` plays the functions behind the bus."""

    store: Store = field(default_factory=MemoryStore)
    answer: Preview | CliError = field(default_factory=lambda: previewed([]))
    on_publish: Callable[[], object] = lambda: None
    place: Place = field(default_factory=lambda: Place(stack="groundswell", region=REGION, bus="the-bus"))
    published: list[BusEntry] = field(default_factory=list)
    asked: list[DRRequested] = field(default_factory=list)
    asked_for_calls: list[bool] = field(default_factory=list)
    has_door: bool = True
    said: list[tuple[str, Mapping[str, JsonValue]]] = field(default_factory=list)
    clock: StoryClock = field(default_factory=StoryClock)
    mute: bool = False
    """Whether the door's worker dies before it answers."""
    denied: bool = False
    """Whether the one at the terminal may not put anything to the door."""
    machinery: Machinery = field(default_factory=FakeMachinery)

    def preview(self, request: DRRequested, *, with_calls: bool = False) -> Preview:
        """The answer, or its error."""
        self.asked.append(request)
        self.asked_for_calls.append(with_calls)
        if isinstance(self.answer, CliError):
            raise self.answer
        return self.answer

    def publish(self, entry: BusEntry) -> None:
        """Kept."""
        self.published.append(entry)
        self.on_publish()

    def decide(self, command: str, body: Mapping[str, JsonValue]) -> Ticket:
        """What the real door answers, for whom IAM lets through."""
        self.said.append((command, body))
        if self.mute:
            return read_reply(command, DoorReply(HTTPStatus.BAD_GATEWAY, "", '{"message": "Internal server error"}'))
        if self.denied:
            told = json.dumps({"Message": f"User: {WHO} is not authorized to perform: execute-api:Invoke"})
            return read_reply(command, DoorReply(HTTPStatus.FORBIDDEN, "AccessDeniedException", told))
        door = Door(self.store, _Published(self), self.clock, _OneToken())
        reply = door.take(SignedCall(command, WHO, json.dumps(body)))
        return read_reply(command, DoorReply(reply.status, "", json.dumps(dict(reply.body))))

    def put_plan(self, body: Mapping[str, JsonValue]) -> Kept:
        """What the real function behind the door answers, for whom IAM lets through."""
        if self.denied:
            told = json.dumps({"Message": f"User: {WHO} is not authorized to perform: execute-api:Invoke"})
            return read_kept(DoorReply(HTTPStatus.FORBIDDEN, "AccessDeniedException", told))
        reply = PlanKeeper(self.store, self.clock).take(SignedCall("plan", WHO, json.dumps(body)))
        return read_kept(DoorReply(reply.status, "", json.dumps(dict(reply.body))))


@dataclass
class _Published:
    """The hub's bus, as the door has it."""

    hub: FakeHub

    def publish(self, entries: Sequence[BusEntry]) -> None:
        for entry in entries:
            self.hub.publish(entry)


class _OneToken:
    def new(self) -> str:
        return "token"


@dataclass
class Terminal:
    """Where commands are typed; time passes only while they wait, and `meanwhile` says what happens then."""

    hub: FakeHub = field(default_factory=FakeHub)
    clock: StoryClock = field(default_factory=StoryClock)
    meanwhile: Callable[[], object] = lambda: None
    connected: list[tuple[str, str | None]] = field(default_factory=list)
    columns: int = 200

    def type(self, *words: str, answer: str | None = None) -> Result:
        """The result of a command; `answer` is what the person types when asked."""
        around = Surroundings(self._connect, self.clock, self._pause, lambda: "r-1", lambda: COMMAND_ID)
        environment = {"COLUMNS": str(self.columns), "DR_STACK": None, "AWS_REGION": None}
        return CliRunner(env=environment).invoke(app, list(words), input=answer, obj=around, catch_exceptions=False)

    def _connect(self, stack: str, region: str | None) -> Hub:
        self.connected.append((stack, region))
        return self.hub

    def _pause(self, seconds: float) -> None:
        self.clock.pass_(seconds)
        self.meanwhile()


def remarks(count: int, reason: str) -> tuple[Remark, ...]:
    """So many remarks of one reason."""
    from groundswell.domain.events.facts import Remark

    return tuple(Remark(subject=f"drs web-{number}", reason=reason) for number in range(count))


def terminal_of(story: Story) -> Terminal:
    """A terminal at the hub of a story, by the story's clock."""
    return Terminal(FakeHub(story.store), story.clock)
