from __future__ import annotations

import json

from groundswell.domain.events.facts import WaveAwaitingApproval
from groundswell.domain.instants import to_text
from groundswell.domain.records import StoredEvent
from groundswell.ledger import reading
from groundswell.ledger.outbox import fact
from groundswell.reactions.relay_events import Relay
from tests.unit.domain.builders import execution
from tests.unit.ledger.stories import NOW, X, accepted, at, opened_wave
from tests.unit.reactions.bench import Bench


def written(bench: Bench, number: int) -> list[StoredEvent]:
    """So many facts, not yet published."""
    data = WaveAwaitingApproval(wave=1, resources=3)
    for version in range(number):
        bench.store.write(fact(execution(version=version), data, subject="wave 1", cause="c", at=NOW))
    return reading.facts(bench.store, X)


def marked(bench: Bench) -> list[int]:
    return sorted(event.sequence for event in reading.unpublished(bench.store, up_to=to_text(at(1000))))


def relay(bench: Bench, facts: list[StoredEvent]) -> list[StoredEvent]:
    return list(Relay(bench.store, bench.bus).publish(facts))


def test_facts_are_published_in_their_order_exactly_as_they_are_kept() -> None:
    bench = Bench()
    facts = written(bench, 25)

    refused = relay(bench, facts)

    assert (refused, marked(bench)) == ([], [])
    assert [entry.detail for entry in bench.bus.entries] == [fact.detail for fact in facts]


def test_nothing_is_published_when_there_are_no_facts() -> None:
    assert relay(Bench(), []) == []


def test_fact_that_the_bus_refuses_keeps_its_mark_and_others_lose_theirs() -> None:
    bench = Bench()
    opened_wave(bench.store)
    facts = reading.facts(bench.store, X)
    bench.bus.refuses = {"DRAccepted"}

    refused = relay(bench, facts)

    assert [fact.detail_type for fact in refused] == ["DRAccepted"]
    assert marked(bench) == [1]
    assert [entry.detail_type for entry in bench.bus.entries] == ["WaveStarted"]


def test_fact_is_the_same_event_when_it_is_published_again() -> None:
    bench = Bench()
    accepted(bench.store)
    facts = reading.facts(bench.store, X)

    relay(bench, facts)
    relay(bench, facts)

    first, second = (json.loads(entry.detail)["metadata"]["event_id"] for entry in bench.bus.entries)
    assert first == second
