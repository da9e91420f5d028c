"""Deciding, step by step: which execution and wave, the confirmation, the door, and the answer in the ledger."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import JsonValue

from groundswell.domain.events.facts import (
    CommandRefused,
    DRCancelling,
    DRPaused,
    DRResumed,
    ResourcesRetried,
    ResourcesSkipped,
    WaveApproved,
    WaveRejected,
)
from groundswell.domain.ids import ExecutionId
from groundswell.domain.records import Execution, StoredEvent, Wave
from groundswell.domain.states import EXECUTION_TRANSITIONS, WaveStatus, is_final
from groundswell.ledger import reading
from groundswell.ports.store import Store
from groundswell_cli.errors import CliError, DoubtError, refused
from groundswell_cli.exits import Exit
from groundswell_cli.finding import find
from groundswell_cli.hub import Hub, Place
from groundswell_cli.standing import waits
from groundswell_cli.surroundings import Surroundings
from groundswell_cli.terminal import confirm, open_console, print_json
from groundswell_cli.views.decision import decided_view, next_after, no_answer_text
from groundswell_cli.views.words import moment

if TYPE_CHECKING:
    from rich.console import Console

    from groundswell_cli.door import Ticket

ANSWER_SECONDS = 30.0
"""How long an answer is awaited: it takes about a second, and much longer only if something is wrong."""
ANSWERS = {
    "pause": DRPaused.detail_type,
    "resume": DRResumed.detail_type,
    "cancel": DRCancelling.detail_type,
    "approve": WaveApproved.detail_type,
    "reject": WaveRejected.detail_type,
    "retry": ResourcesRetried.detail_type,
    "skip": ResourcesSkipped.detail_type,
}
"""The fact by which a decision has taken effect."""

_WAVES = {"approve": WaveStatus.AWAITING_APPROVAL, "reject": WaveStatus.AWAITING_APPROVAL}
_WAVES |= {"retry": WaveStatus.HELD, "skip": WaveStatus.HELD}
_UNDONE_BY_NOBODY = {
    "cancel": "Nothing more of it will be begun, and it cannot be taken up again.",
    "reject": "The wave will not begin: the execution is cancelled, and cannot be taken up again.",
    "skip": "What is skipped is not recovered: the execution goes on as if it were not needed.",
}
"""Decisions that are confirmed, and what to know before."""
_PAUSE_SECONDS = 0.5
_OPTIONS = {"resources": "resource", "command_id": "command-id"}
"""Options whose names are not those of the body."""


@dataclass(frozen=True)
class Saying:
    """What a person decides, as it was typed."""

    command: str
    execution: str
    reason: str | None
    command_id: str | None
    more: Mapping[str, JsonValue] = field(default_factory=dict)
    """Wave and resources, where the decision is about them."""
    confirmed: bool = False
    as_json: bool = False


@dataclass(frozen=True)
class Decided:
    """A decision on its way, and the facts that answer it: none as long as there is no answer."""

    command: str
    command_id: str
    execution_id: ExecutionId
    event_id: str
    answers: Sequence[StoredEvent] = ()

    @property
    def data(self) -> dict[str, JsonValue]:
        """What the first answer tells."""
        told: dict[str, JsonValue] = json.loads(self.answers[0].detail)["data"]
        return told

    @property
    def resources(self) -> list[str]:
        """The resources that it was about, of all its answers."""
        return [name for fact in self.answers for name in json.loads(fact.detail)["data"].get("resource_ids", ())]

    @property
    def is_refused(self) -> bool:
        """Whether it changed nothing."""
        return bool(self.answers) and self.answers[0].detail_type == CommandRefused.detail_type

    @property
    def exit_status(self) -> Exit:
        """What this is to a script."""
        if not self.answers:
            return Exit.UNFINISHED
        return Exit.REFUSED if self.is_refused else Exit.OK

    def as_json(self) -> dict[str, JsonValue]:
        """All of it, for scripts."""
        return {
            "command": self.command,
            "command_id": self.command_id,
            "execution_id": self.execution_id,
            "answer": self.answers[0].detail_type if self.answers else None,
            "refused": self.is_refused,
            "told": self.data if self.answers else None,
            "resource_ids": [*self.resources],
        }


def decide(hub: Hub, around: Surroundings, saying: Saying) -> Exit:
    """Say a decision and show its answer; the exit status.

    Raises:
        CliError: there is no such execution or wave, it was not confirmed, or the door did not take it.
    """
    console = open_console(stderr=saying.as_json)
    found = find(hub.store, saying.execution)
    _refuse_if_over(found, saying)
    body = _body(hub.store, around, saying, found)
    if saying.command in _UNDONE_BY_NOBODY and not saying.confirmed:
        console.print(f"{saying.command} {_subject(body)}{found.execution_id}: {_UNDONE_BY_NOBODY[saying.command]}")
        confirm(console, str(found.scope or found.execution_id))
    ticket = _say(hub, saying.command, body)
    console.print(f"Said as {ticket.command_id}. Waiting for the answer in the ledger ...")
    said = Decided(saying.command, ticket.command_id, found.execution_id, ticket.event_id or ticket.command_id)
    decided = _await(hub.store, around, said)
    _tell(console, hub.place, decided)
    if saying.as_json:
        print_json(decided.as_json())
    return decided.exit_status


def _refuse_if_over(found: Execution, saying: Saying) -> None:
    """Nothing is left to decide; but what is said again under its id is answered as it was."""
    if is_final(EXECUTION_TRANSITIONS, found.status) and not saying.command_id:
        told = f"execution {found.execution_id} is over ({found.status} since {moment(found.ended_at)})"
        raise refused(f"{told}: there is nothing left to {saying.command}; see: dr report {found.execution_id}")


def _say(hub: Hub, command: str, body: dict[str, JsonValue]) -> Ticket:
    """Say it at the door; its id is told beforehand, so that it is known whatever becomes of this command."""
    again = hub.place.command(_line(command, body))
    open_console(stderr=True).print(f"Saying it as {body['command_id']}.")
    try:
        return hub.decide(command, body)
    except DoubtError as error:
        told = f"{error}; whether it was taken is not known. Say it again, it cannot take effect twice: {again}"
        raise DoubtError(told, error.exit_status) from error


def _line(command: str, body: dict[str, JsonValue]) -> str:
    """What is typed, behind `dr`, to say the same again."""
    words = [command, str(body["execution"])]
    for name in ("wave", "resources", "reason", "command_id"):
        said = body.get(name, [])
        for value in said if isinstance(said, list) else [said]:
            words += [f"--{_OPTIONS.get(name, name)}", shlex.quote(str(value))]
    return " ".join(words)


def _body(store: Store, around: Surroundings, saying: Saying, found: Execution) -> dict[str, JsonValue]:
    command_id = saying.command_id or around.new_command_id()
    said: dict[str, JsonValue] = {"execution": found.execution_id, "command_id": command_id, "reason": saying.reason}
    said |= saying.more
    if saying.command in _WAVES and said.get("wave") is None:
        said["wave"] = _only_wave(store, found, saying.command).wave
    return {name: value for name, value in said.items() if value not in (None, [])}


def _only_wave(store: Store, found: Execution, command: str) -> Wave:
    """The only wave that waits for such a decision."""
    every = reading.waves(store, found.execution_id)
    waiting = [wave for wave in every if wave.status is _WAVES[command] and waits(wave)]
    if len(waiting) == 1:
        return waiting[0]
    told = ", ".join(f"{wave.wave} {wave.status}" for wave in every) or "it has none"
    raise refused(f"say which wave to {command} with --wave: of {found.execution_id}, waves are {told}")


def _subject(body: dict[str, JsonValue]) -> str:
    return f"wave {body['wave']} of " if "wave" in body else ""


def _await(store: Store, around: Surroundings, decided: Decided) -> Decided:
    """The decision with its answers, as soon as the ledger has one; without any when the time is over."""
    until = around.clock.now() + timedelta(seconds=ANSWER_SECONDS)
    answers = list[StoredEvent]()
    while True:
        before, answers = answers, _answers(store, decided)
        if (answers and _is_whole(decided.command, before, answers)) or around.clock.now() >= until:
            return replace(decided, answers=answers)
        around.pause(_PAUSE_SECONDS)


def _is_whole(command: str, before: Sequence[StoredEvent], answers: Sequence[StoredEvent]) -> bool:
    """Many resources are decided about in several facts: those are all there once no more have come."""
    return command not in ("retry", "skip") or len(before) == len(answers)


def _answers(store: Store, decided: Decided) -> list[StoredEvent]:
    """The facts that this decision caused, and that say whether it took effect."""
    telling = (ANSWERS[decided.command], CommandRefused.detail_type)
    return [
        fact
        for fact in reading.facts(store, decided.execution_id)
        if fact.detail_type in telling and json.loads(fact.detail)["metadata"]["causation_id"] == decided.event_id
    ]


def _tell(console: Console, place: Place, decided: Decided) -> None:
    if not decided.answers:
        console.print(no_answer_text(decided.command, decided.command_id, ANSWER_SECONDS), soft_wrap=True)
        following = f"events {decided.execution_id}"
    else:
        view = decided_view(decided.answers[0].detail_type, decided.data, len(decided.resources))
        console.print(view, soft_wrap=True)
        following = next_after(decided.answers[0].detail_type, decided.execution_id)
    console.print(f"next: {place.command(following)}", soft_wrap=True)


def missing_reason(command: str) -> CliError:
    """The error of a decision that needs its reason."""
    return refused(f"{command} needs --reason: whoever reads the report must learn why it was right")
