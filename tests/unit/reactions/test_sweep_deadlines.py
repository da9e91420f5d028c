"""What the sweep does about time: deadlines that pass, and questions that nobody answers."""

from __future__ import annotations

import pytest

from groundswell.domain.events.commands import DRCancelRequested, DRPauseRequested, DRResumeRequested
from groundswell.domain.instants import to_text
from groundswell.domain.policy import OnFailure
from groundswell.domain.states import ExecutionStatus, ResourceState, WaveStatus
from groundswell.ledger import orders
from tests.unit.ledger.rulings import (
    CONTINUE_OR_STOP,
    FAILURE,
    OPTIONAL,
    counts,
    execution_of,
    mark,
    put_in,
    put_policy,
    put_wave,
    wave_of,
)
from tests.unit.ledger.stories import at, latest, opened_wave, order_of, resource, server
from tests.unit.reactions.control_room import Room
from tests.unit.reactions.sweeping import sweep_at

either_policy = pytest.mark.parametrize("on_failure", CONTINUE_OR_STOP)


def working(on_failure: OnFailure = OnFailure.HOLD, *, names: str = "ab") -> Room:
    """An open wave, cut into one order, whose deadline is second 900."""
    room = Room()
    opened_wave(room.store, *map(server, names))
    put_policy(room.store, on_failure=on_failure)
    orders.cut(room.store, order_of(names))
    return room


def missed(room: Room) -> int:
    return room.kinds.count("WaveDeadlineMissed")


def test_deadline_is_not_missed_before_its_time() -> None:
    room = working()

    sweep_at(room, 900)

    assert missed(room) == 0


@pytest.mark.parametrize("on_failure", list(OnFailure))
def test_missed_deadline_is_told_once(on_failure: OnFailure) -> None:
    room = working(on_failure)

    sweep_at(room, 901, 961, 1021)

    assert missed(room) == 1


def test_deadline_is_not_missed_when_nothing_remains() -> None:
    room = working()
    put_wave(room.store, remaining=0, recovered=1, failed=1, status=WaveStatus.HELD)

    sweep_at(room, 2000)

    assert missed(room) == 0


def test_missed_deadline_holds_the_wave_for_a_person_and_gives_nothing_up() -> None:
    room = working()

    sweep_at(room, 901, 961, 5000)

    assert wave_of(room.store).status is WaveStatus.HELD
    assert counts(room.store) == (2, 0, 0, 0, 0)
    assert room.kinds[-2:] == ["WaveDeadlineMissed", "WaveHeld"]


def test_order_of_a_wave_that_is_held_for_its_deadline_is_still_asked_for() -> None:
    room = working()

    sweep_at(room, 901, 1000)

    assert latest(room.store).requested_at == to_text(at(1000))


def test_wave_that_is_held_for_its_deadline_is_completed_when_all_is_recovered_after_it() -> None:
    room = working()
    sweep_at(room, 901)
    for name in "ab":
        mark(room.store, name)

    sweep_at(room, 1000)

    assert wave_of(room.store).status is WaveStatus.COMPLETED
    assert execution_of(room.store).status is ExecutionStatus.COMPLETED


@either_policy
def test_missed_deadline_gives_up_what_is_unfinished_at_the_next_sweep(on_failure: OnFailure) -> None:
    room = working(on_failure, names="abc")
    put_in(room.store, ResourceState.IN_PROGRESS, "b")
    mark(room.store, "c")
    sweep_at(room, 901)
    assert counts(room.store) == (2, 1, 0, 0, 0)

    sweep_at(room, 961)

    assert counts(room.store) == (0, 1, 2, 0, 0)
    assert [resource(room.store, name).state for name in "abc"] == [
        ResourceState.FAILED,
        ResourceState.FAILED,
        ResourceState.RECOVERED,
    ]
    failure = resource(room.store, "a").failure
    assert failure is not None
    assert failure.cause == "it was not recovered by its wave's deadline, 2030-01-01 00:15 UTC"


@pytest.mark.parametrize(
    ("on_failure", "status"),
    [(OnFailure.CONTINUE, ExecutionStatus.COMPLETED_WITH_EXCEPTIONS), (OnFailure.STOP, ExecutionStatus.FAILED)],
)
def test_wave_fails_by_its_policy_when_what_is_unfinished_is_given_up(
    on_failure: OnFailure, status: ExecutionStatus
) -> None:
    room = working(on_failure)

    sweep_at(room, 901, 961)

    assert (wave_of(room.store).status, execution_of(room.store).status) == (WaveStatus.FAILED, status)


