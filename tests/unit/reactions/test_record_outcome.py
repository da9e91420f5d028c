from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from groundswell.domain.errors import TransientError
from groundswell.domain.events.envelope import Metadata
from groundswell.domain.events.work import Outcome, ResourceFailed, ResourceProgressed, ResourceRecovered
from groundswell.domain.ids import Lane
from groundswell.domain.instants import to_text
from groundswell.domain.protection import Protected
from groundswell.domain.records import Wave
from groundswell.domain.states import ResourceState, WaveStatus
from groundswell.ledger import keys, orders, reading
from groundswell.ports.store import Update
from groundswell.reactions.record_outcome import MAX_WORDS, Heard, Recorder, Tally
from tests.unit.ledger.stories import X, data_of, facts, latest, opened_wave, order_of, resource, server
from tests.unit.reactions.bench import Bench, Crash

SOURCE = "groundswell.technology.drs"


def bench_with(*planned: Protected) -> Bench:
    """An open wave with one order for all of its resources; `a` and `b` where none are given."""
    bench = Bench()
    found = planned or (server("a"), server("b"))
    opened_wave(bench.store, *found)
    orders.cut(bench.store, order_of([each.resource_id for each in found if each.wave == 1]))
    return bench


def heard(bench: Bench, answer: Outcome, *, source: str = SOURCE, event_id: str = "") -> Heard:
    metadata = Metadata.model_validate(
        {
            "event_id": event_id or f"e-{answer.detail_type}-{answer.resource_id}",
            "schema_version": "1.0",
            "execution_id": X,
            "correlation_id": "c-1",
            "causation_id": "x-1",
            "occurred_at": bench.clock.now() - timedelta(seconds=5),
        }
    )
    return Heard(f"m-{metadata.event_id}", source, metadata, answer)


def given(name: str, **changes: Any) -> dict[str, Any]:
    order = {"order_id": order_of("a").order_id, "attempt": 1, "token": "secret", "technology": "drs", "wave": 1}
    return {**order, "resource_id": name, **changes}


def recovered(bench: Bench, name: str, *, source: str = SOURCE, event_id: str = "", **changes: Any) -> Heard:
    answer = ResourceRecovered.model_validate({**given(name), "evidence": {"instance": "i-1"}, **changes})
    return heard(bench, answer, source=source, event_id=event_id)


def failed(bench: Bench, name: str, *, event_id: str = "", **changes: Any) -> Heard:
    answer = ResourceFailed.model_validate({**given(name), "cause": "refused", "advice": "ask", **changes})
    return heard(bench, answer, event_id=event_id)


def record(bench: Bench, *answers: Heard) -> Tally:
    return Recorder(bench.store, bench.clock).record(answers)


def wave(bench: Bench, number: int = 1) -> Wave:
    return reading.wave(bench.store, X, number)


def counts(tally: Tally) -> tuple[int, int, int, int]:
    return tally.counted, tally.duplicates, tally.late, tally.refused


def test_outcome_is_counted_and_on_its_resource() -> None:
    bench = bench_with()

    tally = record(bench, recovered(bench, "a"))

    assert counts(tally) == (1, 0, 0, 0)
    after = resource(bench.store, "a")
    assert (after.state, after.evidence) == (ResourceState.RECOVERED, {"instance": "i-1"})
    assert after.ended_at == to_text(bench.clock.now())
    assert after.claimed_at == to_text(bench.clock.now() - timedelta(seconds=5))
    assert wave(bench).remaining == 1


def test_wave_is_closed_when_its_last_outcome_is_counted() -> None:
    bench = bench_with()

    record(bench, recovered(bench, "a"), recovered(bench, "b"))

    assert wave(bench).status is WaveStatus.COMPLETED
    assert facts(bench.store)[-1] == (3, "WaveCompleted")


def test_close_follows_from_the_outcome_that_brought_it() -> None:
    bench = bench_with()

    record(bench, recovered(bench, "a"), recovered(bench, "b", event_id="the last"), recovered(bench, "a", token="no"))

    assert '"causation_id":"the last"' in reading.facts(bench.store, X)[-1].detail


def test_wave_is_held_when_a_critical_resource_failed() -> None:
    bench = bench_with()

    record(bench, failed(bench, "a"), recovered(bench, "b"))

    assert wave(bench).status is WaveStatus.HELD
    assert data_of(bench.store, "WaveHeld")["failed_resources"] == [{"subject": "a", "reason": "refused"}]


