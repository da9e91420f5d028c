from __future__ import annotations

from contextlib import suppress

import pytest

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.events.facts import Remark, WaveAwaitingApproval
from groundswell.domain.instants import to_text
from groundswell.domain.records import Execution, Wave
from groundswell.domain.states import OPEN_EXECUTION, WAVE_TRANSITIONS, ExecutionStatus, WaveStatus
from groundswell.ledger import keys, reading, waves
from groundswell.ports.store import Store, TransactionRefusedError, Update
from tests.unit.ledger.stories import NOW, X, accepted, at, data_of, everything, facts, opened_wave, set_status


def execution_of(store: Store) -> Execution:
    return reading.execution(store, X)


def wave_of(store: Store) -> Wave:
    return reading.wave(store, X, 1)


def put_wave_in(store: Store, status: WaveStatus) -> Wave:
    store.write(Update(keys.wave_key(X, 1), set={"status": status}))
    return wave_of(store)


def close(store: Store, to: WaveStatus) -> None:
    waves.close_wave(store, execution_of(store), wave_of(store), to, cause="c", at=at(61))


def test_open_lets_the_wave_run_and_says_so(store: Store) -> None:
    execution = accepted(store)

    waves.open_wave(store, execution, wave_of(store), cause="c", at=at(1))

    wave = wave_of(store)
    assert (wave.status, wave.started_at, wave.version) == (WaveStatus.RUNNING, to_text(at(1)), 1)
    assert (execution_of(store).current_wave, execution_of(store).version) == (1, 2)
    assert facts(store) == [(1, "DRAccepted"), (2, "WaveStarted")]
    assert data_of(store, "WaveStarted") == {"wave": 1, "resources": 2, "deadline_at": "2030-01-01T00:15:00Z"}


def test_open_is_the_same_event_when_two_decide_it_and_only_one_is_written(store: Store) -> None:
    execution, wave = accepted(store), wave_of(store)
    waves.open_wave(store, execution, wave, cause="c", at=at(1))
    before = everything(store)

    with pytest.raises(TransactionRefusedError):
        waves.open_wave(store, execution, wave, cause="c", at=at(2))
    assert everything(store) == before


@pytest.mark.parametrize("status", [each for each in ExecutionStatus if each is not ExecutionStatus.RUNNING])
def test_open_is_refused_when_the_execution_does_not_run(status: ExecutionStatus) -> None:
    store = MemoryStore()
    accepted(store)
    execution = set_status(store, status)
    before = everything(store)

    with pytest.raises(TransactionRefusedError):
        waves.open_wave(store, execution, wave_of(store), cause="c", at=at(1))
    assert everything(store) == before


def test_open_is_refused_when_the_execution_was_paused_after_it_was_read(store: Store) -> None:
    execution = accepted(store)
    set_status(store, ExecutionStatus.PAUSED)

    with pytest.raises(TransactionRefusedError):
        waves.open_wave(store, execution, wave_of(store), cause="c", at=at(1))
    assert wave_of(store).status is WaveStatus.PENDING


def test_approval_is_asked_for_once_and_said(store: Store) -> None:
    execution, wave = accepted(store), wave_of(store)

    told = WaveAwaitingApproval(wave=1, resources=2, technologies={"drs": 2}, seconds=1)

    waves.ask_approval(store, execution, wave, told, cause="c", at=at(1))
    with pytest.raises(TransactionRefusedError):
        waves.ask_approval(store, execution, wave, told, cause="c", at=at(1))

    assert (wave_of(store).status, wave_of(store).asked_at) == (WaveStatus.AWAITING_APPROVAL, to_text(at(1)))
    assert facts(store) == [(1, "DRAccepted"), (2, "WaveAwaitingApproval")]
    assert data_of(store, "WaveAwaitingApproval") == {
        "wave": 1,
        "resources": 2,
        "technologies": {"drs": 2},
        "seconds": 1.0,
    }


@pytest.mark.parametrize(
    ("to", "told"),
    [
        (WaveStatus.COMPLETED, "WaveCompleted"),
        (WaveStatus.FAILED, "WaveFailed"),
        (WaveStatus.HELD, "WaveHeld"),
        (WaveStatus.CANCELLED, "WaveCancelled"),
    ],
)
def test_close_writes_status_and_fact_together(store: Store, to: WaveStatus, told: str) -> None:
    opened_wave(store)

    close(store, to)

    wave = wave_of(store)
    assert (wave.status, wave.version) == (to, 2)
    ended, held = (None, to_text(at(61))) if to is WaveStatus.HELD else (to_text(at(61)), None)
    assert (wave.ended_at, wave.held_at) == (ended, held)
    assert facts(store)[-1] == (3, told)
    said = data_of(store, told)
    assert (said["wave"], said["seconds"], said["counts"]["total"]) == (1, 60.0, 2)


