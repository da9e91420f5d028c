"""The decisions over whole small state spaces, held against statements of their own."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import pytest

from groundswell.domain.decisions import (
    AskApproval,
    CancelWave,
    Due,
    End,
    Nothing,
    OpenWave,
    WindDown,
    close_due,
    next_due,
    sum_counts,
)
from groundswell.domain.policy import OnFailure
from groundswell.domain.records import Wave
from groundswell.domain.states import OPEN_EXECUTION, WAVE_TRANSITIONS, ExecutionStatus, WaveStatus
from tests.unit.domain.builders import execution, wave

PASSED, WAITS, OPENS, ASKS, FAILS = "passed", "waits", "opens", "asks", "fails"
CANCELS, WINDS_DOWN = "cancels", "winds down"
SMALL = range(3)


def waves_of(number: int) -> Iterator[Wave]:
    """A wave in every state that it can be in, whether sensible or not."""
    for status, on_failure, approval, approved in product(WaveStatus, OnFailure, (False, True), (False, True)):
        yield wave(number, status=status, on_failure=on_failure, approval=approval, approved=approved, remaining=0)


def meaning(of: Wave) -> str:
    """What a wave means to its execution, as a table."""
    awaited = of.policy.approval and not of.approved
    return {
        WaveStatus.PENDING: ASKS if awaited else OPENS,
        WaveStatus.AWAITING_APPROVAL: OPENS if of.approved else WAITS,
        WaveStatus.RUNNING: WAITS,
        WaveStatus.HELD: WAITS,
        WaveStatus.COMPLETED: PASSED,
        WaveStatus.FAILED: PASSED if of.policy.on_failure is OnFailure.CONTINUE else FAILS,
        WaveStatus.SKIPPED: PASSED,
        WaveStatus.CANCELLED: WAITS,
    }[of.status]


def in_words(due: Due) -> str:
    match due:
        case Nothing():
            return WAITS
        case OpenWave(which):
            return f"{OPENS} {which.wave}"
        case AskApproval(which):
            return f"{ASKS} {which.wave}"
        case CancelWave(which):
            return f"{CANCELS} {which.wave}"
        case WindDown(which):
            return f"{WINDS_DOWN} {which.wave}"
        case End(status=status):
            return FAILS if status is ExecutionStatus.FAILED else status


def expected_of(waves: list[Wave]) -> str:
    """The first wave that is not passed decides; where there is none, the execution is over."""
    open_waves = [each for each in waves if meaning(each) != PASSED]
    if not open_waves:
        return ExecutionStatus.COMPLETED
    verdict = meaning(open_waves[0])
    return f"{verdict} {open_waves[0].wave}" if verdict in (OPENS, ASKS) else verdict


def test_due_is_what_the_first_wave_not_passed_means_whatever_the_waves_are() -> None:
    running = execution()

    for pair in product(waves_of(1), waves_of(2)):
        assert in_words(next_due(running, pair)) == expected_of(list(pair)), pair


def test_due_is_the_same_when_the_waves_come_in_another_order() -> None:
    running = execution()
    kinds = [wave(0, status=status) for status in WaveStatus]

    for trio in product(kinds, repeat=3):
        waves = [each.model_copy(update={"wave": number}) for number, each in enumerate(trio, start=1)]
        assert next_due(running, waves[::-1]) == next_due(running, waves)


def meaning_when_cancelled(of: Wave) -> str:
    """What a wave means to an execution that is being cancelled."""
    return {
        WaveStatus.PENDING: CANCELS,
        WaveStatus.AWAITING_APPROVAL: CANCELS,
        WaveStatus.RUNNING: WINDS_DOWN,
        WaveStatus.HELD: WINDS_DOWN,
    }.get(of.status, PASSED)


def test_due_is_to_wind_down_the_first_wave_not_over_when_the_execution_is_being_cancelled() -> None:
    cancelling = execution(status=ExecutionStatus.CANCELLING)

    for pair in product(waves_of(1), waves_of(2)):
        left = [(meaning_when_cancelled(each), each.wave) for each in pair if meaning_when_cancelled(each) != PASSED]
        expected = f"{left[0][0]} {left[0][1]}" if left else ExecutionStatus.CANCELLED
        assert in_words(next_due(cancelling, pair)) == expected, pair


NOT_WORKED = [each for each in ExecutionStatus if each not in (ExecutionStatus.RUNNING, ExecutionStatus.CANCELLING)]


@pytest.mark.parametrize("status", NOT_WORKED)
def test_nothing_is_due_when_the_execution_does_not_run(status: ExecutionStatus) -> None:
    stands = execution(status=status)

    assert all(next_due(stands, [each]) == Nothing() for each in waves_of(1))
    assert next_due(stands, []) == Nothing()


def test_whatever_is_due_may_be_done_by_the_table_of_states() -> None:
    for each, status in product(waves_of(1), (ExecutionStatus.RUNNING, ExecutionStatus.CANCELLING)):
        due = next_due(execution(status=status), [each])
        if isinstance(due, OpenWave):
            assert WaveStatus.RUNNING in WAVE_TRANSITIONS[each.status]
        if isinstance(due, CancelWave):
            assert WaveStatus.CANCELLED in WAVE_TRANSITIONS[each.status]
        if isinstance(due, AskApproval):
            assert WaveStatus.AWAITING_APPROVAL in WAVE_TRANSITIONS[each.status]


@pytest.mark.parametrize("on_failure", [OnFailure.STOP, OnFailure.HOLD])
def test_end_says_which_wave_failed_when_a_failure_stops_the_execution(on_failure: OnFailure) -> None:
    due = next_due(execution(), [wave(7, status=WaveStatus.FAILED, on_failure=on_failure)])

    assert due == End(ExecutionStatus.FAILED, "wave 7 failed and its policy is to stop")


@pytest.mark.parametrize("flaw", ["failed", "failed_optional", "skipped"])
@pytest.mark.parametrize("place", [0, 1])
def test_end_has_exceptions_when_any_wave_has_a_flaw(flaw: str, place: int) -> None:
    waves = [wave(number, status=WaveStatus.COMPLETED, remaining=0) for number in (1, 2)]
    waves[place] = waves[place].model_copy(update={flaw: 1})

    assert next_due(execution(), waves) == End(ExecutionStatus.COMPLETED_WITH_EXCEPTIONS)


def test_end_has_exceptions_when_the_plan_left_something_out() -> None:
    waves = [wave(status=WaveStatus.COMPLETED, remaining=0, recovered=3)]

    assert next_due(execution(left_out_count=1), waves) == End(ExecutionStatus.COMPLETED_WITH_EXCEPTIONS)


def test_end_is_clean_when_everything_is_recovered() -> None:
    waves = [wave(status=WaveStatus.COMPLETED, remaining=0, recovered=3)]

    assert next_due(execution(), waves) == End(ExecutionStatus.COMPLETED)


def closing_waves() -> Iterator[Wave]:
    """Waves with up to two resources of each fate, one of the recovered optional, under every policy and state."""
    for recovered, failed, optional, skipped, remaining in product(SMALL, repeat=5):
        for status, on_failure, least in product(WaveStatus, OnFailure, (0, 50, 67, 100)):
            yield wave(
                status=status,
                on_failure=on_failure,
                least_success_percent=least,
                total=recovered + failed + optional + skipped + remaining,
                recovered=recovered,
                recovered_optional=recovered // 2,
                failed=failed,
                failed_optional=optional,
                skipped=skipped,
                remaining=remaining,
            )


def is_enough(of: Wave) -> bool:
    """What is optional or skipped never counts; without a failure there is nothing to measure."""
    if of.failed == 0:
        return True
    recovered = of.recovered - of.recovered_optional
    return Fraction(recovered, recovered + of.failed) >= Fraction(of.policy.least_success_percent, 100)


def expected_close(of: Wave) -> WaveStatus | None:
    if of.status not in (WaveStatus.RUNNING, WaveStatus.HELD) or of.remaining:
        return None
    if is_enough(of):
        return WaveStatus.COMPLETED
    if of.policy.on_failure is OnFailure.HOLD:
        return None if of.status is WaveStatus.HELD else WaveStatus.HELD
    return WaveStatus.FAILED


def test_wave_closes_as_its_counts_and_policy_say_whatever_they_are() -> None:
    for each in closing_waves():
        assert close_due(execution(), each) is expected_close(each), each


def test_wave_closes_while_paused_as_it_would_while_running() -> None:
    paused = execution(status=ExecutionStatus.PAUSED)

    for each in closing_waves():
        assert close_due(paused, each) is close_due(execution(), each), each


def test_wave_closes_as_cancelled_however_it_came_out_when_the_execution_is_being_cancelled() -> None:
    cancelling = execution(status=ExecutionStatus.CANCELLING)

    for each in closing_waves():
        is_over = each.status in (WaveStatus.RUNNING, WaveStatus.HELD) and each.remaining == 0
        assert close_due(cancelling, each) is (WaveStatus.CANCELLED if is_over else None), each


@pytest.mark.parametrize("status", [each for each in ExecutionStatus if each not in OPEN_EXECUTION])
def test_wave_stays_as_it_is_when_the_execution_is_over(status: ExecutionStatus) -> None:
    over = execution(status=status)

    assert {close_due(over, each) for each in closing_waves()} == {None}


@pytest.mark.parametrize("status", [ExecutionStatus.RUNNING, ExecutionStatus.CANCELLING])
def test_wave_closes_only_into_a_state_that_the_table_allows(status: ExecutionStatus) -> None:
    stands = execution(status=status)

    for each in closing_waves():
        to = close_due(stands, each)
        assert to is None or to in WAVE_TRANSITIONS[each.status]


def test_counts_are_those_of_all_waves_together() -> None:
    first = wave(1, total=15, remaining=1, recovered=2, failed=3, failed_optional=4, skipped=5)
    second = wave(2, total=150, remaining=10, recovered=20, failed=30, failed_optional=40, skipped=50)

    assert sum_counts([first, second]).model_dump() == {
        "total": 165,
        "remaining": 11,
        "recovered": 22,
        "failed": 33,
        "failed_optional": 44,
        "skipped": 55,
    }


def test_counts_are_zero_when_there_are_no_waves() -> None:
    assert set(sum_counts([]).model_dump().values()) == {0}
