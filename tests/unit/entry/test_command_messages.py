"""Decisions as they come off the queue, and what the function makes of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from functions.control_execution import handler
from generate.schemas import SCHEMAS, models
from groundswell.domain.errors import StaleWriteError
from groundswell.domain.events.commands import Command
from groundswell.domain.instants import from_text
from groundswell.entry.messages import COMMANDS
from groundswell.reactions.control_execution import Commanded

KINDS = {model.detail_type: model for model in models() if issubclass(model, Command)}
every_kind = pytest.mark.parametrize("kind", list(KINDS))
ABOUT_WAVES = [name for name, model in KINDS.items() if "wave" in model.model_fields]
ABOUT_RESOURCES = [name for name, model in KINDS.items() if "resource_ids" in model.model_fields]


def sample(kind: str, **data: Any) -> dict[str, Any]:
    """A decision as EventBridge delivers it; `...` takes a field of its data away."""
    event: dict[str, Any] = json.loads((SCHEMAS / kind / "sample-1.0.json").read_text(encoding="utf-8"))
    said = {**event["detail"]["data"], **data}
    event["detail"]["data"] = {name: value for name, value in said.items() if value is not ...}
    return event


def record(event: dict[str, Any]) -> dict[str, Any]:
    return {"messageId": "m-1", "receiptHandle": "r", "body": json.dumps(event)}


def test_there_are_seven_kinds_of_decisions() -> None:
    assert len(KINDS) == 7


@every_kind
def test_decision_is_of_the_kind_that_its_event_says(kind: str) -> None:
    message = COMMANDS.validate_python(record(sample(kind))).body

    assert type(message.detail.data) is KINDS[kind]
    assert (message.source, message.detail.metadata.execution_id) == ("groundswell.door", "dr-db954f82fcf653f1")


@every_kind
def test_decision_is_refused_when_nobody_has_taken_it(kind: str) -> None:
    with pytest.raises(ValidationError, match="decided_by"):
        COMMANDS.validate_python(record(sample(kind, decided_by=...)))


@pytest.mark.parametrize("kind", ABOUT_WAVES)
@pytest.mark.parametrize("wave", [..., 0, -1, 10_000, "first", None])
def test_decision_is_refused_when_it_does_not_say_which_wave(kind: str, wave: object) -> None:
    with pytest.raises(ValidationError, match="wave"):
        COMMANDS.validate_python(record(sample(kind, wave=wave)))


@pytest.mark.parametrize("kind", ABOUT_RESOURCES)
def test_decision_may_leave_open_which_resources_it_means(kind: str) -> None:
    data = COMMANDS.validate_python(record(sample(kind, resource_ids=...))).body.detail.data

    assert data.model_dump()["resource_ids"] == ()


@pytest.mark.parametrize("kind", ABOUT_RESOURCES)
@pytest.mark.parametrize("names", [[f"s-{number}" for number in range(101)], ["x" * 2000], "a", [1]])
def test_decision_is_refused_when_its_resources_are_too_many_or_no_names(kind: str, names: object) -> None:
    with pytest.raises(ValidationError, match="resource_ids"):
        COMMANDS.validate_python(record(sample(kind, resource_ids=names)))


@pytest.mark.parametrize("reason", [..., "", None])
def test_skip_is_refused_when_it_does_not_say_why(reason: object) -> None:
    with pytest.raises(ValidationError, match="reason"):
        COMMANDS.validate_python(record(sample("ResourceSkipRequested", reason=reason)))


def test_message_is_refused_when_it_is_no_decision() -> None:
    event = {**sample("DRPauseRequested"), "detail-type": "DRForgetRequested"}

    with pytest.raises(ValidationError):
        COMMANDS.validate_python(record(event))


def test_message_is_refused_when_it_has_no_metadata() -> None:
    event = sample("DRPauseRequested")
    del event["detail"]["metadata"]

    with pytest.raises(ValidationError, match="metadata"):
        COMMANDS.validate_python(record(event))


@every_kind
def test_function_passes_on_who_said_what_of_which_execution_and_when(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Commanded] = []

    class Listening:
        def decide(self, commanded: Commanded) -> str | None:
            taken.append(commanded)
            return None

    monkeypatch.setattr(handler, "controller", Listening)
    event = {**sample(kind), "source": "operator"}
    message = COMMANDS.validate_python(record(event)).body

    handler.react(message)

    told = event["detail"]["metadata"]
    (commanded,) = taken
    assert (commanded.source, commanded.command_id) == ("operator", told["event_id"])
    assert (commanded.execution_id, commanded.said_at) == (told["execution_id"], from_text(told["occurred_at"]))
    assert commanded.command == message.detail.data


@pytest.mark.parametrize(
    ("source", "refusal", "counted"),
    [
        ("groundswell.door", None, []),
        ("groundswell.door", "it is over", ["DecisionsRefused"]),
        ("operator", None, ["DecisionsNotFromTheDoor"]),
    ],
)
def test_function_counts_refusals_apart_from_what_nobody_vouches_for(
    source: str, refusal: str | None, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Answering:
        def decide(self, _: Commanded) -> str | None:
            return refusal

    names: list[str] = []
    monkeypatch.setattr(handler, "controller", Answering)
    monkeypatch.setattr(handler, "count", names.append)
    monkeypatch.setattr(handler, "count_in_hub", names.append)

    handler.react(COMMANDS.validate_python(record({**sample("DRPauseRequested"), "source": source})).body)

    assert names == counted


def test_function_counts_what_nobody_vouches_for_also_when_it_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    class Believing:
        def decide(self, commanded: Commanded) -> str | None:
            raise StaleWriteError(f"from {commanded.source}")

    names: list[str] = []
    monkeypatch.setattr(handler, "controller", Believing)
    monkeypatch.setattr(handler, "count", names.append)
    monkeypatch.setattr(handler, "count_in_hub", names.append)

    with pytest.raises(StaleWriteError):
        handler.react(COMMANDS.validate_python(record({**sample("DRPauseRequested"), "source": "operator"})).body)

    assert names == ["DecisionsNotFromTheDoor"]
