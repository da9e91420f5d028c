"""People's decisions: each takes effect once, or is refused once."""

from __future__ import annotations

import json

import pytest

from groundswell.domain.errors import StaleWriteError
from groundswell.domain.events.commands import (
    Command,
    DRCancelRequested,
    DRPauseRequested,
    DRResumeRequested,
    ResourceRetryRequested,
    ResourceSkipRequested,
    WaveApproveRequested,
    WaveRejectRequested,
)
from groundswell.domain.ids import ExecutionId
from groundswell.domain.states import ExecutionStatus, WaveStatus
from groundswell.reactions.advance_execution import advance
from tests.unit.domain.builders import KINDS
from tests.unit.ledger.rulings import ALICE, execution_of, wave_of
from tests.unit.ledger.stories import X
from tests.unit.reactions.control_room import (
    asking_room,
    held_room,
    let_apply,
    room_against,
    room_for,
)

every_kind = pytest.mark.parametrize("kind", list(KINDS))
TOLD: dict[type[Command], str] = {
    DRPauseRequested: "DRPaused",
    DRResumeRequested: "DRResumed",
    DRCancelRequested: "DRCancelling",
    WaveApproveRequested: "WaveApproved",
    WaveRejectRequested: "WaveRejected",
    ResourceRetryRequested: "ResourcesRetried",
    ResourceSkipRequested: "ResourcesSkipped",
}


@every_kind
def test_decision_that_applies_takes_effect_and_says_whose_it_is(kind: type[Command]) -> None:
    room = room_for(kind)

    room.say(kind)

    (told,) = [fact for fact in room.facts if fact.detail_type == TOLD[kind]]
    detail = json.loads(told.detail)
    assert (detail["data"]["decided_by"], detail["metadata"]["causation_id"]) == (ALICE, "command-1")
    assert room.refusals == []


@every_kind
def test_decision_that_takes_effect_leaves_no_gap_in_the_sequence(kind: type[Command]) -> None:
    room = room_for(kind)

    room.say(kind)

    sequence = [fact.sequence for fact in room.facts]
    assert sequence == list(range(1, len(sequence) + 1))


@every_kind
def test_decision_that_comes_again_changes_nothing(kind: type[Command]) -> None:
    room = room_for(kind)
    said_at = room.clock.now()
    room.say(kind, said_at=said_at)
    before = room.everything()
    room.clock.advance(300)

    room.say(kind, said_at=said_at)

    assert room.everything() == before


@every_kind
def test_decision_that_comes_again_changes_nothing_when_its_opposite_was_decided_since(kind: type[Command]) -> None:
    room = room_for(kind)
    said_at = room.clock.now()
    room.say(kind, said_at=said_at)
    opposite = DRResumeRequested if kind is DRPauseRequested else DRPauseRequested
    if execution_of(room.store).status in (ExecutionStatus.RUNNING, ExecutionStatus.PAUSED):
        room.say(opposite, command_id="command-2")
    before = room.everything()

    room.say(kind, said_at=said_at)

    assert room.everything() == before


@every_kind
def test_decision_that_does_not_apply_is_refused_and_changes_nothing_else(kind: type[Command]) -> None:
    room = room_against(kind)
    before = room.everything()

    room.say(kind)

    assert room.everything()[: len(before)] == before
    (told,) = room.told("CommandRefused")
    assert (told["command"], told["decided_by"]) == (kind.__name__, ALICE)
    assert room.everything()[len(before) :] != []


@every_kind
def test_refusal_is_answered_with_its_reason_and_only_the_first_time(kind: type[Command]) -> None:
    room = room_against(kind)

    first, again = (room.say(kind) for _ in range(2))

    assert [first] == room.refusals
    assert again is None


@every_kind
def test_decision_that_takes_effect_is_answered_with_no_reason(kind: type[Command]) -> None:
    room = room_for(kind)

    assert room.say(kind) is None


@every_kind
def test_refused_decision_is_refused_once(kind: type[Command]) -> None:
    room = room_against(kind)
    room.say(kind)
    before = room.everything()

    room.say(kind)

    assert room.everything() == before


@every_kind
def test_refused_decision_takes_no_effect_when_it_comes_again_and_would_apply_by_then(kind: type[Command]) -> None:
    room = room_against(kind)
    said_at = room.clock.now()
    room.say(kind, said_at=said_at)
    let_apply(room, kind)
    before = room.everything()

    room.say(kind, said_at=said_at)

    assert room.everything() == before


@every_kind
def test_same_decision_of_somebody_else_is_a_decision_of_its_own(kind: type[Command]) -> None:
    room = room_against(kind)
    room.say(kind)
    let_apply(room, kind)

    room.say(kind, command_id="command-2")

    assert TOLD[kind] in room.kinds


@every_kind
@pytest.mark.parametrize("source", ["groundswell", "groundswell.doors", "operator"])
def test_decision_is_dropped_when_nobody_vouches_for_its_author(kind: type[Command], source: str) -> None:
    room = room_for(kind)
    before = room.everything()

    with pytest.raises(StaleWriteError, match=f"{kind.__name__} from source {source} is refused: .* use dr"):
        room.say(kind, source=source)
    assert room.everything() == before


@every_kind
def test_decision_is_dropped_when_there_is_no_such_execution(kind: type[Command]) -> None:
    room = held_room()
    before = room.everything()

    with pytest.raises(StaleWriteError, match="the ledger holds no execution dr-9"):
        room.say(kind, execution_id=ExecutionId("dr-9"))
    assert room.everything() == before


def test_approval_that_comes_during_a_pause_lets_the_wave_begin_after_it() -> None:
    room = asking_room()
    advance(room.store, room.clock, X, cause="c")
    room.say(DRPauseRequested, command_id="pause")
    room.say(WaveApproveRequested)
    advance(room.store, room.clock, X, cause="c")
    assert wave_of(room.store).status is WaveStatus.AWAITING_APPROVAL

    room.say(DRResumeRequested, command_id="resume")
    advance(room.store, room.clock, X, cause="c")

    assert wave_of(room.store).status is WaveStatus.RUNNING
    assert execution_of(room.store).stopped_at is None


def test_decision_about_an_execution_that_is_over_is_refused() -> None:
    room = asking_room()
    room.say(WaveRejectRequested)
    advance(room.store, room.clock, X, cause="c")

    room.say(DRPauseRequested, command_id="command-2")

    assert room.refusals == ["dr-1 is over since 2030-01-01T00:01:40.000000Z: it is CANCELLED"]
