from __future__ import annotations

import json
from dataclasses import replace

import pytest

from groundswell.domain.conditions import Item
from groundswell.domain.errors import PermanentError
from groundswell.domain.events.facts import WaveAwaitingApproval
from groundswell.domain.ids import ExecutionId, ResourceId
from groundswell.domain.instants import to_text
from groundswell.domain.records import StoredEvent
from groundswell.ledger import executions, keys, outbox, reading, refusals, waves
from groundswell.ledger.outbox import entry_of, fact, mark_published, mark_refused
from groundswell.ledger.refusals import Refused
from groundswell.ports.store import Put, Store
from tests.unit.domain.builders import execution
from tests.unit.ledger.stories import LANE, NOW, X, accepted, at, planning, server

DATA = WaveAwaitingApproval(wave=1, resources=3)


def put(subject: str = "wave 1", version: int = 4, seconds: float = 0) -> Put:
    return fact(execution(version=version), DATA, subject=subject, cause="cause", at=at(seconds))


def written(store: Store, **changes: float) -> StoredEvent:
    store.write(put(**changes))  # type: ignore[arg-type] # only numbers are changed here
    return reading.facts(store, X)[-1]


def unpublished(store: Store, seconds: float = 1000) -> list[StoredEvent]:
    return list(reading.unpublished(store, up_to=to_text(at(seconds))))


def test_fact_is_kept_exactly_as_it_is_published(store: Store) -> None:
    stored = written(store)

    entry = entry_of(stored)
    assert (entry.source, entry.detail_type) == ("groundswell", "WaveAwaitingApproval")
    assert json.loads(entry.detail) == {
        "data": {"wave": 1, "resources": 3, "technologies": {}},
        "metadata": {
            "event_id": stored.event_id,
            "schema_version": "1.1",
            "execution_id": "dr-1",
            "correlation_id": "c-1",
            "causation_id": "cause",
            "sequence": 5,
            "occurred_at": "2030-01-01T00:00:00Z",
        },
    }


def test_fact_has_one_id_when_the_same_decision_is_taken_twice() -> None:
    assert put().item["event_id"] == put(seconds=99).item["event_id"]


def test_fact_has_another_id_when_subject_version_or_execution_differs() -> None:
    other = fact(execution(version=4, execution_id=ExecutionId("dr-2")), DATA, subject="wave 1", cause="cause", at=NOW)

    ids = {each.item["event_id"] for each in (put(), put("wave 2"), put(version=5), other)}

    assert len(ids) == 4


def test_fact_is_marked_until_it_is_published(store: Store) -> None:
    stored = written(store)
    assert unpublished(store) == [stored]

    mark_published(store, stored)
    mark_published(store, stored)

    assert unpublished(store) == []
    assert reading.facts(store, X) == [stored]


def test_fact_is_not_yet_overdue_when_it_has_just_occurred(store: Store) -> None:
    written(store, seconds=100)

    assert (len(unpublished(store, 99)), len(unpublished(store, 100))) == (0, 1)


def test_fact_stays_marked_with_the_error_when_the_bus_refuses_it(store: Store) -> None:
    stored = written(store)

    mark_refused(store, stored, "e" * 9000)

    (kept,) = unpublished(store)
    assert kept.refused == "e" * 500


def test_error_is_forgotten_when_the_fact_is_published_after_all(store: Store) -> None:
    stored = written(store)
    mark_refused(store, stored, "error")

    mark_published(store, stored)

    assert reading.facts(store, X) == [stored]


def test_unpublished_facts_are_found_in_every_shard(store: Store) -> None:
    for version in range(20):
        store.write(put(version=version))

    found = {event.sequence for event in unpublished(store)}

    assert found == set(range(1, 21))
    assert len({keys.unpublished_shard(event.event_id) for event in unpublished(store)}) == keys.SHARDS


def test_facts_are_read_by_sequence(store: Store) -> None:
    for version in (10, 3, 7):
        store.write(put(version=version))

    assert [event.sequence for event in reading.facts(store, X)] == [4, 8, 11]