def test_wave_is_completed_when_only_an_optional_resource_failed() -> None:
    bench = bench_with(server("a", 1, **{"dr:impact": "optional"}), server("b"))

    record(bench, failed(bench, "a"), recovered(bench, "b"))

    assert (wave(bench).status, wave(bench).failed_optional) == (WaveStatus.COMPLETED, 1)


def test_outcome_is_counted_once_when_it_comes_twice_in_a_batch_and_again() -> None:
    bench = bench_with()

    first = record(bench, recovered(bench, "a"), recovered(bench, "a"))
    second = record(bench, recovered(bench, "a", event_id="said again"))

    assert (counts(first), counts(second)) == ((1, 1, 0, 0), (0, 1, 0, 0))
    assert (wave(bench).remaining, wave(bench).duplicates) == (1, 2)


def test_wave_is_closed_also_by_a_pure_duplicate() -> None:
    bench = bench_with(server("a"))
    bench.store.writes_left = 1
    with pytest.raises(Crash):
        record(bench, recovered(bench, "a"))
    assert (wave(bench).remaining, wave(bench).status) == (0, WaveStatus.RUNNING)
    bench.store.writes_left = None

    record(bench, recovered(bench, "a"))

    assert wave(bench).status is WaveStatus.COMPLETED


def test_batch_with_outcomes_of_several_waves_is_recorded_each_in_its_own() -> None:
    bench = bench_with(server("a"), server("z", 2))
    bench.store.write(Update(keys.wave_key(X, 2), set={"status": WaveStatus.RUNNING}))
    orders.cut(bench.store, order_of("z", wave=2, order_id="o-2"))

    tally = record(bench, recovered(bench, "z", wave=2, order_id="o-2"), recovered(bench, "a"))

    assert counts(tally) == (2, 0, 0, 0)
    assert [wave(bench, number).status for number in (1, 2)] == [WaveStatus.COMPLETED] * 2


def test_large_batch_is_recorded_as_a_whole() -> None:
    names = [f"s-{number:03}" for number in range(130)]
    bench = Bench()
    opened_wave(bench.store, *map(server, names))
    for number, chunk in enumerate((names[:90], names[90:])):
        orders.cut(bench.store, order_of(chunk, order_id=f"o-{number}"))

    tally = record(
        bench, *(recovered(bench, name, order_id=f"o-{int(place >= 90)}") for place, name in enumerate(names))
    )

    assert (tally.counted, wave(bench).remaining, wave(bench).status) == (130, 0, WaveStatus.COMPLETED)


@pytest.mark.parametrize("evidence", [{"n": 10**50}, {"": "x"}, {"f": 0.1}, {"long": "x" * 9000}])
def test_outcome_is_counted_whatever_its_evidence_holds(evidence: dict[str, Any]) -> None:
    bench = bench_with()

    assert record(bench, recovered(bench, "a", evidence=evidence)).counted == 1


def test_words_of_a_failure_are_cut_when_they_are_endless() -> None:
    bench = bench_with()

    record(bench, failed(bench, "a", cause="c" * 100_000, advice="a" * 100_000))

    failure = resource(bench.store, "a").failure
    assert failure is not None
    assert (len(failure.cause), len(failure.advice)) == (MAX_WORDS, MAX_WORDS)


def test_held_wave_counts_further_outcomes() -> None:
    bench = bench_with()
    bench.store.write(Update(keys.wave_key(X, 1), set={"status": WaveStatus.HELD}))

    record(bench, recovered(bench, "a"), recovered(bench, "b"))

    assert wave(bench).status is WaveStatus.COMPLETED


def test_progress_postpones_the_renewal_of_its_order_and_counts_nothing() -> None:
    bench = bench_with()
    bench.clock.advance(300)
    progress = ResourceProgressed.model_validate({**given("a"), "note": "half way"})

    tally = record(bench, heard(bench, progress))

    assert counts(tally) == (0, 0, 0, 0)
    assert latest(bench.store).requested_at == to_text(bench.clock.now())
    assert wave(bench).remaining == 2


def test_wave_that_cannot_be_recorded_now_comes_again_and_others_are_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = bench_with(server("a"), server("z", 2))
    real = reading.resources_named

    def away_for_wave_2(store: Any, lane: Lane, names: Any) -> Any:
        if lane.wave == 2:
            raise TransientError("the ledger is away")
        return real(store, lane, names)

    monkeypatch.setattr(reading, "resources_named", away_for_wave_2)
    other = recovered(bench, "z", wave=2)

    tally = record(bench, other, recovered(bench, "a"))

    assert (tally.counted, list(tally.failed_messages)) == (1, [other.message_id])
