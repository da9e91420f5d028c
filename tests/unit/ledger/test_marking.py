from __future__ import annotations

from typing import Any

import pytest

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.failure import Failure
from groundswell.domain.ids import OrderId
from groundswell.domain.instants import to_text
from groundswell.domain.records import Wave
from groundswell.domain.states import OPEN_RESOURCE, WORKED_WAVE, ResourceState, WaveStatus
from groundswell.ledger import keys, marking, orders, reading
from groundswell.ledger.marking import MAX_OUTCOMES, Marked, Outcome
from groundswell.ports.store import Store, Update
from tests.unit.ledger.stories import LANE, X, at, cut_order, everything, opened_wave, order_of, resource, server

FAILURE = Failure(cause="AWS refused", advice="ask for more")


def outcome(store: Store, name: str, *, failure: Failure | None = None, **changes: Any) -> Outcome:
    given: dict[str, Any] = {
        "event_id": f"e-{name}",
        "resource": resource(store, name),
        "order_id": OrderId("dr-1.w001.drs.here.000"),
        "attempt": 1,
        "evidence": {"instance": "i-1"} if failure is None else {},
        "failure": failure,
        "claimed_at": to_text(at(20)),
    }
    return Outcome(**{**given, **changes})


def mark(store: Store, *outcomes: Outcome) -> Marked:
    return marking.mark(store, X, 1, outcomes, at=at(30))


def wave_of(store: Store) -> Wave:
    return reading.wave(store, X, 1)


def put_resource_in(store: Store, name: str, state: ResourceState) -> None:
    store.write(Update(keys.resource_key(LANE, resource(store, name).resource_id), set={"state": state}))


def test_outcome_is_on_its_resource_and_counted_down_in_one(store: Store) -> None:
    cut_order(store)
    version = wave_of(store).version

    marked = mark(store, outcome(store, "a"))

    after = resource(store, "a")
    assert (after.state, after.evidence) == (ResourceState.RECOVERED, {"instance": "i-1"})
    assert (after.ended_at, after.claimed_at) == (to_text(at(30)), to_text(at(20))), "ours is measured"
    wave = wave_of(store)
    assert (wave.remaining, wave.recovered, wave.failed, wave.version) == (1, 1, 0, version + 1)
    assert (len(marked.counted), len(marked.duplicates)) == (1, 0)


def test_failure_is_on_its_resource_with_cause_and_advice(store: Store) -> None:
    cut_order(store)

    mark(store, outcome(store, "a", failure=FAILURE))

    after = resource(store, "a")
    assert (after.state, after.failure) == (ResourceState.FAILED, FAILURE)
    assert (wave_of(store).remaining, wave_of(store).failed, wave_of(store).recovered) == (1, 1, 0)


def test_recovery_is_counted_apart_when_the_resource_is_optional(store: Store) -> None:
    cut_order(
        store, server("a", 1, **{"dr:impact": "optional"}), server("b"), server("c", 1, **{"dr:impact": "optional"})
    )

    mark(store, outcome(store, "a"), outcome(store, "b"), outcome(store, "c", failure=FAILURE))

    wave = wave_of(store)
    assert (wave.remaining, wave.recovered, wave.recovered_optional, wave.failed_optional) == (0, 2, 1, 1)


def test_failure_is_counted_apart_when_the_resource_is_optional(store: Store) -> None:
    cut_order(store, server("a", 1, **{"dr:impact": "optional"}), server("b"))

    mark(store, outcome(store, "a", failure=FAILURE), outcome(store, "b", failure=FAILURE))

    wave = wave_of(store)
    assert (wave.remaining, wave.failed, wave.failed_optional, wave.recovered) == (0, 1, 1, 0)


def test_outcome_is_counted_once_when_it_comes_again(store: Store) -> None:
    cut_order(store)
    once = outcome(store, "a")
    mark(store, once)
    before = everything(store)

    marked = mark(store, once)

    assert (list(marked.counted), list(marked.duplicates)) == ([], [once])
    assert everything(store) == before