@either_policy
def test_wave_is_completed_when_only_optional_resources_were_unfinished(on_failure: OnFailure) -> None:
    room = Room()
    opened_wave(room.store, server("a", 1, **OPTIONAL))
    put_policy(room.store, on_failure=on_failure)

    sweep_at(room, 901, 961)

    assert (wave_of(room.store).status, counts(room.store)) == (WaveStatus.COMPLETED, (0, 0, 0, 1, 0))


@either_policy
def test_more_than_ninety_are_given_up_sweep_by_sweep(on_failure: OnFailure) -> None:
    room = Room()
    opened_wave(room.store, *(server(f"s-{number:03}") for number in range(100)))
    put_policy(room.store, on_failure=on_failure)

    sweep_at(room, 901, 961)
    assert counts(room.store) == (10, 0, 90, 0, 0)
    sweep_at(room, 1021)

    assert counts(room.store) == (0, 0, 100, 0, 0)


@pytest.mark.parametrize("on_failure", list(OnFailure))
@pytest.mark.parametrize("paused_at", [100, 905])
def test_deadline_is_not_missed_while_the_execution_is_paused(on_failure: OnFailure, paused_at: float) -> None:
    room = working(on_failure)
    room.clock.move_to(at(paused_at))
    room.say(DRPauseRequested)

    sweep_at(room, 950, 5000)

    assert missed(room) == 0


@pytest.mark.parametrize(("paused_at", "due"), [(100, 1800), (905, 1001)])
def test_deadline_is_missed_after_the_pause_when_its_time_without_it_has_passed(paused_at: float, due: float) -> None:
    room = working()
    room.clock.move_to(at(paused_at))
    room.say(DRPauseRequested)
    room.clock.move_to(at(paused_at + 900) if paused_at < 900 else at(1000))
    room.say(DRResumeRequested, command_id="command-2")

    sweep_at(room, due)
    before = missed(room)
    sweep_at(room, due + 1)

    assert (before, missed(room)) == ((0, 1) if paused_at < 900 else (1, 1))
    assert wave_of(room.store).status is WaveStatus.HELD


@either_policy
def test_nothing_is_given_up_while_the_execution_is_paused(on_failure: OnFailure) -> None:
    room = working(on_failure)
    sweep_at(room, 901)
    room.say(DRPauseRequested)

    sweep_at(room, 961, 2000)

    assert counts(room.store) == (2, 0, 0, 0, 0)


def test_deadline_of_a_held_wave_is_not_missed_while_a_person_is_asked() -> None:
    room = working(names="abc")
    mark(room.store, "a", FAILURE)
    put_wave(room.store, status=WaveStatus.HELD)
    room.clock.move_to(at(100))
    room.say(DRPauseRequested)
    room.say(DRResumeRequested, command_id="command-2")

    sweep_at(room, 5000)

    assert execution_of(room.store).stopped_at == to_text(at(100))
    assert missed(room) == 0


def test_cancelled_execution_gives_up_at_the_deadline_what_is_still_in_flight() -> None:
    room = working()
    put_in(room.store, ResourceState.IN_PROGRESS, "a", "b")
    room.clock.move_to(at(100))
    room.say(DRCancelRequested)
    sweep_at(room, 900)
    assert execution_of(room.store).status is ExecutionStatus.CANCELLING

    sweep_at(room, 901, 961)

    assert (execution_of(room.store).status, wave_of(room.store).status) == (
        ExecutionStatus.CANCELLED,
        WaveStatus.CANCELLED,
    )
    assert counts(room.store) == (0, 0, 2, 0, 0)
    assert room.kinds[-3:] == ["WaveDeadlineMissed", "WaveCancelled", "DRCancelled"]


def test_cancelled_execution_gives_up_also_what_a_wave_held_for_its_deadline_waited_for() -> None:
    room = working()
    put_in(room.store, ResourceState.IN_PROGRESS, "a", "b")
    sweep_at(room, 901)
    room.say(DRCancelRequested)

    sweep_at(room, 961)

    assert execution_of(room.store).status is ExecutionStatus.CANCELLED
