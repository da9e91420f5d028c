"""The door: who decides is AWS's word, what is wrong is said at once, and one event comes of a decision."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import pytest
from pydantic import JsonValue

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.events.commands import Command
from groundswell.domain.ids import execution_id_of
from groundswell.domain.request import DRRequested, read_request
from groundswell.entry.messages import COMMANDS
from groundswell.ports.world import BusEntry, PublishError
from groundswell.reactions.open_door import Door, Reply, SignedCall
from groundswell.reactions.spoken_decisions import DECISIONS
from tests.unit.cli.story import REQUEST, START, Story, StoryClock, protected

ALICE = "arn:aws:sts::111111111111:assumed-role/recovery/alice"
RESOURCES: list[JsonValue] = ["drs/web-1"]
ABOUT: dict[str, dict[str, JsonValue]] = {
    "pause": {},
    "resume": {},
    "cancel": {},
    "approve": {"wave": 1},
    "reject": {"wave": 1},
    "retry": {"wave": 1, "resources": RESOURCES},
    "skip": {"wave": 1, "resources": RESOURCES},
}
"""What each decision needs besides execution and reason."""
every_decision = pytest.mark.parametrize("command", DECISIONS)


class OneToken:
    """A token with every character that tokens have."""

    def new(self) -> str:
        return "aB3_-x"


@dataclass
class Hub:
    """A ledger with one execution, a bus that keeps what it is given, and the door to both."""

    story: Story = field(default_factory=Story)
    published: list[BusEntry] = field(default_factory=list)
    refuses: bool = False
    by: str = ALICE

    def __post_init__(self) -> None:
        self.story.accept([protected("web-1")])

    @property
    def execution_id(self) -> str:
        return self.story.execution.execution_id

    def publish(self, entries: Sequence[BusEntry]) -> None:
        if self.refuses:
            raise PublishError({0: "InternalFailure"})
        self.published += entries

    def say(self, command: str, /, **body: JsonValue) -> Reply:
        return self.call(command, json.dumps(body))

    def call(self, command: str, text: str | None) -> Reply:
        return Door(self.story.store, self, StoryClock(), OneToken()).take(SignedCall(command, self.by, text))

    def decide(self, command: str, /, **also: JsonValue) -> Reply:
        return self.say(command, **{"execution": self.execution_id, "reason": "x", **ABOUT[command], **also})

    @property
    def told(self) -> dict[str, dict[str, JsonValue]]:
        (entry,) = self.published
        detail: dict[str, dict[str, JsonValue]] = json.loads(entry.detail)
        return detail


def faults(reply: Reply) -> str:
    named = reply.body["faults"]
    assert isinstance(named, list)
    return "\n".join(map(str, named))


@every_decision
def test_decision_is_one_event_of_the_doors_with_its_author(command: str) -> None:
    hub = Hub()

    reply = hub.decide(command, command_id="command-1")

    (entry,) = hub.published
    assert (reply.status, reply.body) == (
        HTTPStatus.ACCEPTED,
        {"command_id": "command-1", "event_id": hub.told["metadata"]["event_id"], "execution_id": hub.execution_id},
    )
    assert (entry.source, entry.detail_type) == ("groundswell.door", DECISIONS[command].detail_type)
    assert hub.told["data"]["decided_by"] == ALICE


@every_decision
def test_decision_is_read_by_the_reaction_that_it_is_for(command: str) -> None:
    hub = Hub()
    hub.decide(command)
    (entry,) = hub.published
    event = {"id": "id-1", "source": entry.source, "account": "111111111111", "time": "2026-01-31T03:00:00Z"}
    event |= {"detail-type": entry.detail_type, "detail": json.loads(entry.detail)}

    message = COMMANDS.validate_python({"messageId": "m-1", "body": json.dumps(event)}).body

    data: Command = message.detail.data
    assert isinstance(data, DECISIONS[command])
    assert (data.decided_by, data.reason) == (ALICE, "x")


def test_decision_has_the_lineage_of_its_execution() -> None:
    hub = Hub()

    hub.decide("pause", command_id="command-1")

    event_id = hub.told["metadata"]["event_id"]
    assert str(event_id).startswith("command-1.")
    assert hub.told["metadata"] == {
        "event_id": event_id,
        "causation_id": event_id,
        "correlation_id": hub.story.execution.correlation_id,
        "execution_id": hub.execution_id,
        "schema_version": "1.0",
        "occurred_at": "2026-01-31T03:00:00Z",
    }


def test_decision_gets_an_id_when_it_brings_none() -> None:
    hub = Hub()

    reply = hub.decide("pause")

    assert reply.body["command_id"] == "door-aB3--x"
    assert str(hub.told["metadata"]["event_id"]).startswith("door-aB3--x.")


def identity(command: str, caller: str = ALICE, /, **also: JsonValue) -> JsonValue:
    """The event_id that the door gives to what somebody says."""
    hub = Hub()
    hub.by = caller
    hub.decide(command, **{"command_id": "command-1", **also})
    return hub.told["metadata"]["event_id"]


def test_the_same_said_again_is_the_same_decision_also_from_another_session_of_the_same_role() -> None:
    again = identity("skip", ALICE.replace("alice", "botocore-session-17"), reason="said otherwise")

    assert identity("skip") == again


@pytest.mark.parametrize(
    ("caller", "also"),
    [
        ("arn:aws:sts::111111111111:assumed-role/operators/mallory", {}),
        ("arn:aws:iam::111111111111:user/recovery", {}),
        (ALICE, {"resources": ["drs/web-2"]}),
        (ALICE, {"wave": 2}),
        (ALICE, {"command_id": "command-2"}),
    ],
)
def test_nobody_uses_up_the_id_of_another_decision(caller: str, also: dict[str, JsonValue]) -> None:
    assert identity("retry", caller, **also) != identity("retry")
    assert identity("skip") != identity("retry")


@pytest.mark.parametrize("name", ["decided_by", "requested_by", "identity", "user", "Principal"])
def test_identity_in_a_body_is_refused(name: str) -> None:
    hub = Hub()

    reply = hub.decide("pause", **{name: "arn:aws:iam::111111111111:root"})

    assert (reply.status, hub.published) == (HTTPStatus.BAD_REQUEST, [])
    assert f"{name} is not taken from a body" in faults(reply)
    assert "signature" in faults(reply)


def test_every_fault_is_named_at_once() -> None:
    hub = Hub()

    reply = hub.say(
        "skip", execution="r-1", wave="one", resources="drs/web-1", decided_by="me", colour="red", command_id="no"
    )

    assert (reply.status, hub.published) == (HTTPStatus.BAD_REQUEST, [])
    for fault in (
        "command_id: give 8 to 64",
        "decided_by is not taken from a body",
        "unknown field colour (known are command, command_id, execution, reason, resources, wave)",
        'wave: input should be a valid integer, but "one" was given',
        "resources: input should be a valid array",
        "reason is missing: skip needs it",
        "execution: give the whole id of an execution",
    ):
        assert fault in faults(reply)


@pytest.mark.parametrize(
    ("command", "field_", "value"),
    [
        ("pause", "wave", 1),
        ("approve", "resources", RESOURCES),
        ("approve", "wave", 0),
        ("approve", "wave", True),
        ("retry", "wave", None),
        ("retry", "resources", [1]),
        ("skip", "reason", ""),
        ("pause", "reason", "x" * 501),
        ("pause", "execution", "../other"),
        ("pause", "command", "cancel"),
        ("pause", "command_id", "a b c d e f"),
    ],
)
def test_what_no_decision_may_say_is_refused(command: str, field_: str, value: JsonValue) -> None:
    hub = Hub()

    reply = hub.decide(command, **{field_: value})

    assert (reply.status, hub.published) == (HTTPStatus.BAD_REQUEST, [])
    assert field_ in faults(reply)


@pytest.mark.parametrize("text", [None, "", "[]", "pause", '"pause"', "{"])
def test_body_that_is_no_object_is_refused(text: str | None) -> None:
    reply = Hub().call("pause", text)

    assert reply.status is HTTPStatus.BAD_REQUEST
    assert "the body is no JSON object" in faults(reply)


def test_path_that_is_no_command_is_refused() -> None:
    reply = Hub().call("explode", "{}")

    assert reply.status is HTTPStatus.BAD_REQUEST
    assert "unknown command explode; known are request, pause, resume" in faults(reply)


def test_execution_that_there_is_not_is_not_found() -> None:
    hub = Hub()

    reply = hub.decide("pause", execution="dr-0123456789abcdef")

    assert (reply.status, hub.published) == (HTTPStatus.NOT_FOUND, [])
    assert "knows no execution dr-0123456789abcdef: dr status lists" in faults(reply)


def test_decision_that_the_bus_does_not_take_may_be_said_again() -> None:
    hub = Hub(refuses=True)

    reply = hub.decide("pause")

    assert reply.status is HTTPStatus.SERVICE_UNAVAILABLE
    assert "say it again with the same command_id" in faults(reply)


def test_request_is_vouched_for_beside_what_is_asked() -> None:
    hub = Hub()
    asked: dict[str, JsonValue] = {"operation": "failover", "all": True, "requested_by": "the board"}

    reply = hub.say("request", request=asked, command_id="command-1")

    (entry,) = hub.published
    event_id = str(hub.told["metadata"]["event_id"])
    assert event_id.startswith("command-1.")
    assert reply.body == {
        "command_id": "command-1",
        "event_id": event_id,
        "execution_id": execution_id_of(event_id),
    }
    assert (entry.source, entry.detail_type) == ("groundswell.door", "DRRequested")
    assert hub.told["metadata"]["decided_by"] == ALICE
    assert hub.told["data"] == {**asked, "request_id": event_id}


def test_request_keeps_the_id_that_it_has_and_is_read_by_the_planner_as_it_was_asked() -> None:
    hub = Hub()
    asked = REQUEST.model_copy(update={"request_id": "request-9"})

    reply = hub.say("request", request=asked.model_dump(mode="json", exclude_defaults=True))

    assert reply.body["execution_id"] == execution_id_of("request-9")
    read = read_request(json.loads(hub.published[0].detail))
    assert isinstance(read, DRRequested)
    assert (read, read.content_hash) == (asked, asked.content_hash)


def test_request_has_every_fault_named_at_once() -> None:
    hub = Hub()

    reply = hub.say("request", request={"operation": "failovr", "customer": "a"}, decided_by="me", command_id="no")

    assert (reply.status, hub.published) == (HTTPStatus.BAD_REQUEST, [])
    for fault in ("decided_by is not taken", "command_id: give", "unknown operation", "environment is missing"):
        assert fault in faults(reply)


def test_request_cannot_name_its_author_as_an_envelope_would() -> None:
    hub = Hub()
    enveloped: JsonValue = {"metadata": {"decided_by": "somebody"}, "data": {"operation": "failover", "all": True}}

    hub.say("request", request=enveloped)

    assert hub.told["metadata"]["decided_by"] == ALICE


def test_request_without_a_request_is_refused() -> None:
    reply = Hub().say("request", operation="failover")

    assert reply.status is HTTPStatus.BAD_REQUEST
    assert "request is missing" in faults(reply)


def test_door_writes_nothing_into_the_ledger() -> None:
    hub = Hub()
    before = hub.story.execution

    hub.decide("cancel")

    assert isinstance(hub.story.store, MemoryStore)
    assert (hub.story.execution, START) == (before, hub.story.clock.now())


def test_body_is_refused_naming_the_key_that_it_has_twice() -> None:
    body = '{"request": {"operation": "failover", "all": true, "dry_run": true, "dry_run": false}}'

    reply = Door(MemoryStore(), Hub(), StoryClock(), OneToken()).take(SignedCall("request", ALICE, body))

    assert reply.status == HTTPStatus.BAD_REQUEST
    assert reply.body == {"faults": ["dry_run is there twice: say it once, for nobody can tell which one is meant"]}
