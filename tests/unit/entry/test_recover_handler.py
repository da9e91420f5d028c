"""What `recover` makes of a message: a request over the bus, or the look of a number."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.recover import handler as recover
from groundswell.reactions.recover.timetable import LookAt
from tests.unit.entry.test_functions import Context, message

ORDER = {
    "order_id": "dr-1.w001.drs.here.000",
    "attempt": 1,
    "token": "t",
    "technology": "drs",
    "wave": 1,
    "operation": "failover",
    "phases": ["INSTANTIATE", "ACTIVATE"],
    "account": "222222222201",
    "region": "us-west-2",
    "not_after": "2030-01-01T01:00:00Z",
    "resources": [],
}
LOOK = {"execution_id": "dr-1", "wave": 1, "order_id": ORDER["order_id"], "number": 3, "asked_at": None}


class Noting:
    """A worker that notes what it is asked for."""

    def __init__(self) -> None:
        self.looks: list[LookAt] = []
        self.seconds: list[float] = []

    def look(self, wanted: LookAt, *, seconds_left: Callable[[], float]) -> None:
        self.looks.append(wanted)
        self.seconds.append(seconds_left())


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Noting:
    noting = Noting()
    monkeypatch.setattr(recover, "worker", lambda: noting)
    return noting


def handed(body: object, *, receives: int = 1) -> None:
    """Let the function be given this message, for so many times."""
    told = {**message("m"), "attributes": {"ApproximateReceiveCount": str(receives)}, "body": json.dumps(body)}
    answer = recover.handler({"Records": [told]}, cast("LambdaContext", Context()))
    assert answer["batchItemFailures"] == []


def request() -> dict[str, Any]:
    metadata = {
        "event_id": "e-1",
        "schema_version": "1.0",
        "execution_id": "dr-1",
        "correlation_id": "c-1",
        "causation_id": "c-2",
        "sequence": 1,
        "occurred_at": "2030-01-01T00:00:00Z",
    }
    event = json.loads(str(message("e")["body"]))
    return {**event, "detail-type": "RecoveryRequested", "detail": {"metadata": metadata, "data": ORDER}}


def test_request_over_the_bus_is_answered_also_when_its_order_has_ended(worker: Noting) -> None:
    handed(request())

    (wanted,) = worker.looks
    assert wanted.is_request
    assert (wanted.number, wanted.asked_at) == (None, datetime(2030, 1, 1, tzinfo=UTC))
    assert (wanted.execution_id, wanted.wave, wanted.order_id) == ("dr-1", 1, ORDER["order_id"])


def test_look_of_a_number_is_no_request(worker: Noting) -> None:
    handed({"look": LOOK})

    (wanted,) = worker.looks
    assert (wanted.is_request, wanted.number, wanted.order_id) == (False, 3, ORDER["order_id"])


@pytest.mark.parametrize(("receives", "comes_again"), [(1, False), (2, True)])
@pytest.mark.parametrize("body", [{"look": LOOK}, request()], ids=["look", "request"])
def test_message_says_whether_it_comes_again(worker: Noting, body: object, receives: int, *, comes_again: bool) -> None:
    handed(body, receives=receives)

    assert [wanted.comes_again for wanted in worker.looks] == [comes_again]


def test_worker_knows_the_time_that_its_invocation_has_left(worker: Noting) -> None:
    handed({"look": LOOK})

    assert worker.seconds == [17.0]
