"""What the sweep does about questions that nobody answers."""

from __future__ import annotations

import pytest

from groundswell.domain.events.commands import DRPauseRequested
from groundswell.domain.instants import to_text
from groundswell.domain.states import WaveStatus
from groundswell.ledger import reading
from groundswell.reactions.advance_execution import advance
from tests.unit.ledger.rulings import put_wave, wave_of
from tests.unit.ledger.stories import X, at
from tests.unit.reactions.control_room import Room, asking_room
from tests.unit.reactions.sweeping import sweep_at


def waiting_since(room: Room, seconds: float) -> Room:
    room.clock.move_to(at(seconds))
    advance(room.store, room.clock, X, cause="c")
    return room


@pytest.mark.parametrize(("seconds", "times"), [(899, 0), (900, 1)])
def test_nobody_deciding_is_told_after_fifteen_minutes(seconds: float, times: int) -> None:
    room = waiting_since(asking_room(), 200)

    sweep_at(room, 200 + seconds)

    assert room.kinds.count("WaveApprovalOverdue") == times
    assert wave_of(room.store).status is WaveStatus.AWAITING_APPROVAL


def test_nobody_deciding_is_told_once() -> None:
    room = waiting_since(asking_room(), 200)

    sweep_at(room, 1100, 1160, 9000)

    assert room.told("WaveApprovalOverdue") == [{"wave": 1, "seconds": 900.0}]


def test_nobody_deciding_is_not_told_of_a_wave_that_is_approved_and_waits_for_the_end_of_a_pause() -> None:
    room = waiting_since(asking_room(), 200)
    room.say(DRPauseRequested)
    put_wave(room.store, approved=True)

    sweep_at(room, 5000)

    assert "WaveApprovalOverdue" not in room.kinds


def test_wave_that_awaits_approval_is_asked_about_once_however_often_it_is_swept() -> None:
    room = waiting_since(asking_room(), 200)

    sweep_at(room, 260, 320)

    assert room.kinds.count("WaveAwaitingApproval") == 1
    assert reading.execution(room.store, X).stopped_at == to_text(at(200))
