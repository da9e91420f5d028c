"""Reads are sent again like writes, and keys that DynamoDB left unprocessed are asked for again."""

from __future__ import annotations

import pytest
from botocore.stub import Stubber

from groundswell.adapters.dynamodb_retries import LONGEST_PAUSES
from groundswell.domain.errors import PermanentError, TransientError
from groundswell.ports.store import Index, Key
from tests.unit.adapters.dynamodb_replies import TABLE, Pauses, failed, scripted

ATTEMPTS = len(LONGEST_PAUSES) + 1
KEYS = [Key("EXECUTION#1", f"WAVE#00{number}") for number in range(3)]


def _wire(key: Key) -> dict[str, dict[str, str]]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _batch(script: Stubber, asked: list[Key], *, found: list[Key], left: list[Key]) -> None:
    unprocessed = {TABLE: {"Keys": [_wire(key) for key in left], "ConsistentRead": True}} if left else {}
    script.add_response(
        "batch_get_item",
        {"Responses": {TABLE: [_wire(key) for key in found]}, "UnprocessedKeys": unprocessed},
        {"RequestItems": {TABLE: {"Keys": [_wire(key) for key in asked], "ConsistentRead": True}}},
    )


def _items(keys: list[Key]) -> list[dict[str, str]]:
    return [{"pk": key.pk, "sk": key.sk} for key in keys]


def test_get_many_asks_again_for_what_was_left_when_keys_stay_unprocessed() -> None:
    pauses = Pauses()

    with scripted(pauses) as (store, script):
        _batch(script, KEYS, found=[KEYS[2]], left=KEYS[:2])
        _batch(script, KEYS[:2], found=[], left=KEYS[:2])
        _batch(script, KEYS[:2], found=KEYS[:2], left=[])
        found = store.get_many(KEYS)

    assert found == _items(KEYS)
    assert pauses.taken == [LONGEST_PAUSES[0], LONGEST_PAUSES[1]]


def test_get_many_counts_attempts_anew_when_a_reply_brings_items() -> None:
    pauses = Pauses()

    with scripted(pauses) as (store, script):
        for _ in range(ATTEMPTS - 2):
            _batch(script, KEYS, found=[], left=KEYS)
        _batch(script, KEYS, found=KEYS[:1], left=KEYS[1:])
        for _ in range(ATTEMPTS - 2):
            _batch(script, KEYS[1:], found=[], left=KEYS[1:])
        _batch(script, KEYS[1:], found=KEYS[1:], left=[])
        found = store.get_many(KEYS)

    assert found == _items(KEYS)


def test_get_many_gives_up_as_transient_when_keys_stay_unprocessed() -> None:
    pauses = Pauses()

    with scripted(pauses) as (store, script):
        for _ in range(ATTEMPTS - 1):
            _batch(script, KEYS, found=[], left=KEYS)
        with pytest.raises(TransientError, match="table ledger: 3 keys"):
            store.get_many(KEYS)

    assert sum(pauses.taken) < 5


def test_get_many_asks_for_a_hundred_keys_a_request_when_there_are_more() -> None:
    keys = [Key("EXECUTION#1", f"RESOURCE#{number:03}") for number in range(201)]

    with scripted(Pauses()) as (store, script):
        for start in (0, 100, 200):
            _batch(script, keys[start : start + 100], found=keys[start : start + 100], left=[])
        found = store.get_many(keys)

    assert found == _items(keys)


def test_get_succeeds_when_throttling_passes() -> None:
    with scripted(Pauses()) as (store, script):
        failed(script, "get_item", "ThrottlingException", times=2)
        script.add_response("get_item", {"Item": _wire(KEYS[0])})
        found = store.get(KEYS[0])

    assert found == {"pk": KEYS[0].pk, "sk": KEYS[0].sk}


def test_get_gives_up_as_transient_when_throttling_does_not_pass() -> None:
    with scripted(Pauses()) as (store, script):
        failed(script, "get_item", "ProvisionedThroughputExceededException", times=ATTEMPTS)
        with pytest.raises(TransientError, match="EXECUTION#1 / WAVE#000"):
            store.get(KEYS[0])


def test_query_goes_on_with_the_next_page_when_one_of_them_is_throttled() -> None:
    first, last = ({"Items": [_wire(key)], "Count": 1, "ScannedCount": 1} for key in KEYS[:2])

    with scripted(Pauses()) as (store, script):
        script.add_response("query", {**first, "LastEvaluatedKey": _wire(KEYS[0])})
        failed(script, "query", "ThrottlingException")
        script.add_response("query", last)
        found = list(store.query("EXECUTION#1"))

    assert found == _items(KEYS[:2])


def test_query_of_an_index_is_not_taken_when_dynamodb_finds_it_invalid() -> None:
    with scripted(Pauses()) as (store, script):
        failed(script, "query", "ValidationException")
        with pytest.raises(PermanentError, match="index due"):
            list(store.query_index(Index.DUE, "shard-1"))


@pytest.mark.parametrize(
    "value", [{"N": "1.5"}, {"N": "1E+2"}, {"B": b"bytes"}, {"SS": ["a"]}, {"L": [{"NS": ["1"]}]}], ids=repr
)
def test_get_refuses_to_guess_when_the_table_holds_what_groundswell_never_writes(value: dict[str, object]) -> None:
    with scripted(Pauses()) as (store, script):
        script.add_response("get_item", {"Item": {**_wire(KEYS[0]), "odd": value}})
        with pytest.raises(PermanentError, match="repair it"):
            store.get(KEYS[0])
