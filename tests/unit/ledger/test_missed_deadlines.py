"""A deadline that has passed, and a question that nobody answers: each told once."""

from __future__ import annotations

from contextlib import suppress

import pytest

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.instants import to_text
from groundswell.domain.policy import OnFailure
from groundswell.domain.states import OPEN_EXECUTION, WORKED_WAVE, ExecutionStatus, WaveStatus
from groundswell.ledger import waves
from groundswell.ports.store import Store, TransactionRefusedError
from tests.unit.ledger.rulings import (
    CONTINUE_OR_STOP,
    execution_of,
    held,
    mark,
    put_policy,
    put_wave,
    wave_of,
)
from tests.unit.ledger.stories import accepted, at, cut_order, data_of, everything, facts, opened_wave, set_status


def miss(store: Store, seconds: float = 1000) -> None:
    waves.miss_deadline(store, execution_of(store), wave_of(store), cause="c", at=at(seconds))


def escalate(store: Store, seconds: float = 1000) -> None:
    waves.escalate(store, execution_of(store), wave_of(store), cause="c", at=at(seconds))


def asked(store: Store) -> None:
    """A wave that awaits approval since second 10."""
    accepted(store)
    put_wave(store, status=WaveStatus.AWAITING_APPROVAL, asked_at=to_text(at(10)))


def test_missed_deadline_is_said_once(store: Store) -> None:
    opened_wave(store)

    miss(store, 1000)
    with pytest.raises(TransactionRefusedError):
        miss(store, 1060)

    assert wave_of(store).deadline_missed_at == to_text(at(1000))
    assert [told for _, told in facts(store)].count("WaveDeadlineMissed") == 1
    assert data_of(store, "WaveDeadlineMissed")["counts"]["remaining"] == 2


def test_missed_deadline_holds_the_wave_and_says_both_when_its_policy_is_to_hold(store: Store) -> None:
    version = opened_wave(store).version

    miss(store, 1000)

    wave, execution = wave_of(store), execution_of(store)
    assert (wave.status, wave.held_at, wave.version) == (WaveStatus.HELD, to_text(at(1000)), version + 1)
    assert (execution.stopped_at, execution.version) == (to_text(at(1000)), 4)
    assert facts(store)[-2:] == [(3, "WaveDeadlineMissed"), (4, "WaveHeld")]
    said = data_of(store, "WaveHeld")
    assert (said["counts"]["remaining"], said["seconds"], said["failed_resources"]) == (2, 999.0, [])


@pytest.mark.parametrize("on_failure", CONTINUE_OR_STOP)
def test_missed_deadline_is_only_said_when_the_policy_is_to_go_on_or_to_stop(
    store: Store, on_failure: OnFailure
) -> None:
    opened_wave(store)
    put_policy(store, on_failure=on_failure)

    miss(store)

    assert (wave_of(store).status, execution_of(store).stopped_at) == (WaveStatus.RUNNING, None)
    assert facts(store)[-1] == (3, "WaveDeadlineMissed")


@pytest.mark.parametrize("status", [ExecutionStatus.PAUSED, ExecutionStatus.CANCELLING])
def test_missed_deadline_holds_nothing_when_the_execution_does_not_run(status: ExecutionStatus) -> None:
    store = MemoryStore()
    opened_wave(store)
    set_status(store, status)

    miss(store)

    assert wave_of(store).status is WaveStatus.RUNNING
    assert facts(store)[-1][1] == "WaveDeadlineMissed"


def test_missed_deadline_of_a_wave_that_is_held_already_is_only_said(store: Store) -> None:
    held(store, failed="a", recovered="", seconds=40)

    miss(store)

    assert (wave_of(store).held_at, execution_of(store).stopped_at) == (to_text(at(40)), to_text(at(40)))
    assert [kind for _, kind in facts(store)].count("WaveHeld") == 1


def test_wave_that_is_held_for_its_deadline_may_still_be_completed(store: Store) -> None:
    cut_order(store)
    miss(store, 1000)

    for name in "ab":
        mark(store, name)
    waves.close_wave(store, execution_of(store), wave_of(store), WaveStatus.COMPLETED, cause="c", at=at(1100))

    assert (wave_of(store).status, wave_of(store).remaining) == (WaveStatus.COMPLETED, 0)
    assert (execution_of(store).stopped_at, execution_of(store).waited_ms) == (None, 100_000)


def test_close_is_decided_anew_when_the_deadline_was_missed_since_it_was_read(store: Store) -> None:
    wave = opened_wave(store)
    execution = execution_of(store)
    miss(store)
    before = everything(store)

    with pytest.raises(TransactionRefusedError):
        waves.close_wave(store, execution, wave, WaveStatus.COMPLETED, cause="c", at=at(1001))
    with pytest.raises(TransactionRefusedError):
        waves.close_wave(store, execution_of(store), wave, WaveStatus.COMPLETED, cause="c", at=at(1001))
    assert everything(store) == before


@pytest.mark.parametrize("on_failure", list(OnFailure))
def test_missed_deadline_is_not_said_when_the_counts_have_moved_since_it_was_read(
    store: Store, on_failure: OnFailure
) -> None:
    cut_order(store)
    wave = put_policy(store, on_failure=on_failure)
    mark(store, "a")
    before = everything(store)

    with pytest.raises(TransactionRefusedError):
        waves.miss_deadline(store, execution_of(store), wave, cause="c", at=at(1000))
    assert everything(store) == before


@pytest.mark.parametrize("status", list(WaveStatus))
@pytest.mark.parametrize("on_failure", list(OnFailure))
def test_deadline_is_missed_only_while_outcomes_count(status: WaveStatus, on_failure: OnFailure) -> None:
    store = MemoryStore()
    opened_wave(store)
    put_policy(store, on_failure=on_failure)
    put_wave(store, status=status)

    with suppress(TransactionRefusedError):
        miss(store)

    assert bool(wave_of(store).deadline_missed_at) is (status in WORKED_WAVE)


def test_nobody_deciding_is_said_once_and_the_wave_goes_on_waiting(store: Store) -> None:
    asked(store)
    version = wave_of(store).version

    escalate(store, 910.5)
    with pytest.raises(TransactionRefusedError):
        escalate(store, 970)

    wave = wave_of(store)
    assert (wave.status, wave.version) == (WaveStatus.AWAITING_APPROVAL, version + 1)
    assert wave.escalated_at == to_text(at(910.5))
    assert facts(store)[-1] == (2, "WaveApprovalOverdue")
    assert data_of(store, "WaveApprovalOverdue") == {"wave": 1, "seconds": 900.5}


def test_nobody_deciding_is_not_said_when_somebody_has_decided_since_it_was_read(store: Store) -> None:
    asked(store)
    wave = wave_of(store)
    put_wave(store, approved=True)
    before = everything(store)

    with pytest.raises(TransactionRefusedError):
        waves.escalate(store, execution_of(store), wave, cause="c", at=at(1000))
    assert everything(store) == before


@pytest.mark.parametrize("status", list(ExecutionStatus))
def test_nobody_deciding_is_said_only_while_the_execution_is_open(status: ExecutionStatus) -> None:
    store = MemoryStore()
    asked(store)
    set_status(store, status)

    with suppress(TransactionRefusedError):
        escalate(store)

    assert bool(wave_of(store).escalated_at) is (status in OPEN_EXECUTION)
