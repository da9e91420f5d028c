"""An outcome that comes after a person, or the deadline, decided otherwise: kept as late, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from groundswell.domain.events.commands import DRCancelRequested, ResourceRetryRequested, ResourceSkipRequested
from groundswell.domain.events.envelope import Metadata
from groundswell.domain.events.work import ResourceRecovered
from groundswell.domain.failure import Failure
from groundswell.domain.records import WorkOrder
from groundswell.domain.states import ResourceState
from groundswell.ledger import orders, reopening
from groundswell.reactions.advance_execution import advance
from groundswell.reactions.record_outcome import Heard, Recorder, Tally
from tests.unit.ledger.rulings import FAILURE, counts, mark, named, wave_of
from tests.unit.ledger.stories import X, latest, opened_wave, order_of, resource, server
from tests.unit.reactions.control_room import Room


def working() -> Room:
    """`a`, `b` and `c` are in an order of an open wave; it is second 100."""
    room = Room()
    opened_wave(room.store, *map(server, "abc"))
    orders.cut(room.store, order_of("abc"))
    room.clock.advance(100)
    return room


def recover(room: Room, order: WorkOrder, name: str = "a") -> Tally:
    """Let the technology say that it is recovered."""
    metadata = Metadata.model_validate(
        {
            "event_id": f"e-{order.order_id}-{name}",
            "schema_version": "1.0",
            "execution_id": X,
            "correlation_id": "c-1",
            "causation_id": "x-1",
            "occurred_at": room.clock.now() - timedelta(seconds=1),
        }
    )
    of_the_order = {"order_id": order.order_id, "attempt": order.attempt, "token": order.token}
    answer = ResourceRecovered.model_validate(
        {**of_the_order, "technology": "drs", "wave": 1, "resource_id": name, "evidence": {"instance": "i-1"}}
    )
    return Recorder(room.store, room.clock).record([Heard("m-1", "groundswell.technology.drs", metadata, answer)])


def give_up(room: Room) -> None:
    failure = Failure(cause="not recovered by its deadline", advice="look")
    reopening.give_up(room.store, wave_of(room.store), named(room.store, "a"), failure, at=room.clock.now())


def skip(room: Room) -> None:
    room.say(ResourceSkipRequested, resource_ids=("a",))


def skip_after_failure(room: Room) -> None:
    mark(room.store, "a", FAILURE)
    room.say(ResourceSkipRequested)


def cancel(room: Room) -> None:
    room.say(DRCancelRequested)
    advance(room.store, room.clock, X, cause="c")


DECISIONS: list[tuple[Callable[[Room], None], ResourceState]] = [
    (give_up, ResourceState.FAILED),
    (skip, ResourceState.SKIPPED),
    (skip_after_failure, ResourceState.SKIPPED),
    (cancel, ResourceState.SKIPPED),
]


@pytest.mark.parametrize(("decide", "state"), DECISIONS)
def test_late_success_is_kept_and_changes_nothing_that_was_decided(
    decide: Callable[[Room], None], state: ResourceState
) -> None:
    room = working()
    decide(room)
    before = (counts(room.store), wave_of(room.store).status, room.kinds)

    tally = recover(room, latest(room.store))

    now = resource(room.store, "a")
    assert (tally.counted, tally.late, tally.refused) == (0, 1, 0)
    assert (counts(room.store), wave_of(room.store).status, room.kinds) == before
    assert (now.state, list(now.late)) == (state, ["e-dr-1.w001.drs.here.000-a"])


def test_late_success_of_the_first_attempt_is_kept_while_the_second_goes_on() -> None:
    room = working()
    mark(room.store, "a", FAILURE)
    room.say(ResourceRetryRequested)
    before = counts(room.store)

    tally = recover(room, latest(room.store))

    now = resource(room.store, "a")
    assert (tally.late, counts(room.store)) == (1, before)
    assert (now.state, now.attempt, len(now.late)) == (ResourceState.PENDING, 2, 1)


def test_success_of_the_second_attempt_counts_and_completes_the_wave() -> None:
    room = working()
    mark(room.store, "a", FAILURE)
    room.say(ResourceRetryRequested)
    for name in "bc":
        recover(room, latest(room.store), name)

    tally = recover(room, room.orders[0])

    assert (tally.counted, resource(room.store, "a").late) == (1, {})
    assert room.kinds[-1] == "WaveCompleted"
