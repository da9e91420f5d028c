from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from groundswell.domain.errors import PermanentError, StaleWriteError, TransientError
from groundswell.entry.functions import Handler, count, each_message, each_record, logger, metrics, whole_batch
from groundswell.entry.messages import EVENTS, AnyEvent, Record


@dataclass
class Context:
    """What Lambda tells of an invocation."""

    function_name: str = "hub-function"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:us-west-2:111111111111:function:hub-function"
    aws_request_id: str = "r-1"

    def get_remaining_time_in_millis(self) -> int:
        return 17_000


@pytest.fixture(autouse=True)
def _heard(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(metrics.provider, "namespace", "Groundswell")
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Groundswell")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "groundswell-a-function")
    monkeypatch.setenv("HUB", "groundswell")
    caplog.set_level("INFO", logger=logger.name)


def message(name: str, *, is_broken: bool = False) -> dict[str, Any]:
    event = {
        "id": name,
        "detail-type": "T",
        "source": "s",
        "account": "111111111111",
        "time": "2030-01-01T00:00:00Z",
        "detail": {},
    }
    return {
        "messageId": name,
        "receiptHandle": "h",
        "attributes": {},
        "messageAttributes": {},
        "md5OfBody": "x",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-west-2:111111111111:queue",
        "awsRegion": "us-west-2",
        "body": "no json" if is_broken else json.dumps(event),
    }


def failed(handler: Handler, *messages: dict[str, Any]) -> list[str]:
    """The ids of the messages that are to come again."""
    answer = handler({"Records": list(messages)}, cast("LambdaContext", Context()))
    return [str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


def reacting(errors: Mapping[str, Exception]) -> tuple[list[str], Callable[[AnyEvent], None]]:
    """A reaction that raises for some messages, and the list of those that it was called for."""
    seen: list[str] = []

    def react(event: AnyEvent) -> None:
        seen.append(event.id)
        if event.id in errors:
            raise errors[event.id]

    return seen, react


def counted(name: str, printed: str) -> list[float]:
    """How much was counted in a metric of the whole hub."""
    lines = [line for text in printed.splitlines() if name in (line := json.loads(text))]
    for line in lines:
        (told,) = line["_aws"]["CloudWatchMetrics"]
        assert (told["Namespace"], told["Dimensions"]) == ("Groundswell", [["service"], ["hub"]])
        assert (line["service"], line["hub"]) == ("groundswell-a-function", "groundswell")
    return [number for line in lines for number in line[name]]


def reasons(log: pytest.LogCaptureFixture) -> list[str]:
    return [str(vars(line)["reason"]) for line in log.records if "reason" in vars(line)]


def test_each_message_is_reacted_to() -> None:
    seen, react = reacting({})

    assert failed(each_message(EVENTS, react), message("a"), message("b")) == []
    assert seen == ["a", "b"]


@pytest.mark.parametrize("error", [TransientError("later"), PermanentError("never"), KeyError("bug")])
def test_message_alone_comes_again_when_its_reaction_fails(error: Exception) -> None:
    seen, react = reacting({"b": error})

    assert failed(each_message(EVENTS, react), message("a"), message("b"), message("c")) == ["b"]
    assert seen == ["a", "b", "c"]


def test_message_is_done_when_it_is_a_duplicate() -> None:
    _, react = reacting({"a": StaleWriteError("somebody was first")})

    assert failed(each_message(EVENTS, react), message("a")) == []


def test_all_come_again_and_nothing_is_raised_when_all_fail() -> None:
    _, react = reacting({"a": TransientError("x"), "b": TransientError("x")})

    assert failed(each_message(EVENTS, react), message("a"), message("b")) == ["a", "b"]


def test_message_comes_again_when_it_cannot_be_understood_and_others_are_worked() -> None:
    seen, react = reacting({})

    assert failed(each_message(EVENTS, react), message("a", is_broken=True), message("b")) == ["a"]
    assert seen == ["b"]


def test_reason_is_in_the_log_when_a_message_fails(caplog: pytest.LogCaptureFixture) -> None:
    _, react = reacting({"b": TransientError("the ledger does not answer")})

    failed(each_message(EVENTS, react), message("a", is_broken=True), message("b"))

    first, second = reasons(caplog)
    assert first == "the message cannot be understood: body: Invalid JSON: Expecting value: line 1 column 1 (char 0)"
    assert second == "the ledger does not answer"


def test_failures_of_one_batch_are_not_carried_into_the_next() -> None:
    _, react = reacting({"a": TransientError("x")})
    handler = each_message(EVENTS, react)

    assert failed(handler, message("a")) == ["a"]
    assert failed(handler, message("b")) == []


def test_reaction_learns_how_much_time_is_left() -> None:
    left: list[int] = []
    handler = each_record(EVENTS, lambda _, context: left.append(context.get_remaining_time_in_millis()))

    assert failed(handler, message("a")) == []
    assert left == [17_000]


def test_reaction_learns_how_often_a_message_came() -> None:
    came: list[int] = []
    handler = each_record(EVENTS, lambda record, _: came.append(record.receives))

    assert failed(handler, message("a"), message("b") | {"attributes": {"ApproximateReceiveCount": "3"}}) == []
    assert came == [1, 3]


def test_batch_is_worked_as_one_and_names_just_those_that_failed() -> None:
    batches: list[list[str]] = []

    def react(batch: Sequence[Record[AnyEvent]]) -> Mapping[str, Exception]:
        batches.append([record.body.id for record in batch])
        return {"b": TransientError("later")}

    assert failed(whole_batch(EVENTS, react), message("a"), message("b"), message("c")) == ["b"]
    assert batches == [["a", "b", "c"]]


def test_rest_of_a_batch_is_worked_when_a_message_cannot_be_understood(caplog: pytest.LogCaptureFixture) -> None:
    batches: list[list[str]] = []

    def react(batch: Sequence[Record[AnyEvent]]) -> Mapping[str, Exception]:
        batches.append([record.body.id for record in batch])
        return {}

    assert failed(whole_batch(EVENTS, react), message("a"), message("b", is_broken=True)) == ["b"]
    assert batches == [["a"]]
    assert reasons(caplog) == [
        "the message cannot be understood: body: Invalid JSON: Expecting value: line 1 column 1 (char 0)"
    ]


@pytest.mark.parametrize("kind", [each_message, whole_batch])
def test_nothing_of_a_message_is_in_the_log_when_it_cannot_be_understood(
    kind: Callable[..., Handler], caplog: pytest.LogCaptureFixture
) -> None:
    secret = {"body": json.dumps({"token": "s3cret", "id": "s3cret"})}

    assert failed(kind(EVENTS, lambda _: {}), {**message("a"), **secret}) == ["a"]

    assert "detail-type: Field required" in reasons(caplog)[0]
    assert "s3cret" not in caplog.text


def test_batch_comes_again_as_a_whole_when_its_reaction_has_a_bug() -> None:
    def react(batch: Sequence[Record[AnyEvent]]) -> Mapping[str, Exception]:
        raise KeyError(len(batch))

    with pytest.raises(KeyError):
        failed(whole_batch(EVENTS, react), message("a"), message("b"))


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_each_message_that_fails_is_counted_at_once(broken: int, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["a", "b"][:broken]
    _, react = reacting({name: TransientError("later") for name in names})

    failed(each_message(EVENTS, react), message("a"), message("b"), message("c"))
    each = counted("MessagesFailed", capsys.readouterr().out)
    failed(whole_batch(EVENTS, lambda _: {name: TransientError("later") for name in names}), message("a"), message("b"))
    batch = counted("MessagesFailed", capsys.readouterr().out)

    assert (each, batch) == ([1.0] * broken, [1.0] * broken)


def test_message_that_cannot_be_understood_counts_as_failed(capsys: pytest.CaptureFixture[str]) -> None:
    failed(each_message(EVENTS, lambda _: None), message("a", is_broken=True))
    failed(whole_batch(EVENTS, lambda _: {}), message("a", is_broken=True))

    assert counted("MessagesFailed", capsys.readouterr().out) == [1.0, 1.0]


def test_all_messages_of_a_batch_count_as_failed_when_its_reaction_has_a_bug(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def react(_: Sequence[Record[AnyEvent]]) -> Mapping[str, Exception]:
        raise KeyError

    with pytest.raises(KeyError):
        failed(whole_batch(EVENTS, react), message("a"), message("b"))

    assert counted("MessagesFailed", capsys.readouterr().out) == [2.0]


def test_duplicate_counts_as_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    _, react = reacting({"a": StaleWriteError("somebody was first")})

    failed(each_message(EVENTS, react), message("a"))

    assert counted("MessagesFailed", capsys.readouterr().out) == []


def test_count_goes_out_as_a_metric_of_the_function(capsys: pytest.CaptureFixture[str]) -> None:
    def react(_: AnyEvent) -> None:
        count("Things", 3)
        count("Nothings", 0)

    failed(each_message(EVENTS, react), message("a"))

    metrics = [line for text in capsys.readouterr().out.splitlines() if "_aws" in (line := json.loads(text))]
    assert [line.get("Things") for line in metrics] == [[3.0]]
    assert "Nothings" not in metrics[0]
