"""Deadlines stand still while a person is asked: through every transition by which that begins and ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.events.commands import (
    DRPauseRequested,
    DRResumeRequested,
    ResourceRetryRequested,
    WaveApproveRequested,
)
from groundswell.domain.events.facts import WaveAwaitingApproval
from groundswell.domain.instants import to_text
from groundswell.domain.standstill import waited
from groundswell.domain.states import ExecutionStatus, WaveStatus
from groundswell.ledger import control, reopening, waves
from groundswell.ports.store import Store
from tests.unit.ledger.rulings import (
    FAILURE,
    decided,
    execution_of,
    held,
    hold,
    mark,
    named,
    put_policy,
    wave_of,
    waves_of,
    worked,
)
from tests.unit.ledger.stories import accepted, at, data_of, order_of, server


def pause(store: Store, seconds: float) -> None:
    decision = decided(DRPauseRequested, seconds=seconds, command_id=f"pause at {seconds}")
    control.pause(store, execution_of(store), decision)


def resume(store: Store, seconds: float) -> None:
    decision = decided(DRResumeRequested, seconds=seconds, command_id=f"resume at {seconds}")
    control.resume(store, execution_of(store), waves_of(store), decision)


def ask(store: Store, seconds: float) -> None:
    told = WaveAwaitingApproval(wave=1, resources=1)
    waves.ask_approval(store, execution_of(store), wave_of(store), told, cause="c", at=at(seconds))


def approve(store: Store, seconds: float, number: int = 1) -> None:
    decision = decided(WaveApproveRequested, seconds=seconds, wave=number)
    control.approve(store, execution_of(store), wave_of(store, number), decision, waves=waves_of(store))


def retry(store: Store, seconds: float) -> None:
    (resource,) = named(store, "a")
    order = order_of("a", order_id=f"retry at {seconds}", attempt=resource.attempt + 1)
    decision = decided(ResourceRetryRequested, seconds=seconds, command_id=order.order_id, wave=1)
    reopening.retry(store, execution_of(store), wave_of(store), [resource], order, decision)


def close(store: Store, to: WaveStatus, seconds: float) -> None:
    waves.close_wave(store, execution_of(store), wave_of(store), to, cause="c", at=at(seconds))


def clock_of(store: Store) -> tuple[str | None, int]:
    """Since when it stands, and the milliseconds that it stood before."""
    execution = execution_of(store)
    return execution.stopped_at, execution.waited_ms


def awaiting(store: Store) -> None:
    """An execution that asks about wave 1 since second 10, and has a wave 2 that needs an approval too."""
    accepted(store, server("a"), server("z", 2))
    for number in (1, 2):
        put_policy(store, number, approval=True)
    ask(store, 10)


def test_hold_stops_the_clock_and_a_retry_lets_it_go_on(store: Store) -> None:
    held(store, seconds=40)
    assert clock_of(store) == (to_text(at(40)), 0)

    retry(store, 70)

    assert clock_of(store) == (None, 30_000)


@pytest.mark.parametrize("to", [WaveStatus.COMPLETED, WaveStatus.FAILED])
def test_clock_goes_on_when_a_held_wave_is_closed(store: Store, to: WaveStatus) -> None:
    held(store, seconds=40)

    close(store, to, 75)

    assert clock_of(store) == (None, 35_000)


def test_question_stops_the_clock_and_the_approval_lets_it_go_on(store: Store) -> None:
    awaiting(store)
    assert clock_of(store) == (to_text(at(10)), 0)

    approve(store, 25)

    assert clock_of(store) == (None, 15_000)


def test_pause_inside_a_hold_is_counted_once(store: Store) -> None:
    held(store, seconds=40)
    pause(store, 50)

    resume(store, 60)
    retry(store, 100)

    assert clock_of(store) == (None, 60_000)


def test_clock_stands_on_when_it_is_resumed_while_a_wave_is_held(store: Store) -> None:
    worked(store, server("a"))
    pause(store, 35)
    hold(store, 40)

    resume(store, 60)

    assert clock_of(store) == (to_text(at(35)), 0)


def test_clock_stands_on_when_what_failed_is_tried_again_during_a_pause(store: Store) -> None:
    held(store, seconds=40)
    pause(store, 50)

    retry(store, 60)

    assert clock_of(store) == (to_text(at(40)), 0)


def test_clock_stands_on_when_a_wave_is_approved_during_a_pause(store: Store) -> None:
    awaiting(store)
    pause(store, 20)

    approve(store, 25)

    assert clock_of(store) == (to_text(at(10)), 0)


def test_clock_goes_on_when_it_is_resumed_after_an_approval_during_the_pause(store: Store) -> None:
    awaiting(store)
    pause(store, 20)
    approve(store, 25)

    resume(store, 30)

    assert clock_of(store) == (None, 20_000)


def test_clock_stands_on_when_another_wave_is_approved_before_its_turn_while_one_is_held(store: Store) -> None:
    held(store, server("a"), server("z", 2), recovered="", seconds=40)
    put_policy(store, 2, approval=True)

    approve(store, 50, number=2)

    assert clock_of(store) == (to_text(at(40)), 0)


def test_clock_stands_on_when_another_wave_is_approved_before_its_turn_while_one_awaits_approval(store: Store) -> None:
    awaiting(store)

    approve(store, 50, number=2)

    assert clock_of(store) == (to_text(at(10)), 0)


def test_deadline_that_is_told_is_later_by_what_was_waited(store: Store) -> None:
    awaiting(store)
    approve(store, 70)

    waves.open_wave(store, execution_of(store), wave_of(store), cause="c", at=at(71))
    waves.miss_deadline(store, execution_of(store), wave_of(store), cause="c", at=at(961))

    assert wave_of(store).deadline_at == to_text(at(900))
    told = {data_of(store, kind)["deadline_at"] for kind in ("WaveStarted", "WaveDeadlineMissed")}
    assert told == {"2030-01-01T00:16:00Z"}


STEPS = st.lists(st.tuples(st.sampled_from(["pause", "resume", "hold", "unhold"]), st.integers(0, 100_000)))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_waited_is_the_union_of_all_waiting_whatever_is_paused_and_held_in_whatever_order(
    steps: list[tuple[str, int]],
) -> None:
    store, clock, expected = MemoryStore(), 1_000_000, 0
    worked(store, server("a"))
    is_paused = is_held = False

    for what, milliseconds in [*steps, ("look", 1)]:
        expected += milliseconds if is_paused or is_held else 0
        clock += milliseconds
        now = clock / 1000
        if what == "pause" and not is_paused:
            pause(store, now)
            is_paused = True
        elif what == "resume" and is_paused:
            resume(store, now)
            is_paused = False
        elif what == "hold" and not is_held:
            hold(store, now)
            is_held = True
        elif what == "unhold" and is_held:
            retry(store, now)
            mark(store, "a", FAILURE)
            is_held = False

    assert waited(execution_of(store), at(clock / 1000)) == timedelta(milliseconds=expected)
    stands = execution_of(store).status is ExecutionStatus.PAUSED or wave_of(store).status is WaveStatus.HELD
    assert (clock_of(store)[0] is not None) is stands
