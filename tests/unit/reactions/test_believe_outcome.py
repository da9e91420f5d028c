"""Outcomes are believed only from whom they may come, and never lost where they came too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from groundswell.domain.conditions import Value
from groundswell.domain.events.envelope import Metadata
from groundswell.domain.events.work import Outcome, ResourceFailed, ResourceProgressed, ResourceRecovered
from groundswell.domain.ids import ResourceId
from groundswell.domain.protection import Protected
from groundswell.domain.records import Wave
from groundswell.domain.states import ResourceState, WaveStatus
from groundswell.ledger import keys, orders, reading
from groundswell.ports.store import Update
from groundswell.reactions.record_outcome import Heard, Recorder, Tally
from tests.unit.ledger.stories import LANE, X, everything, latest, opened_wave, order_of, resource, server
from tests.unit.reactions.bench import Bench

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


def put_in(bench: Bench, name: str, **change: Value) -> None:
    bench.store.write(Update(keys.resource_key(LANE, ResourceId(name)), set=change))


def counts(tally: Tally) -> tuple[int, int, int, int]:
    return tally.counted, tally.duplicates, tally.late, tally.refused


def refusals(bench: Bench) -> list[str]:
    items = bench.store.query(keys.execution_partition(X), keys.REFUSED_PREFIX)
    return [str(item["reason"]) for item in items]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"source": "groundswell.technology.aurora"}, "source groundswell.technology.aurora may not answer for drs"),
        ({"source": "groundswell"}, "source groundswell may not answer for drs"),
        ({"token": "guessed"}, "the token is not the order's"),
        ({"token": ""}, "the token is not the order's"),
        ({"technology": "aurora"}, "there is no order dr-1.w001.drs.here.000 in wave 1"),
        ({"attempt": 2}, "attempt 2 is not the order's, 1"),
        ({"order_id": "o-9"}, "there is no order o-9 in wave 1"),
        ({"resource_id": "z"}, "z is not in order dr-1.w001.drs.here.000"),
    ],
)
def test_outcome_is_kept_as_evidence_and_counted_nowhere_when_it_is_forged(
    changes: dict[str, Any], reason: str
) -> None:
    bench = bench_with()

    tally = record(bench, recovered(bench, "a", **changes))

    assert (counts(tally), refusals(bench)) == ((0, 0, 0, 1), [reason])
    assert (resource(bench.store, "a").state, wave(bench).remaining) == (ResourceState.PENDING, 2)
    assert "guessed" not in str(everything(bench.store))


def test_technology_is_the_orders_and_not_what_the_answer_says() -> None:
    bench = bench_with()

    tally = record(bench, recovered(bench, "a", technology="aurora", source="groundswell.technology.aurora"))

    assert tally.refused == 1


def test_outcome_of_an_execution_that_is_not_ours_is_counted_and_not_kept() -> None:
    bench = bench_with()
    stray = recovered(bench, "a")
    metadata = stray.metadata.model_copy(update={"execution_id": "dr-9"})

    tally = record(bench, replace(stray, metadata=metadata))

    assert counts(tally) == (0, 0, 0, 1)
    assert "dr-9" not in str(everything(bench.store))


@pytest.mark.parametrize("changes", [{"wave": 9}, {"wave": 0}])
def test_forged_outcome_is_done_with_when_there_is_no_such_wave(changes: dict[str, Any]) -> None:
    bench = bench_with()

    tally = record(bench, recovered(bench, "a", **changes))

    assert (tally.refused, tally.failed_messages) == (1, {})


def test_rightful_outcomes_are_counted_when_forged_ones_come_with_them() -> None:
    bench = bench_with()

    tally = record(
        bench, recovered(bench, "b", token="x"), recovered(bench, "a"), recovered(bench, "b", source="somebody")
    )

    assert counts(tally) == (1, 0, 0, 2)


def test_rightful_outcomes_are_counted_when_the_ledger_cannot_take_one_that_comes_with_them() -> None:
    bench = bench_with()
    bad = recovered(bench, "b", order_id="x" * 5000)

    tally = record(bench, bad, recovered(bench, "a"), recovered(bench, "b", event_id="good"))

    assert (tally.counted, list(tally.failed_messages)) == (2, [bad.message_id])
    assert wave(bench).status is WaveStatus.COMPLETED


@pytest.mark.parametrize("state", [ResourceState.SKIPPED, ResourceState.FAILED])
def test_recovery_is_kept_as_late_when_the_resource_was_given_up(state: ResourceState) -> None:
    bench = bench_with()
    put_in(bench, "a", state=state)

    tally = record(bench, recovered(bench, "a"))

    assert counts(tally) == (0, 0, 1, 0)
    after = resource(bench.store, "a")
    assert (after.state, list(after.late)) == (state, ["e-ResourceRecovered-a"])
    assert wave(bench).remaining == 2


def test_failure_is_kept_as_late_when_the_resource_was_recovered() -> None:
    bench = bench_with()
    record(bench, recovered(bench, "a"))

    tally = record(bench, failed(bench, "a"))

    assert (counts(tally), resource(bench.store, "a").state) == ((0, 0, 1, 0), ResourceState.RECOVERED)


def test_first_of_two_contradicting_outcomes_counts_and_the_other_is_late() -> None:
    bench = bench_with()

    tally = record(bench, failed(bench, "a"), recovered(bench, "a"))

    assert (counts(tally), resource(bench.store, "a").state) == ((1, 0, 1, 0), ResourceState.FAILED)


@pytest.mark.parametrize(
    ("state", "is_late"),
    [
        (ResourceState.PENDING, True),
        (ResourceState.IN_PROGRESS, True),
        (ResourceState.FAILED, True),
        (ResourceState.RECOVERED, False),
    ],
)
def test_outcome_of_an_earlier_attempt_is_late_unless_the_resource_is_recovered_anyhow(
    state: ResourceState, is_late: bool
) -> None:
    bench = bench_with()
    put_in(bench, "a", state=state, attempt=2, order_id="retry")

    tally = record(bench, recovered(bench, "a"))

    assert counts(tally) == ((0, 0, 1, 0) if is_late else (0, 1, 0, 0))
    assert resource(bench.store, "a").attempt == 2


def test_outcome_is_late_when_its_wave_was_closed_before() -> None:
    bench = bench_with()
    bench.store.write(Update(keys.wave_key(X, 1), set={"status": WaveStatus.CANCELLED}))

    tally = record(bench, recovered(bench, "a"))

    assert (counts(tally), resource(bench.store, "a").state) == ((0, 0, 1, 0), ResourceState.PENDING)


def test_forged_progress_postpones_nothing() -> None:
    bench = bench_with()
    progress = ResourceProgressed.model_validate({**given("a"), "note": "half way", "token": "guessed"})

    assert record(bench, heard(bench, progress)).refused == 1
    assert latest(bench.store).requested_at is None
