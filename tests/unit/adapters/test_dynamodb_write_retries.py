"""What the store on DynamoDB sends again, how long it waits, and what it raises in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from botocore.stub import ANY

from groundswell.adapters.dynamodb_retries import LONGEST_PAUSES, PATIENCE, Retries
from groundswell.adapters.dynamodb_store import DynamoDbStore
from groundswell.domain.conditions import Absent
from groundswell.domain.errors import PermanentError, TransientError
from groundswell.ports.store import Key, Put, Reason, Refusal, TransactionRefusedError, Update
from tests.unit.adapters.dynamodb_replies import TOKEN, Pauses, cancelled, failed, scripted

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ATTEMPTS = len(LONGEST_PAUSES) + 1
FIRST = Put({"pk": "EXECUTION#1", "sk": "META"}, condition=Absent("pk"))
SECOND = Update(Key("EXECUTION#1", "WAVE#001"), add={"version": 1})
SAME_REQUEST = {"TransactItems": ANY, "ClientRequestToken": TOKEN}


@pytest.mark.parametrize(
    "codes",
    [
        ("TransactionConflict", "None"),
        ("None", "ThrottlingError"),
        ("ProvisionedThroughputExceeded", "TransactionConflict"),
        ("None", "None"),
    ],
)
def test_write_succeeds_when_conflicts_and_throttling_pass(codes: tuple[str, str]) -> None:
    pauses = Pauses()

    with scripted(pauses) as (store, script):
        cancelled(script, *codes)
        cancelled(script, *codes)
        script.add_response("transact_write_items", {}, SAME_REQUEST)
        store.write(FIRST, SECOND)

    assert pauses.taken == list(LONGEST_PAUSES[:2])


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 400),
        ("ProvisionedThroughputExceededException", 400),
        ("RequestLimitExceeded", 400),
        ("TransactionInProgressException", 400),
        ("InternalServerError", 500),
        ("ServiceUnavailable", 503),
        ("SomethingNew", 500),
    ],
)
def test_write_succeeds_when_an_error_of_the_service_passes(code: str, status: int) -> None:
    with scripted(Pauses()) as (store, script):
        failed(script, "transact_write_items", code, status=status)
        script.add_response("transact_write_items", {}, SAME_REQUEST)
        store.write(FIRST)


def test_write_gives_up_as_transient_when_throttling_does_not_pass() -> None:
    pauses = Pauses()

    with scripted(pauses) as (store, script):
        failed(script, "transact_write_items", "ThrottlingException", times=ATTEMPTS)
        with pytest.raises(TransientError, match=r"EXECUTION#1 / META.*ThrottlingException"):
            store.write(FIRST)

    assert pauses.taken == list(LONGEST_PAUSES)
    assert sum(pauses.taken) < 5


def test_write_gives_up_as_transient_naming_the_item_when_a_conflict_does_not_pass() -> None:
    with scripted(Pauses()) as (store, script):
        for _ in range(ATTEMPTS):
            cancelled(script, "None", "TransactionConflict")
        with pytest.raises(TransientError, match=r"EXECUTION#1 / WAVE#001: TransactionConflict.*nothing was written"):
            store.write(FIRST, SECOND)


@pytest.mark.parametrize("other", ["TransactionConflict", "ThrottlingError", "ValidationError", "None"])
def test_write_is_refused_at_once_when_a_condition_is_among_the_reasons(other: str) -> None:
    pauses = Pauses()

    with scripted(pauses) as (store, script):
        cancelled(script, other, "ConditionalCheckFailed")
        with pytest.raises(TransactionRefusedError) as refused:
            store.write(SECOND, FIRST)

    assert refused.value.failed == [1]
    assert len(refused.value.reasons) == 2
    assert pauses.taken == []


def test_write_is_refused_with_the_item_that_stood_there_when_its_condition_failed() -> None:
    with scripted(Pauses()) as (store, script):
        script.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            http_status_code=400,
            modeled_fields={
                "CancellationReasons": [
                    {"Code": "None"},
                    {"Code": "ConditionalCheckFailed", "Item": {"pk": {"S": "EXECUTION#1"}, "count": {"N": "7"}}},
                ]
            },
        )
        with pytest.raises(TransactionRefusedError) as refused:
            store.write(SECOND, FIRST)

    assert refused.value.reasons == (
        Reason(Refusal.NONE),
        Reason(Refusal.CONDITION, {"pk": "EXECUTION#1", "count": 7}),
    )


@pytest.mark.parametrize("other", ["TransactionConflict", "ThrottlingError", "None"])
@pytest.mark.parametrize("code", ["ValidationError", "ItemCollectionSizeLimitExceeded", "SomethingNew"])
def test_write_is_not_taken_at_once_when_a_reason_will_not_pass(other: str, code: str) -> None:
    pauses = Pauses()

    with scripted(pauses) as (store, script):
        cancelled(script, other, code)
        with pytest.raises(PermanentError, match=f"EXECUTION#1 / META: {code}"):
            store.write(SECOND, FIRST)

    assert pauses.taken == []


def test_write_is_not_taken_when_dynamodb_finds_the_request_invalid() -> None:
    with scripted(Pauses()) as (store, script):
        failed(script, "transact_write_items", "ValidationException")
        with pytest.raises(PermanentError, match=r"EXECUTION#1 / META.*said so"):
            store.write(FIRST)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "ExpiredTokenException"])
def test_write_is_transient_at_once_when_the_installation_is_at_fault(code: str) -> None:
    pauses = Pauses()

    with scripted(pauses) as (store, script):
        failed(script, "transact_write_items", code)
        with pytest.raises(TransientError, match=f"table ledger.*{code}"):
            store.write(FIRST)

    assert pauses.taken == []


class _Unreachable:
    """A client that gets no reply until it was asked so many times."""

    def __init__(self, error: Exception, *, times: int) -> None:
        self.requests: list[dict[str, object]] = []
        self._error = error
        self._times = times

    def transact_write_items(self, **request: object) -> dict[str, object]:
        self.requests.append(request)
        if len(self.requests) <= self._times:
            raise self._error
        return {}


NO_REPLY = [
    ReadTimeoutError(endpoint_url="the table's endpoint"),
    ConnectionClosedError(endpoint_url="the table's endpoint"),
    EndpointConnectionError(endpoint_url="the table's endpoint"),
]


@pytest.mark.parametrize("error", NO_REPLY, ids=lambda error: type(error).__name__)
def test_write_is_sent_again_with_its_token_when_no_reply_came(error: Exception) -> None:
    client = _Unreachable(error, times=2)

    _store(client).write(FIRST, SECOND)

    assert len(client.requests) == 3
    assert client.requests == [client.requests[0]] * 3
    assert client.requests[0]["ClientRequestToken"] == TOKEN


def test_write_says_that_its_fate_is_unknown_when_no_reply_ever_came() -> None:
    client = _Unreachable(NO_REPLY[0], times=ATTEMPTS)

    with pytest.raises(TransientError, match="whether it was done is unknown"):
        _store(client).write(FIRST)

    assert len(client.requests) == ATTEMPTS


def test_write_is_not_sent_again_when_waiting_for_replies_took_too_long() -> None:
    client = _Unreachable(NO_REPLY[0], times=ATTEMPTS)
    instants = iter([0.0, PATIENCE / 2, PATIENCE + 0.1])
    retries = Retries(pause=lambda _: None, clock=lambda: next(instants))
    store = DynamoDbStore(cast("DynamoDBClient", client), "ledger", retries=retries)

    with pytest.raises(TransientError, match="no reply"):
        store.write(FIRST)

    assert len(client.requests) == 2


def test_pauses_are_drawn_from_nothing_to_the_longest_when_attempts_follow() -> None:
    client = _Unreachable(NO_REPLY[0], times=3)
    pauses, draws = Pauses(), iter([0.0, 0.5, 1.0])
    retries = Retries(pause=pauses.taken.append, draw=lambda: next(draws))

    DynamoDbStore(cast("DynamoDBClient", client), "ledger", retries=retries).write(FIRST)

    assert pauses.taken == [0.0, LONGEST_PAUSES[1] / 2, LONGEST_PAUSES[2]]


def test_writes_have_tokens_of_their_own_when_none_are_given() -> None:
    client = _Unreachable(NO_REPLY[0], times=0)
    store = DynamoDbStore(cast("DynamoDBClient", client), "ledger")

    store.write(FIRST)
    store.write(FIRST)

    first, second = (str(request["ClientRequestToken"]) for request in client.requests)
    assert first != second
    assert len(first) <= 36


def _store(client: _Unreachable) -> DynamoDbStore:
    return DynamoDbStore(cast("DynamoDBClient", client), "ledger", retries=Pauses().retries(), new_token=lambda: TOKEN)
