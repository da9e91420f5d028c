from __future__ import annotations

from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from groundswell.domain.conditions import Item
from groundswell.domain.events.facts import WaveAwaitingApproval
from groundswell.domain.records import StoredEvent
from groundswell.entry.stream import facts_in
from groundswell.ledger.outbox import fact
from tests.unit.domain.builders import execution
from tests.unit.ledger.stories import NOW


def fact_item(version: int = 1) -> Item:
    data = WaveAwaitingApproval(wave=1, resources=3)
    return fact(execution(version=version), data, subject="wave 1", cause="c", at=NOW).item


def record(item: Item, event_name: str = "INSERT") -> dict[str, Any]:
    """A record as the stream has it; of a removal there is no new image."""
    wire = {name: TypeSerializer().serialize(value) for name, value in item.items()}
    images = {"OldImage": wire} if event_name == "REMOVE" else {"NewImage": wire}
    return {"eventName": event_name, "dynamodb": {"Keys": {name: wire[name] for name in ("pk", "sk")}, **images}}


def test_facts_come_in_the_order_in_which_they_were_written() -> None:
    items = [fact_item(version) for version in (3, 1, 2)]

    facts = facts_in({"Records": [record(item) for item in items]})

    assert facts == [StoredEvent.of(item) for item in items]


@pytest.mark.parametrize("event_name", ["MODIFY", "REMOVE"])
def test_fact_is_passed_over_when_it_was_not_just_written(event_name: str) -> None:
    assert facts_in({"Records": [record(fact_item(), event_name)]}) == []


@pytest.mark.parametrize("sort_key", ["META", "WAVE#001", "REFUSED#e-1", "RESOURCE#EVENT#1", "HOLD"])
def test_item_is_passed_over_when_it_is_no_fact(sort_key: str) -> None:
    assert facts_in({"Records": [record({"pk": "EXECUTION#dr-1", "sk": sort_key})]}) == []


@pytest.mark.parametrize(
    "forged",
    [
        {"pk": "TECHNOLOGY#drs#EXECUTION#dr-1#WAVE#001"},
        {"pk": "EXECUTION#dr-2"},
        {"event_id": "another"},
        {"source": "groundswell.technology.drs"},
        {"detail_type": "RecoveryRequested"},
        {"detail_type": "DRRequested"},
    ],
)
def test_item_is_no_fact_because_it_says_so(forged: dict[str, str]) -> None:
    assert facts_in({"Records": [record({**fact_item(), **forged})]}) == []


def test_item_that_only_looks_like_a_fact_keeps_no_fact_back() -> None:
    lookalike: Item = {"pk": "TECHNOLOGY#drs#EXECUTION#dr-1#WAVE#001", "sk": "EVENT#e-1"}

    assert len(facts_in({"Records": [record(lookalike), record(fact_item())]})) == 1