def test_open_executions_are_found_in_every_shard(store: Store) -> None:
    ids = {ExecutionId(f"dr-{number}") for number in range(20)}
    for execution_id in sorted(ids):
        executions.begin(store, planning(execution_id))

    assert {each.execution_id for each in reading.open_executions(store)} == ids


def test_reading_says_what_is_not_there(store: Store) -> None:
    assert reading.find_execution(store, X) is None
    with pytest.raises(PermanentError, match="no execution dr-1: was the event meant for another hub"):
        reading.execution(store, X)
    with pytest.raises(PermanentError, match="execution dr-1 has no wave 3"):
        reading.wave(store, X, 3)


def test_waves_are_read_by_number_and_without_what_else_is_there(store: Store) -> None:
    accepted(store, *(server(f"s-{wave}", wave) for wave in (10, 2, 1)))

    assert [wave.wave for wave in reading.waves(store, X)] == [1, 2, 10]


def test_resources_are_read_by_name_from_their_wave_only(store: Store) -> None:
    accepted(store, server("a", 1), server("b", 2))

    found = reading.resources_named(store, LANE, [ResourceId("a"), ResourceId("b"), ResourceId("c")])

    assert list(found) == ["a"]


def test_refused_outcome_is_kept_with_its_reason_and_without_its_token(store: Store) -> None:
    refused = Refused(X, "e-1", "somebody", "ResourceRecovered", "o", "a" * 9000, "the token is not the order's")

    refusals.keep(store, refused, at=NOW)
    refusals.keep(store, refused, at=NOW)
    refusals.keep(store, replace(refused, source="another"), at=NOW)

    kept = [
        item for item in store.query(keys.execution_partition(X), keys.REFUSED_PREFIX) if item["source"] != "another"
    ]
    assert [{name: value for name, value in item.items() if name not in ("pk", "sk")} for item in kept] == [
        {
            "event_id": "e-1",
            "source": "somebody",
            "detail_type": "ResourceRecovered",
            "order_id": "o",
            "resource_id": "a" * 500,
            "reason": "the token is not the order's",
            "at": to_text(NOW),
        }
    ]


def test_every_transition_of_a_wave_leaves_a_fact_to_publish(store: Store) -> None:
    execution_now = accepted(store)
    waves.open_wave(store, execution_now, reading.wave(store, X, 1), cause="c", at=NOW)

    assert {event.detail_type for event in unpublished(store)} == {"DRAccepted", "WaveStarted"}
    assert outbox.entry_of(unpublished(store)[0]).source == "groundswell"


FOREIGN = {"pk": "TECHNOLOGY#drs#EXECUTION#dr-1#WAVE#001"}
"""Where only a technology's worker writes."""


def test_item_is_no_unpublished_fact_because_it_is_listed_as_one(store: Store) -> None:
    execution = accepted(store)
    told = fact(execution, WaveAwaitingApproval(wave=1, resources=3), subject="wave 1", cause="c", at=NOW).item
    before = len(unpublished(store))

    store.write(Put({**told, **FOREIGN}), Put({**FOREIGN, "sk": "x", "due_shard": told["due_shard"], "due_at": "1"}))

    assert len(unpublished(store)) == before


@pytest.mark.parametrize("shard", [keys.open_shard(X), keys.ended_shard(X)])
def test_item_is_no_execution_because_it_is_listed_as_one(store: Store, shard: str) -> None:
    listed: Item = {"due_shard": shard, "due_at": "2030"}
    forged = accepted(store).as_item() | listed

    store.write(Put({"sk": "META", **forged, **FOREIGN}), Put({**FOREIGN, "sk": "x", **listed}))

    assert [each.execution_id for each in reading.open_executions(store)] == [X]
    assert reading.latest_ended(store, 5) == []


def test_item_is_no_hold_because_an_event_names_it(store: Store) -> None:
    arn = "arn:aws:drs:us-west-2:222222222201:source-server/s-1"
    accepted(store, server("a").model_copy(update={"wake_key": arn}))
    (hold,) = reading.holds_woken_by(store, arn)

    store.write(
        Put({**FOREIGN, "sk": "HOLD", "wake_key": arn, **hold.as_item()}), Put({**FOREIGN, "sk": "x", "wake_key": arn})
    )

    assert list(reading.holds_woken_by(store, arn)) == [hold]
