"""When deadlines stand still, and what comes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from groundswell.domain.instants import to_text
from groundswell.domain.standstill import WAITING_WAVE, clock, deadline_of, stands_still, unanswered, waited
from groundswell.domain.states import ExecutionStatus, WaveStatus
from tests.unit.domain.builders import execution, wave

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_execution_waits_only_while_it_is_paused_or_runs_with_a_wave_that_waits() -> None:
    for status, first, second in product(ExecutionStatus, WaveStatus, WaveStatus):
        runs, is_asked = status is ExecutionStatus.RUNNING, first in WAITING_WAVE or second in WAITING_WAVE

        assert stands_still(status, first, second) is (status is ExecutionStatus.PAUSED or (runs and is_asked))


@pytest.mark.parametrize("approved", [False, True])
@pytest.mark.parametrize("status", list(WaveStatus))
def test_person_is_asked_about_a_wave_that_is_held_or_not_approved_yet(status: WaveStatus, approved: bool) -> None:
    asked = unanswered([wave(status=status, approval=True, approved=approved)])

    waits = status is WaveStatus.HELD or (status is WaveStatus.AWAITING_APPROVAL and not approved)
    assert asked == ([status] if waits else [])


def test_clock_stops_when_the_waiting_begins() -> None:
    assert clock(execution(), stands=True, at=at(60)) == ({"stopped_at": to_text(at(60))}, ())


def test_clock_stays_stopped_when_another_waiting_begins_inside_the_first() -> None:
    assert clock(execution(stopped_at=to_text(at(60))), stands=True, at=at(90)) == ({}, ())


def test_clock_goes_on_when_the_waiting_is_over_and_what_was_waited_is_added() -> None:
    stopped = execution(stopped_at=to_text(at(60)), waited_ms=1500)

    assert clock(stopped, stands=False, at=at(90)) == ({"waited_ms": 31_500}, ("stopped_at",))


def test_clock_is_left_alone_when_it_goes_and_goes_on() -> None:
    assert clock(execution(waited_ms=1500), stands=False, at=at(90)) == ({}, ())


@pytest.mark.parametrize(
    ("stopped_at", "waited_ms", "seconds"), [(None, 0, 0), (None, 2500, 2.5), (60, 0, 40), (60, 2500, 42.5)]
)
def test_waited_is_what_is_over_and_what_goes_on(stopped_at: float | None, waited_ms: int, seconds: float) -> None:
    text = to_text(at(stopped_at)) if stopped_at is not None else None

    assert waited(execution(stopped_at=text, waited_ms=waited_ms), at(100)) == timedelta(seconds=seconds)


def test_deadline_is_later_by_all_waiting() -> None:
    due = wave(deadline_at=to_text(at(900)))

    assert deadline_of(execution(waited_ms=30_000, stopped_at=to_text(at(100))), due, at(160)) == at(990)


def test_deadline_runs_away_as_fast_as_time_passes_while_the_clock_stands() -> None:
    due, stopped = wave(deadline_at=to_text(at(900))), execution(stopped_at=to_text(at(890)))

    left = {deadline_of(stopped, due, at(now)) - at(now) for now in (890, 900, 5000, 100_000)}

    assert left == {timedelta(seconds=10)}
