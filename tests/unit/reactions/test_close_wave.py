from __future__ import annotations

from itertools import permutations

import pytest

from groundswell.domain.conditions import Value
from groundswell.domain.failure import Failure
from groundswell.domain.ids import ResourceId
from groundswell.domain.states import ExecutionStatus, ResourceState, WaveStatus
from groundswell.ledger import keys, reading
from groundswell.ports.store import Update
from groundswell.reactions.advance_execution import advance
from groundswell.reactions.close_wave import try_close
from tests.unit.ledger.stories import LANE, X, accepted, data_of, facts, server, set_status
from tests.unit.reactions.bench import Bench


def bench_with(*waves: int) -> Bench:
    """An accepted execution with one server in each of these waves."""
    bench = Bench()
    accepted(bench.store, *(server(f"s-{wave}", wave) for wave in waves))
    return bench


def step(bench: Bench) -> None:
    advance(bench.store, bench.clock, X, cause="c")


def close(bench: Bench, wave: int = 1) -> None:
    try_close(bench.store, bench.clock, X, wave, cause="c")


def set_wave(bench: Bench, wave: int = 1, **change: Value) -> None:
    bench.store.write(Update(keys.wave_key(X, wave), set=change, add={"version": 1}))


def statuses(bench: Bench) -> list[WaveStatus]:
    return [wave.status for wave in reading.waves(bench.store, X)]


def held(bench: Bench, wave: int = 1) -> bool:
    return bench.store.get(keys.hold_key(ResourceId(f"s-{wave}"))) is not None


def through(bench: Bench, wave: int) -> None:
    """Let everything of a wave be recovered."""
    set_wave(bench, wave, remaining=0, recovered=1)
    close(bench, wave)


def test_first_wave_is_opened_when_the_execution_is_accepted() -> None:
    bench = bench_with(1, 2)

    step(bench)

    assert statuses(bench) == [WaveStatus.RUNNING, WaveStatus.PENDING]


def test_next_wave_is_opened_only_when_the_one_before_is_through() -> None:
    bench = bench_with(3, 7)
    step(bench)
    through(bench, 3)

    step(bench)

    assert statuses(bench) == [WaveStatus.COMPLETED, WaveStatus.RUNNING]
    assert reading.execution(bench.store, X).current_wave == 7


def test_wave_is_completed_when_nothing_remains() -> None:
    bench = bench_with(1)
    step(bench)
    set_wave(bench, remaining=0, recovered=1)

    close(bench)
    close(bench)

    assert facts(bench.store)[-1:] == [(3, "WaveCompleted")]


def test_wave_is_held_with_its_failed_resources_named_when_one_failed() -> None:
    bench = bench_with(1)
    step(bench)
    failure = Failure(cause="AWS refused", advice="look").model_dump()
    key = keys.resource_key(LANE, ResourceId("s-1"))
    bench.store.write(Update(key, set={"state": ResourceState.FAILED, "failure": failure}))
    set_wave(bench, remaining=0, failed=1)

    close(bench)
    close(bench)

    assert statuses(bench) == [WaveStatus.HELD]
    assert data_of(bench.store, "WaveHeld")["failed_resources"] == [{"subject": "s-1", "reason": "AWS refused"}]


def test_held_wave_keeps_the_execution_and_its_holds_waiting_for_a_person() -> None:
    bench = bench_with(1, 2)
    step(bench)
    set_wave(bench, remaining=0, failed=1)
    close(bench)

    step(bench)

    assert statuses(bench) == [WaveStatus.HELD, WaveStatus.PENDING]
    assert (reading.execution(bench.store, X).status, held(bench)) == (ExecutionStatus.RUNNING, True)


def test_held_wave_names_some_of_its_failed_resources_when_there_are_many() -> None:
    bench = Bench()
    accepted(bench.store, *(server(f"s-{number:02}") for number in range(15)))
    step(bench)
    for each in list(reading.resources(bench.store, [LANE])):
        key = keys.resource_key(LANE, each.resource_id)
        bench.store.write(Update(key, set={"state": ResourceState.FAILED}))
    set_wave(bench, remaining=0, failed=15)

    close(bench)

    assert len(data_of(bench.store, "WaveHeld")["failed_resources"]) == 10


@pytest.mark.parametrize("status", [ExecutionStatus.CANCELLED, ExecutionStatus.FAILED])
def test_wave_is_not_closed_when_its_execution_is_over(status: ExecutionStatus) -> None:
    bench = bench_with(1)
    step(bench)
    set_wave(bench, remaining=0, recovered=1)
    set_status(bench.store, status)

    close(bench)

    assert statuses(bench) == [WaveStatus.RUNNING]


def test_wave_is_closed_while_its_execution_is_paused() -> None:
    bench = bench_with(1)
    step(bench)
    set_wave(bench, remaining=0, recovered=1)
    set_status(bench.store, ExecutionStatus.PAUSED)

    close(bench)

    assert statuses(bench) == [WaveStatus.COMPLETED]


@pytest.mark.parametrize("order", list(permutations(["close", "advance", "close again", "advance again"])))
def test_end_is_the_same_in_whatever_order_closing_and_advancing_are_tried(order: tuple[str, ...]) -> None:
    bench = bench_with(1)
    step(bench)
    set_wave(bench, remaining=0, recovered=1)

    for each in (*order, "advance"):
        close(bench) if each.startswith("close") else step(bench)

    assert [kind for _, kind in facts(bench.store)] == ["DRAccepted", "WaveStarted", "WaveCompleted", "DRCompleted"]
