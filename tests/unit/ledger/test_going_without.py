"""Resources that are skipped, wound down, or given up: with each, its wave's counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.events.commands import ResourceSkipRequested
from groundswell.domain.failure import Failure
from groundswell.domain.instants import to_text
from groundswell.domain.states import (
    OPEN_RESOURCE,
    RESOURCE_TRANSITIONS,
    WORKED_WAVE,
    ExecutionStatus,
    ResourceState,
    WaveStatus,
)
from groundswell.ledger import control, reading, reopening
from groundswell.ledger.control import GOING
from groundswell.ports.store import Store, TransactionRefusedError
from tests.unit.ledger.rulings import (
    ALICE,
    OPTIONAL,
    counts,
    decided,
    execution_of,
    named,
    put_in,
    put_wave,
    wave_of,
    worked,
)
from tests.unit.ledger.stories import LANE, at, data_of, everything, facts, opened_wave, resource, server, set_status

SKIP = decided(ResourceSkipRequested, wave=1, reason="rebuilt by hand")
TOO_LATE = Failure(cause="not recovered by its deadline", advice="look at it")


def skip(store: Store, names: str = "a") -> None:
    reopening.skip(store, execution_of(store), wave_of(store), named(store, names), SKIP)


def wind_down(store: Store, names: str = "a") -> None:
    found = named(store, names)
    reopening.wind_down(store, execution_of(store), wave_of(store), found, cause="c", at=at(100))


def give_up(store: Store, names: str = "a") -> None:
    reopening.give_up(store, wave_of(store), named(store, names), TOO_LATE, at=at(100))


Transition = Callable[[Store], None]
FROM: dict[Transition, tuple[ResourceState, ...]] = {
    skip: (ResourceState.PENDING, ResourceState.FAILED),
    wind_down: (ResourceState.PENDING, ResourceState.FAILED),
    give_up: OPEN_RESOURCE,
}
WITHIN: dict[Transition, tuple[ExecutionStatus, ...]] = {skip: GOING, wind_down: (ExecutionStatus.CANCELLING,)}
every_transition = pytest.mark.parametrize("transition", list(FROM), ids=lambda each: each.__name__)


def ready(store: Store, transition: Transition) -> None:
    """A wave with `a` and `b` not begun, of an execution in which the transition is allowed."""
    opened_wave(store)
    if transition is wind_down:
        set_status(store, ExecutionStatus.CANCELLING)


def test_skipped_resource_says_by_whom_and_why(store: Store) -> None:
    worked(store, failed="a")

    skip(store)

    now = resource(store, "a")
    assert (now.state, now.ended_at) == (ResourceState.SKIPPED, to_text(at(100)))
    assert now.skipped == {"by": ALICE, "reason": "rebuilt by hand", "at": to_text(at(100))}
    assert now.failure is not None


def test_skip_is_told_with_its_author(store: Store) -> None:
    worked(store, failed="a")

    skip(store, "ab")

    assert facts(store)[-1] == (execution_of(store).version, "ResourcesSkipped")
    assert data_of(store, "ResourcesSkipped") == {
        "wave": 1,
        "resource_ids": ["a", "b"],
        "decided_by": ALICE,
        "reason": "rebuilt by hand",
    }


def test_skip_counts_what_failed_and_what_was_not_begun_each_from_where_it_was(store: Store) -> None:
    planned = (server("a"), server("b", 1, **OPTIONAL), server("c"), server("d", 1, **OPTIONAL), server("e"))
    worked(store, *planned, failed="ab", recovered="e")
    assert counts(store) == (2, 1, 1, 1, 0)
    version = wave_of(store).version

    skip(store, "abcd")

    assert counts(store) == (0, 1, 0, 0, 4)
    assert wave_of(store).version == version + 1


@pytest.mark.parametrize("status", [WaveStatus.RUNNING, WaveStatus.HELD])
def test_skip_leaves_the_wave_to_be_closed_by_its_counts(store: Store, status: WaveStatus) -> None:
    worked(store, server("a"))
    put_wave(store, status=status)

    skip(store)

    assert wave_of(store).status is status


def test_wind_down_skips_what_was_not_begun_in_groundswells_own_name(store: Store) -> None:
    ready(store, wind_down)

    wind_down(store)

    now = resource(store, "a")
    why = "the execution was cancelled before they were begun"
    assert (now.state, now.skipped) == (
        ResourceState.SKIPPED,
        {"by": "groundswell", "reason": why, "at": to_text(at(100))},
    )
    assert counts(store) == (1, 0, 0, 0, 1)
    assert data_of(store, "ResourcesSkipped") == {
        "wave": 1,
        "resource_ids": ["a"],
        "decided_by": "groundswell",
        "reason": why,
    }


def test_resource_that_is_given_up_has_failed_with_the_reason(store: Store) -> None:
    opened_wave(store, server("a"), server("b", 1, **OPTIONAL), server("c"))
    put_in(store, ResourceState.IN_PROGRESS, "b")

    give_up(store, "ab")

    assert [(each.state, each.failure, each.ended_at) for each in named(store, "ab")] == [
        (ResourceState.FAILED, TOO_LATE, to_text(at(100)))
    ] * 2
    assert counts(store) == (1, 0, 1, 1, 0)


@every_transition
def test_ninety_resources_go_in_one_transaction(transition: Transition) -> None:
    store = MemoryStore()
    names = [f"s-{number:02}" for number in range(reopening.MAX_RESOURCES)]
    opened_wave(store, *map(server, names))
    if transition is wind_down:
        set_status(store, ExecutionStatus.CANCELLING)

    transition(store, names)  # type: ignore[call-arg] # each takes names

    state = ResourceState.FAILED if transition is give_up else ResourceState.SKIPPED
    assert {each.state for each in reading.resources(store, [LANE])} == {state}
    assert wave_of(store).remaining == 0


@every_transition
@pytest.mark.parametrize("state", list(ResourceState))
def test_transition_is_allowed_only_by_the_table_of_states(transition: Transition, state: ResourceState) -> None:
    store = MemoryStore()
    ready(store, transition)
    put_in(store, state, "a")
    before = everything(store)
    to = ResourceState.FAILED if transition is give_up else ResourceState.SKIPPED

    try:
        transition(store)
    except TransactionRefusedError:
        assert everything(store) == before
        assert state not in FROM[transition]
    else:
        assert to in RESOURCE_TRANSITIONS[state]
        assert state in FROM[transition]


@every_transition
@pytest.mark.parametrize("status", list(WaveStatus))
def test_transition_is_allowed_only_while_the_wave_is_worked(transition: Transition, status: WaveStatus) -> None:
    store = MemoryStore()
    ready(store, transition)
    put_wave(store, status=status)

    not_begun = (WaveStatus.PENDING, WaveStatus.AWAITING_APPROVAL)
    allowed = (*WORKED_WAVE, *not_begun) if transition is wind_down else WORKED_WAVE
    try:
        transition(store)
    except TransactionRefusedError:
        assert status not in allowed
    else:
        assert status in allowed


@pytest.mark.parametrize("transition", list(WITHIN), ids=lambda each: each.__name__)
@pytest.mark.parametrize("status", list(ExecutionStatus))
def test_transition_is_allowed_only_while_the_execution_is_so(transition: Transition, status: ExecutionStatus) -> None:
    store = MemoryStore()
    ready(store, transition)
    set_status(store, status)
    before = everything(store)

    try:
        transition(store)
    except TransactionRefusedError:
        assert everything(store) == before
        assert status not in WITHIN[transition]
    else:
        assert status in WITHIN[transition]


@every_transition
@pytest.mark.parametrize("moved", ["wave", "state"])
def test_transition_changes_nothing_when_something_has_moved_since_it_was_read(
    store: Store, transition: Transition, moved: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(store, transition)
    wave, found = wave_of(store), {each.resource_id: each for each in named(store, "a")}
    put_wave(store) if moved == "wave" else put_in(store, ResourceState.FAILED, "a")
    before = everything(store)
    monkeypatch.setattr(reading, "wave", lambda *_: wave)
    monkeypatch.setattr(reading, "resources_named", lambda *_: found)

    with pytest.raises(TransactionRefusedError):
        transition(store)
    assert everything(store) == before


def test_skip_changes_nothing_when_the_command_was_refused_before(store: Store) -> None:
    worked(store, failed="a")
    control.refuse(store, execution_of(store), SKIP, "no")
    before = everything(store)

    with pytest.raises(TransactionRefusedError):
        skip(store)
    assert everything(store) == before
