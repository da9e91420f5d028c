"""Planners that die, come back from the dead, and meet each other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Condition, Thread, current_thread

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.acceptance import Asked
from groundswell.domain.errors import StaleWriteError, TransientError
from groundswell.domain.instants import to_text
from groundswell.domain.states import OPEN_EXECUTION, ExecutionStatus
from groundswell.ledger import reading
from groundswell.ports.store import Write
from groundswell.reactions.plan_execution import MAX_PLANNERS, MAX_RUNS, plan_again
from tests.unit.reactions.bench import Bench, Crash, CrashingStore
from tests.unit.reactions.planning_office import REQUEST, Office, servers

NAMES = tuple("abcdef")


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groundswell.ledger.holding.CHUNK", 2)


def office() -> Office:
    return Office([*servers(*NAMES[:4]), *servers(*NAMES[4:], wave=2)])


def die_before_write(planning: Office, number: int) -> None:
    planning.bench.store.writes_left = number
    with pytest.raises(Crash):
        planning.ask()
    planning.bench.store.writes_left = None


def writes_of_a_plan() -> int:
    planning = office()
    planning.bench.store.writes_left = 100
    planning.ask()
    return 100 - planning.bench.store.writes_left


@pytest.mark.parametrize("number", range(writes_of_a_plan()))
def test_planning_is_taken_up_to_the_same_end_wherever_the_planner_died(number: int) -> None:
    planning = office()
    die_before_write(planning, number)
    planning.bench.clock.advance(36)

    planning.ask()

    assert (planning.execution().status, planning.facts()) == (ExecutionStatus.RUNNING, ["DRAccepted"])
    assert planning.resources() == {1: ["a", "b", "c", "d"], 2: ["e", "f"]}
    assert set(planning.holders(*NAMES).values()) == {planning.execution().execution_id}


def test_planning_is_taken_up_from_the_ledger_alone() -> None:
    planning = office()
    die_before_write(planning, 3)
    planning.bench.clock.advance(36)
    entry = plan_again(planning.execution())

    now, detail = planning.bench.clock.now(), json.loads(entry.detail)
    planning.planner().plan(Asked("tick-7", entry.source, "111111111111", now, detail))

    assert planning.execution().status is ExecutionStatus.RUNNING
    assert [item["sk"] for item in planning.items()].count("META") == 1


def test_planning_is_given_up_and_says_so_when_every_planner_dies() -> None:
    planning = office()
    for _ in range(MAX_PLANNERS):
        die_before_write(planning, 2)
        planning.bench.clock.advance(36)

    planning.ask()

    assert (planning.execution().status, planning.facts()) == (ExecutionStatus.REJECTED, ["DRRejected"])
    assert (
        planning.execution().reasons[0].startswith("planning was begun 5 times and never finished: look into the log")
    )
    assert set(planning.holders(*NAMES).values()) == {None}


def test_planning_ends_well_when_every_planner_comes_only_one_chunk_further() -> None:
    planning = office()
    for _ in range(3):
        die_before_write(planning, 3)
        planning.bench.clock.advance(36)

    planning.ask()

    assert (planning.execution().status, planning.execution().planner) == (ExecutionStatus.RUNNING, 4)
    assert planning.resources() == {1: ["a", "b", "c", "d"], 2: ["e", "f"]}


def test_holds_of_former_planners_are_given_back_when_the_request_is_rejected_after_all() -> None:
    planning = office()
    die_before_write(planning, 5)
    planning.findings.clear()
    planning.bench.clock.advance(36)

    planning.ask()

    assert planning.execution().reasons[0].startswith("unknown customer")
    assert set(planning.holders(*NAMES).values()) == {None}


class HauntedStore(CrashingStore):
    """A ledger before one of whose writes, long after the planner's time, another planner does all the work."""

    def __init__(self) -> None:
        super().__init__()
        self.haunt: list[tuple[int, Office]] = []

    def write(self, *writes: Write) -> None:
        """Let the other go first when the moment has come."""
        if self.haunt and self.haunt[0][0] == 0:
            _, planning = self.haunt.pop()
            planning.bench.clock.advance(36)
            planning.ask("event-1")
        elif self.haunt:
            self.haunt[0] = (self.haunt[0][0] - 1, self.haunt[0][1])
        super().write(*writes)


@pytest.mark.parametrize("number", range(1, writes_of_a_plan()))
def test_planner_that_comes_back_from_the_dead_writes_nothing_more(number: int) -> None:
    store = HauntedStore()
    planning = Office(office().findings, Bench(store))
    store.haunt = [(number, planning)]

    with pytest.raises(StaleWriteError):
        planning.ask()

    assert planning.facts() == ["DRAccepted"]
    assert planning.execution().planner == 2
    assert planning.resources() == {1: ["a", "b", "c", "d"], 2: ["e", "f"]}


class TakingTurns(CrashingStore):
    """A ledger to which two planners write in an order that is laid down."""

    def __init__(self, turns: Sequence[int]) -> None:
        super().__init__()
        self._turns = list(turns)
        self._condition = Condition()
        self._done: set[int] = set()

    def write(self, *writes: Write) -> None:
        """Wait for the turn of whoever writes, and write."""
        me = int(current_thread().name)
        with self._condition:
            self._condition.wait_for(lambda: self._next() in (me, None), timeout=10)
            if self._next() == me:
                self._turns.pop(0)
            try:
                MemoryStore.write(self, *writes)
            finally:
                self._condition.notify_all()

    def finish(self, number: int) -> None:
        """Let the other go on alone."""
        with self._condition:
            self._done.add(number)
            self._condition.notify_all()

    def _next(self) -> int | None:
        while self._turns and self._turns[0] in self._done:
            self._turns.pop(0)
        return self._turns[0] if self._turns else None


