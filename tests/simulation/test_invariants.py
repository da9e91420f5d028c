"""The invariants notice what they are there for: each is broken once, in a story that went well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from groundswell.domain.conditions import Value
from groundswell.domain.ids import ExecutionId
from groundswell.domain.instants import from_text, to_text
from groundswell.domain.records import Hold
from groundswell.domain.states import ExecutionStatus, ResourceState, WaveStatus
from groundswell.ledger import keys, reading
from groundswell.ports.store import Put, Update
from rehearsal.estate.scenario.load import load_scenario
from tests.simulation.hub import Hub
from tests.simulation.invariants import double_launches, violations
from tests.simulation.test_hub_stories import request, rest

Breaking = Callable[[Hub, ExecutionId], None]


def change_wave(hub: Hub, execution_id: ExecutionId, number: int, **change: Value) -> None:
    hub.store.write(Update(keys.wave_key(execution_id, number), set=change))


def change_resource(hub: Hub, execution_id: ExecutionId, *, remove: tuple[str, ...] = (), **change: Value) -> None:
    first = next(reading.resources(hub.store, execution_id, 2))
    key = keys.resource_key(execution_id, 2, first.resource_id)
    hub.store.write(Update(key, set=change, remove=remove))


def count_wrong(hub: Hub, execution_id: ExecutionId) -> None:
    change_wave(hub, execution_id, 1, remaining=1)


def lose_an_outcome(hub: Hub, execution_id: ExecutionId) -> None:
    change_resource(hub, execution_id, state=ResourceState.IN_PROGRESS)


def start_too_early(hub: Hub, execution_id: ExecutionId) -> None:
    started = reading.wave(hub.store, execution_id, 1).started_at or ""
    change_wave(hub, execution_id, 2, started_at=started)


def call_too_early(hub: Hub, execution_id: ExecutionId) -> None:
    started = reading.wave(hub.store, execution_id, 1).started_at or ""
    change_resource(hub, execution_id, started_at=started)


def request_too_early(hub: Hub, execution_id: ExecutionId) -> None:
    ended = from_text(reading.wave(hub.store, execution_id, 1).ended_at or "")
    hub.events[:] = [(at if at < ended else ended - timedelta(seconds=1), entry) for at, entry in hub.events]


def publish_nothing(hub: Hub, _: ExecutionId) -> None:
    hub.events[:] = [each for each in hub.events if each[1].detail_type != "WaveStarted"]


def forget_a_fact(hub: Hub, execution_id: ExecutionId) -> None:
    fact = reading.facts(hub.store, execution_id)[-1]
    hub.store.write(Update(keys.event_key(execution_id, fact.event_id), set={"detail": "{}"}))


def fail_without_a_word(hub: Hub, execution_id: ExecutionId) -> None:
    change_resource(hub, execution_id, remove=("failure",), state=ResourceState.FAILED)
    change_wave(hub, execution_id, 2, recovered=15, failed=1)


def keep_a_hold(hub: Hub, execution_id: ExecutionId) -> None:
    first = next(reading.resources(hub.store, execution_id, 1))
    key = keys.hold_key(first.resource_id)
    hold = Hold(execution_id=execution_id, wave=1, resource_id=first.resource_id, held_at=to_text(hub.clock.now()))
    hub.store.write(Put({"pk": key.pk, "sk": key.sk, **hold.as_item()}))


def never_end(hub: Hub, execution_id: ExecutionId) -> None:
    hub.store.write(Update(keys.execution_key(execution_id), set={"status": ExecutionStatus.RUNNING}))


@pytest.mark.parametrize(
    ("breaking", "said"),
    [
        (count_wrong, "wave 1 counts"),
        (lose_an_outcome, "wave 2 counts"),
        (start_too_early, "start of wave 2"),
        (call_too_early, "call for drs/"),
        (request_too_early, "request for dr-"),
        (publish_nothing, "never published"),
        (forget_a_fact, "published and not in the ledger"),
        (fail_without_a_word, "failed and does not say why"),
        (keep_a_hold, "is still held, and the execution is COMPLETED"),
        (never_end, "it is RUNNING and waits for nobody"),
    ],
)
def test_violation_is_told_when_an_invariant_is_broken(breaking: Breaking, said: str) -> None:
    hub = Hub(load_scenario("smoke"))
    execution_id = request(hub)
    rest(hub, execution_id)
    assert violations(hub.store, execution_id, hub.events) == []

    breaking(hub, execution_id)

    assert any(said in each for each in violations(hub.store, execution_id, hub.events))


def test_waiting_for_a_person_is_no_violation() -> None:
    hub = Hub(load_scenario("smoke"))
    execution_id = request(hub)
    rest(hub, execution_id)
    never_end(hub, execution_id)

    change_wave(hub, execution_id, 2, status=WaveStatus.HELD)

    assert not [each for each in violations(hub.store, execution_id, hub.events) if "waits for nobody" in each]


def test_second_launch_is_told_unless_it_was_to_be_expected() -> None:
    launches = {"s-1": 1, "s-2": 2, "s-3": 3}

    assert list(double_launches(launches, expected={"s-3"})) == ["server s-2 was launched 2 times"]
