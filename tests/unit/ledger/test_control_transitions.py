"""Paused, resumed, cancelled, approved, rejected, refused: each one transaction with its fact, or no change at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress

import pytest

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.events.commands import (
    DRCancelRequested,
    DRPauseRequested,
    DRResumeRequested,
    WaveApproveRequested,
    WaveRejectRequested,
)
from groundswell.domain.instants import to_text
from groundswell.domain.states import EXECUTION_TRANSITIONS, ExecutionStatus, WaveStatus
from groundswell.ledger import control, executions, reading
from groundswell.ports.store import Store, TransactionRefusedError
from tests.unit.ledger.rulings import ALICE, decided, execution_of, put_policy, put_wave, wave_of, waves_of
from tests.unit.ledger.stories import X, accepted, at, data_of, everything, facts, planning, server, set_status

PAUSE = decided(DRPauseRequested, reason="wait")
RESUME = decided(DRResumeRequested, seconds=160.5)
CANCEL = decided(DRCancelRequested, reason="the primary is back")
APPROVE = decided(WaveApproveRequested, wave=1, reason="go")
REJECT = decided(WaveRejectRequested, wave=1, reason="no")


def asking(store: Store) -> None:
    """An execution whose wave 1 needs an approval."""
    accepted(store, server("a"), server("z", 2))
    put_policy(store, approval=True)


def pause(store: Store) -> None:
    control.pause(store, execution_of(store), PAUSE)


def resume(store: Store) -> None:
    control.resume(store, execution_of(store), waves_of(store), RESUME)


def cancel(store: Store) -> None:
    control.cancel(store, execution_of(store), CANCEL)


def approve(store: Store) -> None:
    control.approve(store, execution_of(store), wave_of(store), APPROVE, waves=waves_of(store))


def reject(store: Store) -> None:
    control.reject_wave(store, execution_of(store), wave_of(store), REJECT)


Transition = Callable[[Store], None]
TO: dict[Transition, ExecutionStatus] = {
    pause: ExecutionStatus.PAUSED,
    resume: ExecutionStatus.RUNNING,
    cancel: ExecutionStatus.CANCELLING,
    reject: ExecutionStatus.CANCELLING,
}
every_transition = pytest.mark.parametrize("transition", [*TO, approve], ids=lambda each: each.__name__)


def origin(transition: Transition) -> ExecutionStatus:
    return ExecutionStatus.PAUSED if transition is resume else ExecutionStatus.RUNNING


def test_pause_is_written_with_its_fact(store: Store) -> None:
    asking(store)

    pause(store)

    execution = execution_of(store)
    assert (execution.status, execution.version) == (ExecutionStatus.PAUSED, 2)
    assert (execution.paused_at, execution.stopped_at) == (to_text(at(100)), to_text(at(100)))
    assert facts(store)[-1] == (2, "DRPaused")
    assert data_of(store, "DRPaused") == {"decided_by": ALICE, "reason": "wait"}


def test_resume_is_written_with_its_fact_which_says_how_long_it_was_paused(store: Store) -> None:
    asking(store)
    pause(store)

    resume(store)

    execution = execution_of(store)
    assert (execution.status, execution.version) == (ExecutionStatus.RUNNING, 3)
    assert (execution.paused_at, execution.stopped_at, execution.waited_ms) == (None, None, 60_500)
    assert facts(store)[-1] == (3, "DRResumed")
    assert data_of(store, "DRResumed") == {"decided_by": ALICE, "seconds": 60.5}


def test_cancel_is_written_with_its_fact_and_ends_a_pause(store: Store) -> None:
    asking(store)
    control.pause(store, execution_of(store), decided(DRPauseRequested, seconds=70, command_id="before"))

    cancel(store)

    execution = execution_of(store)
    assert (execution.status, execution.version) == (ExecutionStatus.CANCELLING, 3)
    assert (execution.paused_at, execution.stopped_at, execution.waited_ms) == (None, None, 30_000)
    assert facts(store)[-1] == (3, "DRCancelling")
    assert data_of(store, "DRCancelling") == {"decided_by": ALICE, "reason": "the primary is back"}


@pytest.mark.parametrize("status", [WaveStatus.PENDING, WaveStatus.AWAITING_APPROVAL])
def test_approval_is_kept_on_the_wave_with_its_fact(store: Store, status: WaveStatus) -> None:
    asking(store)
    version = put_wave(store, status=status).version

    approve(store)

    wave = wave_of(store)
    assert (wave.approved, wave.status, wave.version) == (True, status, version + 1)
    assert execution_of(store).version == 2
    assert facts(store)[-1] == (2, "WaveApproved")
    assert data_of(store, "WaveApproved") == {"wave": 1, "decided_by": ALICE, "reason": "go"}


def test_rejection_cancels_the_execution_and_says_both(store: Store) -> None:
    asking(store)

    reject(store)

    assert (execution_of(store).status, execution_of(store).version) == (ExecutionStatus.CANCELLING, 3)
    assert facts(store)[-2:] == [(2, "WaveRejected"), (3, "DRCancelling")]
    assert data_of(store, "WaveRejected") == {"wave": 1, "decided_by": ALICE, "reason": "no"}
    assert data_of(store, "DRCancelling") == {"decided_by": ALICE, "reason": "no"}


def test_cancelling_says_which_wave_was_rejected_when_nobody_said_why(store: Store) -> None:
    asking(store)

    silent = decided(WaveRejectRequested, wave=1)
    control.reject_wave(store, execution_of(store), wave_of(store), silent)

    assert data_of(store, "DRCancelling") == {"decided_by": ALICE, "reason": "wave 1 was rejected"}


@every_transition
def test_every_fact_names_the_command_as_its_cause(transition: Transition) -> None:
    store = MemoryStore()
    asking(store)
    set_status(store, origin(transition))
    before = len(facts(store))

    transition(store)

    told = [json.loads(fact.detail)["metadata"] for fact in reading.facts(store, X)[before:]]
    assert {each["causation_id"] for each in told} == {"command-1"}
    assert {each["correlation_id"] for each in told} == {"c-1"}


@every_transition
@pytest.mark.parametrize("status", list(ExecutionStatus))
def test_transition_is_allowed_only_by_the_table_of_states(transition: Transition, status: ExecutionStatus) -> None:
    store = MemoryStore()
    asking(store)
    set_status(store, status)
    before = everything(store)

    with suppress(TransactionRefusedError):
        transition(store)

    goes = (ExecutionStatus.RUNNING, ExecutionStatus.PAUSED)
    allowed = TO[transition] in EXECUTION_TRANSITIONS[status] if transition in TO else status in goes
    if transition is resume:
        allowed = status is ExecutionStatus.PAUSED
    assert (everything(store) != before) is allowed


@every_transition
def test_transition_changes_nothing_when_the_execution_has_moved_on_since_it_was_read(
    store: Store, transition: Transition, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking(store)
    as_read = set_status(store, origin(transition))
    set_status(store, origin(transition))
    before = everything(store)
    monkeypatch.setattr(reading, "execution", lambda *_: as_read)

    with pytest.raises(TransactionRefusedError):
        transition(store)
    assert everything(store) == before


@pytest.mark.parametrize("status", [WaveStatus.AWAITING_APPROVAL, WaveStatus.PENDING])
@pytest.mark.parametrize("transition", [approve, reject])
def test_decision_about_a_wave_changes_nothing_when_the_wave_has_moved_on_since_it_was_read(
    store: Store, transition: Transition, status: WaveStatus, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking(store)
    as_read = wave_of(store)
    put_wave(store, status=status)
    before = everything(store)
    monkeypatch.setattr(reading, "wave", lambda *_: as_read)

    with pytest.raises(TransactionRefusedError):
        transition(store)
    assert everything(store) == before


@every_transition
def test_transition_changes_nothing_when_the_command_was_refused_before(store: Store, transition: Transition) -> None:
    asking(store)
    set_status(store, origin(transition))
    control.refuse(store, execution_of(store), decided(DRPauseRequested, seconds=50), "no")
    before = everything(store)

    with pytest.raises(TransactionRefusedError):
        transition(store)
    assert everything(store) == before


def test_refusal_is_a_fact_that_changes_nothing_and_has_no_place_in_the_sequence(store: Store) -> None:
    asking(store)
    before = everything(store)

    control.refuse(store, execution_of(store), RESUME, "it is not paused")

    (told,) = [fact for fact in reading.facts(store, X) if fact.detail_type == "CommandRefused"]
    expected = {"command": "DRResumeRequested", "decided_by": ALICE, "reason": "it is not paused"}
    assert json.loads(told.detail)["data"] == expected
    assert "sequence" not in json.loads(told.detail)["metadata"]
    assert [item for item in everything(store) if item.get("event_id") != told.event_id] == before


def test_refusal_is_told_once(store: Store) -> None:
    asking(store)
    control.refuse(store, execution_of(store), RESUME, "it is not paused")

    with pytest.raises(TransactionRefusedError):
        control.refuse(store, execution_of(store), RESUME, "another reason")
    assert [kind for _, kind in facts(store)].count("CommandRefused") == 1


def test_refusal_is_not_told_when_the_execution_has_moved_on_since_it_was_read(store: Store) -> None:
    asking(store)
    as_read = execution_of(store)
    set_status(store, ExecutionStatus.PAUSED)

    with pytest.raises(TransactionRefusedError):
        control.refuse(store, as_read, RESUME, "it is not paused")
    assert "CommandRefused" not in [kind for _, kind in facts(store)]


def test_refusal_is_told_also_of_an_execution_that_is_being_planned(store: Store) -> None:
    executions.begin(store, planning())

    control.refuse(store, execution_of(store), PAUSE, "it is being planned")

    assert facts(store) == [(0, "CommandRefused")]