def side_by_side(turns: Sequence[int], wanted: Sequence[str]) -> Office:
    """Two planners for two requests, each over an estate of the resources that it wants."""
    store = TakingTurns(turns)
    bench = Bench(store)
    offices = [Office(servers(*names), bench) for names in wanted]

    def plan(number: int) -> None:
        detail = {**REQUEST, "request_id": f"r-{number}"}
        asked = Asked(f"event-{number}", "operator", "111111111111", bench.clock.now(), detail)
        try:
            offices[number].planner().plan(asked)
        finally:
            store.finish(number)

    threads = [Thread(target=plan, args=(number,), name=str(number)) for number in range(len(wanted))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return offices[0]


WANTED = [("abcdef", "abcdef"), ("abcd", "cdef"), ("abcdef", "f"), ("a", "abcdef"), ("bd", "abcde")]
overlapping = st.sampled_from(WANTED)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 1), min_size=4, max_size=16), overlapping)
def test_of_overlapping_requests_exactly_one_wins_in_whatever_order_they_write(
    turns: list[int], wanted: tuple[str, str]
) -> None:
    planning = side_by_side(turns, wanted)

    executions = [planning.execution(f"r-{number}") for number in range(2)]
    assert sorted(execution.status for execution in executions) == ["REJECTED", "RUNNING"]
    winner = next(number for number in range(2) if executions[number].status is ExecutionStatus.RUNNING)
    assert set(planning.holders(*wanted[winner]).values()) == {executions[winner].execution_id}
    assert (
        executions[1 - winner]
        .reasons[0]
        .partition(" is held by execution ")[2]
        .startswith(executions[winner].execution_id)
    )


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 1), min_size=4, max_size=16))
def test_requests_that_do_not_overlap_are_both_accepted_in_whatever_order_they_write(turns: list[int]) -> None:
    planning = side_by_side(turns, ("ace", "bdf"))

    assert [planning.execution(f"r-{number}").status for number in range(2)] == [ExecutionStatus.RUNNING] * 2


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 1), min_size=4, max_size=16), overlapping)
def test_no_hold_of_the_rejected_binds_in_whatever_order_they_write(turns: list[int], wanted: tuple[str, str]) -> None:
    planning = side_by_side(turns, wanted)

    for execution_id in planning.holders(*NAMES).values():
        holder = reading.find_execution(planning.bench.store, execution_id) if execution_id else None
        assert holder is None or holder.status in OPEN_EXECUTION


def fail_with(planning: Office, error: Exception) -> None:
    """A run of the planner that ends so."""

    def supports(*_: object) -> bool:
        raise error

    planning.supports = supports
    with pytest.raises(type(error)):
        planning.ask()
    planning.supports = lambda *_: True


def test_error_of_a_planner_is_kept_in_one_line_and_lets_the_next_one_begin() -> None:
    planning = office()

    fail_with(planning, KeyError("a\x1b[2J\nbug" + "x" * 900))

    failed = planning.execution()
    assert failed.status is ExecutionStatus.PLANNING
    assert failed.planner_error
    assert failed.planner_error.startswith(r"KeyError: 'a\x1b[2J\nbugxxx")
    assert len(failed.planner_error) == 500
    assert failed.planner_error_at == failed.planner_until == to_text(planning.bench.clock.now())
    planning.bench.clock.advance(1)
    planning.ask()
    assert planning.execution().status is ExecutionStatus.RUNNING


def test_request_is_rejected_with_the_last_error_when_every_planner_fails() -> None:
    planning = office()
    for number in range(MAX_PLANNERS):
        fail_with(planning, ValueError(f"bug {number}"))
        planning.bench.clock.advance(1)

    planning.ask()

    assert planning.facts() == ["DRRejected"]
    assert (
        planning.execution()
        .reasons[0]
        .startswith("planning was begun 5 times and never finished, at last for this error: ValueError: bug 4: look")
    )
    assert set(planning.holders(*NAMES).values()) == {None}


THROTTLED = ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "ListRules")


@pytest.mark.parametrize("error", [THROTTLED, TransientError("the ledger is busy")])
def test_planner_that_is_only_kept_waiting_does_not_count_against_the_request(error: Exception) -> None:
    planning = office()
    for _ in range(MAX_PLANNERS + 3):
        fail_with(planning, error)
        planning.bench.clock.advance(1)

    planning.ask()

    assert (planning.execution().status, planning.execution().planner) == (ExecutionStatus.RUNNING, MAX_PLANNERS + 4)


def test_request_is_rejected_when_its_planners_are_kept_waiting_without_end() -> None:
    planning = office()
    for _ in range(MAX_RUNS):
        fail_with(planning, THROTTLED)
        planning.bench.clock.advance(1)

    planning.ask()

    assert "Rate exceeded" in planning.execution().reasons[0]


def test_error_of_a_planner_is_raised_also_when_another_planner_has_taken_over() -> None:
    planning = office()

    def supports(*_: object) -> bool:
        planning.supports = lambda *_: True
        planning.bench.clock.advance(36)
        planning.ask()
        raise ValueError("bug")

    planning.supports = supports
    with pytest.raises(ValueError, match="bug"):
        planning.ask()

    assert (planning.execution().status, planning.execution().planner_error) == (ExecutionStatus.RUNNING, None)