def test_hold_names_the_failed_resources(store: Store) -> None:
    opened_wave(store)
    failed = [Remark(subject="a", reason="AWS refused")]

    waves.close_wave(
        store, execution_of(store), wave_of(store), WaveStatus.HELD, failed_resources=failed, cause="c", at=at(61)
    )

    assert data_of(store, "WaveHeld")["failed_resources"] == [{"subject": "a", "reason": "AWS refused"}]


def test_close_is_refused_when_the_counts_have_moved_since_it_was_read(store: Store) -> None:
    wave = opened_wave(store)
    store.write(Update(keys.wave_key(X, 1), add={"version": 1}))
    before = everything(store)

    with pytest.raises(TransactionRefusedError):
        waves.close_wave(store, execution_of(store), wave, WaveStatus.COMPLETED, cause="c", at=at(61))
    assert everything(store) == before


def test_close_is_refused_when_the_execution_has_moved_on_since_it_was_read(store: Store) -> None:
    wave = opened_wave(store)
    execution = execution_of(store)
    set_status(store, ExecutionStatus.RUNNING)

    with pytest.raises(TransactionRefusedError):
        waves.close_wave(store, execution, wave, WaveStatus.COMPLETED, cause="c", at=at(61))
    assert wave_of(store).status is WaveStatus.RUNNING


@pytest.mark.parametrize("status", list(ExecutionStatus))
def test_close_is_allowed_only_while_the_execution_is_open(status: ExecutionStatus) -> None:
    store = MemoryStore()
    opened_wave(store)
    set_status(store, status)

    with suppress(TransactionRefusedError):
        close(store, WaveStatus.COMPLETED)

    assert (wave_of(store).status is WaveStatus.COMPLETED) is (status in OPEN_EXECUTION)


@pytest.mark.parametrize("status", list(WaveStatus))
@pytest.mark.parametrize("to", [WaveStatus.COMPLETED, WaveStatus.FAILED, WaveStatus.HELD, WaveStatus.CANCELLED])
def test_close_is_allowed_only_by_the_table_of_states(status: WaveStatus, to: WaveStatus) -> None:
    store = MemoryStore()
    opened_wave(store)
    put_wave_in(store, status)

    with suppress(TransactionRefusedError):
        close(store, to)

    assert wave_of(store).status is (to if to in WAVE_TRANSITIONS[status] else status)


@pytest.mark.parametrize("status", [WaveStatus.PENDING, WaveStatus.AWAITING_APPROVAL])
def test_wave_that_was_not_begun_is_cancelled_with_its_fact(store: Store, status: WaveStatus) -> None:
    accepted(store)
    put_wave_in(store, status)
    execution = set_status(store, ExecutionStatus.CANCELLING)

    waves.cancel_wave(store, execution, wave_of(store), cause="c", at=at(61))

    assert (wave_of(store).status, wave_of(store).ended_at) == (WaveStatus.CANCELLED, to_text(at(61)))
    assert facts(store)[-1] == (execution.version + 1, "WaveCancelled")
    said = data_of(store, "WaveCancelled")
    assert (said["wave"], said["seconds"], said["counts"]["remaining"]) == (1, 0.0, 2)


@pytest.mark.parametrize("status", [each for each in ExecutionStatus if each is not ExecutionStatus.CANCELLING])
def test_wave_is_cancelled_only_when_its_execution_is_being_cancelled(status: ExecutionStatus) -> None:
    store = MemoryStore()
    accepted(store)
    execution = set_status(store, status)
    before = everything(store)

    with pytest.raises(TransactionRefusedError):
        waves.cancel_wave(store, execution, wave_of(store), cause="c", at=at(61))
    assert everything(store) == before


def test_facts_carry_their_cause_and_the_request_they_go_back_to(store: Store) -> None:
    execution = accepted(store)

    waves.open_wave(store, execution, wave_of(store), cause="the approval", at=NOW)

    started = reading.facts(store, X)[-1]
    assert '"causation_id":"the approval"' in started.detail
    assert '"correlation_id":"c-1"' in started.detail
