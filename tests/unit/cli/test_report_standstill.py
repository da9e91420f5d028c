"""The facts give back each span of waiting, exactly as the ledger counted it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.events.commands import (
    DRCancelRequested,
    DRPauseRequested,
    DRResumeRequested,
    ResourceRetryRequested,
    WaveApproveRequested,
)
from groundswell.domain.events.facts import WaveAwaitingApproval
from groundswell.domain.instants import to_text
from groundswell.domain.policy import OnFailure
from groundswell.domain.standstill import waited
from groundswell.domain.states import WaveStatus
from groundswell.ledger import control, reading, reopening, waves
from groundswell_cli.report_standstill import Standstill
from tests.unit.ledger.rulings import (
    FAILURE,
    decided,
    execution_of,
    held,
    hold,
    mark,
    named,
    put_policy,
    wave_of,
    waves_of,
    worked,
)
from tests.unit.ledger.stories import X, accepted, at, order_of, server


class Waited:
    """An execution in a ledger, and what people and waves do to its clock at a second."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self._numbers = itertools.count(1)

    def does(self, what: str, second: float) -> None:
        """One of the methods below."""
        getattr(self, what)(second)

    def pause(self, second: float) -> None:
        """Somebody pauses it."""
        decision = decided(DRPauseRequested, seconds=second, command_id=self._name("pause"))
        control.pause(self.store, execution_of(self.store), decision)

    def resume(self, second: float) -> None:
        """Somebody resumes it."""
        decision = decided(DRResumeRequested, seconds=second, command_id=self._name("resume"))
        control.resume(self.store, execution_of(self.store), waves_of(self.store), decision)

    def cancel(self, second: float) -> None:
        """Somebody cancels it."""
        decision = decided(DRCancelRequested, seconds=second, command_id=self._name("cancel"))
        control.cancel(self.store, execution_of(self.store), decision)

    def ask(self, second: float) -> None:
        """Wave 1 is put before a person."""
        told = WaveAwaitingApproval(wave=1, resources=1)
        waves.ask_approval(self.store, execution_of(self.store), wave_of(self.store), told, cause="c", at=at(second))

    def approve(self, second: float) -> None:
        """Somebody approves wave 1."""
        decision = decided(WaveApproveRequested, seconds=second, command_id=self._name("approve"), wave=1)
        of = wave_of(self.store)
        control.approve(self.store, execution_of(self.store), of, decision, waves=waves_of(self.store))

    def hold(self, second: float) -> None:
        """Wave 1 is held."""
        hold(self.store, second)

    def miss(self, second: float) -> None:
        """Wave 1 misses its deadline."""
        waves.miss_deadline(self.store, execution_of(self.store), wave_of(self.store), cause="c", at=at(second))

    def complete(self, second: float) -> None:
        """Wave 1 is completed."""
        to = WaveStatus.COMPLETED
        waves.close_wave(self.store, execution_of(self.store), wave_of(self.store), to, cause="c", at=at(second))

    def retry(self, second: float) -> None:
        """Somebody has the failed resource tried again, which fails again."""
        (resource,) = named(self.store, "a")
        order = order_of("a", order_id=self._name("retry"), attempt=resource.attempt + 1)
        decision = decided(ResourceRetryRequested, seconds=second, command_id=order.order_id, wave=1)
        reopening.retry(self.store, execution_of(self.store), wave_of(self.store), [resource], order, decision)
        mark(self.store, "a", FAILURE)

    def _name(self, what: str) -> str:
        """Of one decision: several may be made at the same instant."""
        return f"{what} {next(self._numbers)}"

    @property
    def standstill(self) -> Standstill:
        """What its facts say."""
        return Standstill.of(reading.facts(self.store, X))

    def by_the_ledger(self, second: float) -> float:
        """What the ledger counts up to now."""
        return waited(execution_of(self.store), at(second)).total_seconds()


def working() -> Waited:
    """With a resource that failed."""
    told = Waited()
    worked(told.store, server("a"))
    return told


def asking() -> Waited:
    """With a wave 1 that needs an approval."""
    told = Waited()
    accepted(told.store, server("a"))
    put_policy(told.store, 1, approval=True)
    return told


def seconds_until(standstill: Standstill, *seconds: float) -> list[float]:
    return [standstill.seconds_until(to_text(at(second))) for second in seconds]


def test_nothing_was_waited_when_nobody_was_asked() -> None:
    assert seconds_until(working().standstill, 0, 100) == [0, 0]


@pytest.mark.parametrize(
    ("begins", "steps", "expected"),
    [
        (working, {"pause": 100, "resume": 160}, 60),
        (working, {"hold": 100, "retry": 170}, 70),
        (working, {"hold": 100, "complete": 150}, 50),
        (working, {"hold": 100, "pause": 120, "resume": 140, "complete": 180}, 80),
        (working, {"pause": 100, "hold": 110, "resume": 140, "retry": 190}, 90),
        (working, {"hold": 100, "pause": 120, "retry": 130, "resume": 165}, 65),
        (working, {"pause": 100, "cancel": 130}, 30),
        (working, {"hold": 100, "cancel": 145}, 45),
        (asking, {"ask": 100, "approve": 175}, 75),
        (asking, {"ask": 100, "pause": 110, "approve": 120, "resume": 185}, 85),
    ],
)
def test_waiting_is_as_long_as_the_ledger_counted_it(
    begins: Callable[[], Waited], steps: dict[str, float], expected: float
) -> None:
    told = begins()

    for what, second in steps.items():
        told.does(what, second)

    assert told.by_the_ledger(500) == expected
    assert seconds_until(told.standstill, 100, 500) == [0, expected]


def test_wave_that_is_held_at_its_deadline_waits_from_then_on() -> None:
    told = working()
    put_policy(told.store, 1, on_failure=OnFailure.HOLD)

    told.miss(901)

    assert told.by_the_ledger(1000) == 99
    assert seconds_until(told.standstill, 901, 950, 1000) == [0, 49, 99]


def test_waiting_that_goes_on_is_counted_up_to_the_instant_that_is_asked_about() -> None:
    told = Waited()
    held(told.store, seconds=40)

    assert seconds_until(told.standstill, 30, 40, 55.5) == [0, 0, 15.5]


STEPS = st.lists(st.tuples(st.sampled_from(["pause", "resume", "hold", "retry"]), st.integers(0, 100_000)))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
@example([("hold", 0), ("retry", 0), ("hold", 0), ("retry", 0)])
def test_facts_and_ledger_agree_at_every_instant_whatever_was_paused_and_held(steps: list[tuple[str, int]]) -> None:
    told, clock, counted = working(), timedelta(seconds=1000), dict[float, float]()
    is_paused = is_held = False

    for what, milliseconds in [*steps, ("look", 1)]:
        clock += timedelta(milliseconds=milliseconds)
        now = clock.total_seconds()
        counted[now] = told.by_the_ledger(now)
        if (what in ("pause", "resume") and is_paused is (what == "resume")) or (
            what in ("hold", "retry") and is_held is (what == "retry")
        ):
            told.does(what, now)
            is_paused = is_paused if what in ("hold", "retry") else what == "pause"
            is_held = is_held if what in ("pause", "resume") else what == "hold"

    assert {now: told.standstill.seconds_until(to_text(at(now))) for now in counted} == pytest.approx(counted)
