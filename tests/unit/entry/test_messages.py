from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from groundswell.domain.events.work import ResourceFailed, ResourceProgressed, ResourceRecovered
from groundswell.entry.answers import SAID
from groundswell.entry.messages import ANSWER, COMMANDS, EVENTS, FACTS, LOOKS, REQUESTS, LookMessage

METADATA = {
    "event_id": "e-1",
    "schema_version": "1.0",
    "execution_id": "dr-1",
    "correlation_id": "c-1",
    "causation_id": "x-1",
    "occurred_at": "2030-01-01T00:00:00Z",
}
OUTCOME = {
    "order_id": "o-1",
    "attempt": 1,
    "token": "secret",
    "technology": "drs",
    "wave": 1,
    "resource_id": "drs/a",
}
ORDER = {
    **{name: OUTCOME[name] for name in ("order_id", "attempt", "token", "technology", "wave")},
    "account": "222222222201",
    "region": "us-west-2",
    "operation": "failover",
    "phases": ["INSTANTIATE"],
    "not_after": "2030-01-01T01:00:00Z",
    "resources": [],
}


def envelope(detail_type: str, detail: Any, **changes: Any) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "id-1",
        "detail-type": detail_type,
        "source": "groundswell.technology.drs",
        "account": "111111111111",
        "time": "2030-01-01T00:00:00Z",
        "region": "us-west-2",
        "resources": [],
        "detail": detail,
        **changes,
    }


def told(data: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": METADATA, "data": data}


def record(body: object) -> dict[str, Any]:
    return {"messageId": "m-1", "receiptHandle": "r", "body": body if isinstance(body, str) else json.dumps(body)}


@pytest.mark.parametrize(
    ("detail_type", "more", "kind"),
    [
        ("ResourceRecovered", {}, ResourceRecovered),
        ("ResourceFailed", {"cause": "c", "advice": "a"}, ResourceFailed),
        ("ResourceProgressed", {"note": "n"}, ResourceProgressed),
    ],
)
def test_answer_is_of_the_kind_that_its_event_says(detail_type: str, more: dict[str, str], kind: type) -> None:
    event = ANSWER.validate_python(envelope(detail_type, told({**OUTCOME, **more})))

    assert type(event.detail.data) is kind
    assert event.source == "groundswell.technology.drs"


@pytest.mark.parametrize("more", [{"cause": "c"}, {"advice": "a"}, {}])
def test_failure_is_refused_and_not_taken_for_a_recovery_when_it_says_too_little(more: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="ResourceFailed"):
        ANSWER.validate_python(envelope("ResourceFailed", told({**OUTCOME, **more})))


@pytest.mark.parametrize("name", list(OUTCOME))
def test_answer_is_refused_when_a_part_of_it_is_missing(name: str) -> None:
    data = {key: value for key, value in OUTCOME.items() if key != name}

    with pytest.raises(ValidationError, match=name):
        ANSWER.validate_python(envelope("ResourceRecovered", told(data)))


def test_answer_is_refused_when_it_is_of_another_kind() -> None:
    with pytest.raises(ValidationError):
        ANSWER.validate_python(envelope("ResourceForgotten", told(OUTCOME)))


def test_fact_is_understood_by_its_wave_where_it_has_one() -> None:
    started = FACTS.validate_python(record(envelope("WaveStarted", told({"wave": 3, "resources": 9}))))
    accepted = FACTS.validate_python(record(envelope("DRAccepted", told({"operation": "failover"}))))

    assert (started.body.detail.data.wave, accepted.body.detail.data.wave) == (3, 0)
    assert started.body.detail.metadata.execution_id == "dr-1"


@pytest.mark.parametrize("detail", [{}, {"customer": "customer-a"}, {"metadata": METADATA, "data": {}}])
def test_event_is_understood_whatever_its_detail_holds(detail: dict[str, Any]) -> None:
    message = EVENTS.validate_python(record(envelope("DRRequested", detail, resources=["arn:a"])))

    assert (message.body.detail, message.body.resources) == (detail, ("arn:a",))


def test_event_without_an_offset_in_its_time_is_refused() -> None:
    with pytest.raises(ValidationError, match="time"):
        EVENTS.validate_python(record(envelope("DRRequested", {}, time="2030-01-01T00:00:00")))


def test_look_is_told_from_an_order() -> None:
    look = LOOKS.validate_python(record({"look": {"execution_id": "dr-1", "wave": 1, "order_id": "o-1", "number": 7}}))
    order = LOOKS.validate_python(record(envelope("RecoveryRequested", told(ORDER))))

    assert isinstance(look.body, LookMessage)
    assert look.body.look.number == 7
    assert not isinstance(order.body, LookMessage)
    assert order.body.detail.data.order_id == "o-1"


def test_look_has_no_number_when_it_is_a_wake_up() -> None:
    look = LOOKS.validate_python(
        record({"look": {"execution_id": "dr-1", "wave": 1, "order_id": "o-1", "asked_at": "2030-01-01T00:00:00Z"}})
    )

    assert isinstance(look.body, LookMessage)
    assert (look.body.look.number, look.body.look.asked_at is not None) == (None, True)


@pytest.mark.parametrize("adapter", [EVENTS, FACTS, LOOKS])
@pytest.mark.parametrize("body", ["", "no json", "[]", "null", "{}", '{"look": {}}', '"text"'])
def test_message_is_refused_when_it_is_none_of_ours(adapter: TypeAdapter[Any], body: str) -> None:
    with pytest.raises(ValidationError):
        adapter.validate_python(record(body))


def test_message_is_refused_when_it_has_no_metadata() -> None:
    with pytest.raises(ValidationError, match="metadata"):
        FACTS.validate_python(record(envelope("WaveStarted", {"data": {}})))
    with pytest.raises(ValidationError, match="metadata"):
        ANSWER.validate_python(envelope("ResourceRecovered", {"data": OUTCOME}))


@pytest.mark.parametrize("kind", [SAID, COMMANDS, EVENTS, FACTS, LOOKS])
@pytest.mark.parametrize(
    "hidden", ["", '"n": ' + "9" * 5000 + ", ", '"f": 1e999, ', '"c": NaN, ', '"s": "\\ud800", ', '"t": "a\tb", ']
)
def test_message_is_refused_naming_the_key_that_it_has_twice(kind: TypeAdapter[Any], hidden: str) -> None:
    detail = f'"detail": {{{hidden}"dry_run": true, "dry_run": false}}'
    body = json.dumps(envelope("T", {})).replace('"detail": {}', detail)

    with pytest.raises(ValidationError, match="dry_run is there twice: say it once"):
        kind.validate_python(record(body))


@pytest.mark.parametrize("kind", [EVENTS, REQUESTS])
def test_message_is_refused_when_its_keys_cannot_be_looked_at(kind: TypeAdapter[Any]) -> None:
    with pytest.raises(ValidationError):
        kind.validate_python(record('{"a": ' + "[" * 50_000 + "]" * 50_000 + "}"))


def test_request_is_read_with_the_keys_that_it_has_twice_wherever_they_are() -> None:
    detail = '"detail": {"data": {"a": [{"b": 1, "\\u0062": 2}]}}'
    body = json.dumps(envelope("DRRequested", {})).replace('"detail": {}', detail)

    read = REQUESTS.validate_python(record(body))

    assert (read.doubled, read.body.detail) == (("b",), {"data": {"a": [{"b": 2}]}})
    assert REQUESTS.validate_python(record(envelope("DRRequested", {"x": {"y": 1}, "y": 2}))).doubled == ()