def test_others_are_counted_when_one_of_a_batch_is_a_duplicate(store: Store) -> None:
    cut_order(store, server("a"), server("b"), server("c"))
    mark(store, outcome(store, "b"))

    marked = mark(store, *(outcome(store, name) for name in "abc"))

    assert [each.resource_id for each in marked.counted] == ["a", "c"]
    assert [each.resource_id for each in marked.duplicates] == ["b"]
    assert (wave_of(store).remaining, wave_of(store).recovered) == (0, 3)


@pytest.mark.parametrize("changes", [{"order_id": OrderId("another")}, {"attempt": 2}])
def test_outcome_is_not_counted_when_it_is_of_another_order_or_attempt(store: Store, changes: dict[str, Any]) -> None:
    cut_order(store)

    marked = mark(store, outcome(store, "a", **changes))

    assert len(marked.duplicates) == 1
    assert (wave_of(store).remaining, resource(store, "a").state) == (2, ResourceState.PENDING)


@pytest.mark.parametrize("state", list(ResourceState))
def test_outcome_counts_only_while_its_resource_is_open(state: ResourceState) -> None:
    store = MemoryStore()
    cut_order(store)
    put_resource_in(store, "a", state)

    marked = mark(store, outcome(store, "a"))

    assert bool(marked.counted) is (state in OPEN_RESOURCE)
    assert wave_of(store).remaining == (1 if state in OPEN_RESOURCE else 2)


@pytest.mark.parametrize("status", list(WaveStatus))
def test_outcome_counts_only_while_its_wave_is_worked(status: WaveStatus) -> None:
    store = MemoryStore()
    cut_order(store)
    store.write(Update(keys.wave_key(X, 1), set={"status": status}))

    marked = mark(store, outcome(store, "a"), outcome(store, "b"))

    assert len(marked.counted) == (2 if status in WORKED_WAVE else 0)
    assert len(marked.counted) + len(marked.duplicates) == 2
    assert resource(store, "a").state is (ResourceState.RECOVERED if status in WORKED_WAVE else ResourceState.PENDING)


def test_outcomes_are_all_told_apart_when_the_wave_closed_after_some_were_counted(store: Store) -> None:
    cut_order(store, server("a"), server("b"))
    mark(store, outcome(store, "a"))
    store.write(Update(keys.wave_key(X, 1), set={"status": WaveStatus.COMPLETED}))

    marked = mark(store, outcome(store, "a"), outcome(store, "b"))

    assert (len(marked.counted), len(marked.duplicates)) == (0, 2)


def test_as_many_outcomes_as_a_transaction_holds_are_marked_at_once() -> None:
    store = MemoryStore()
    names = [f"s-{number:03}" for number in range(MAX_OUTCOMES)]
    opened_wave(store, *map(server, names))
    for number, chunk in enumerate((names[:90], names[90:])):
        orders.cut(store, order_of(chunk, order_id=f"o-{number}"))

    marked = mark(store, *(outcome(store, name, order_id=resource(store, name).order_id) for name in names))

    assert (len(marked.counted), wave_of(store).remaining) == (MAX_OUTCOMES, 0)


def test_late_outcome_is_kept_beside_what_was_decided(store: Store) -> None:
    cut_order(store)
    put_resource_in(store, "a", ResourceState.SKIPPED)

    marking.keep_late(store, outcome(store, "a"), at=at(30))
    marking.keep_late(store, outcome(store, "a", failure=FAILURE, event_id="e-2"), at=at(30))

    after = resource(store, "a")
    assert after.state is ResourceState.SKIPPED
    assert after.late["e-a"] == {
        "outcome": "RECOVERED",
        "evidence": {"instance": "i-1"},
        "at": to_text(at(30)),
        "claimed_at": to_text(at(20)),
    }
    assert isinstance(after.late["e-2"], dict)
    assert after.late["e-2"]["cause"] == "AWS refused"


def test_late_outcome_is_kept_once_when_it_comes_again(store: Store) -> None:
    cut_order(store)
    late = outcome(store, "a")
    marking.keep_late(store, late, at=at(30))
    before = everything(store)

    marking.keep_late(store, late, at=at(30))

    assert everything(store) == before


def test_duplicates_are_counted_and_stop_no_close(store: Store) -> None:
    cut_order(store)
    before = wave_of(store)

    marking.count_duplicates(store, X, 1, 3)
    marking.count_duplicates(store, X, 1, 2)

    assert wave_of(store) == before.model_copy(update={"duplicates": 5})
