"""Workers that die: how often it takes, what it costs, and that one poisonous resource costs no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from groundswell.domain.operations import Phase
from groundswell.domain.records import Ending
from groundswell.reactions.recover.claiming import MAX_DEATHS, MAX_KILLS
from groundswell.reactions.recover.timetable import LookAt
from tests.unit.ledger.stories import X
from tests.unit.reactions.bench import Crash
from tests.unit.reactions.fake_service import raising
from tests.unit.reactions.workshop import Workshop, workshop

FIRST, SECOND = Phase.INSTANTIATE, Phase.ACTIVATE


def poisoned(names: str, *culprits: str) -> Workshop:
    """A technology with a bug: looking at a culprit kills the worker. All else is there already, but for a phase."""
    shop = workshop(names)

    def kill() -> None:
        if {target.resource_id for target in shop.service.targets} & set(culprits):
            raise RuntimeError("a bug in the technology")

    shop.service.before_observing = kill
    return shop


def test_death_is_counted_when_a_claim_runs_out() -> None:
    shop = poisoned("ab", "a")
    shop.die()

    shop.die()

    assert (shop.order.deaths, shop.order.suspect) == (1, None)


def test_deaths_are_forgotten_when_a_look_is_finished() -> None:
    shop = poisoned("ab", "a")
    shop.die()
    shop.die()
    shop.service.before_observing = lambda: None

    shop.look()

    assert shop.order.deaths == 0


def test_order_is_worked_one_resource_at_a_time_when_too_many_died() -> None:
    shop = poisoned("abc", "c")
    for _ in range(MAX_DEATHS):
        shop.die()

    shop.look()

    assert (shop.order.suspect, shop.service.named) == ("a", [("a",)])


def test_each_resource_gets_its_turn_when_they_are_worked_one_at_a_time() -> None:
    shop = poisoned("abc", "nobody")
    shop.service.before_observing = raising(RuntimeError("chance"))
    for _ in range(MAX_DEATHS):
        shop.die()
    shop.service.before_observing = lambda: None
    shop.look()

    for _ in range(3):
        shop.next_look()

    assert shop.service.named == [("a",), ("b",), ("c",)]
    assert shop.order.suspect == "a"


def test_suspect_is_tried_again_at_once_when_it_killed() -> None:
    shop = poisoned("abc", "a")
    for _ in range(MAX_DEATHS + 1):
        shop.die()

    shop.die()

    assert (shop.order.suspect, shop.progress("a").kills) == ("a", 1)


def test_resource_that_kills_its_workers_is_given_up_and_the_others_are_recovered() -> None:
    shop = poisoned("abcdefgh", "f")
    shop.service.done_all(*"abcdegh")

    shop.look_until(shop.is_over)

    assert shop.outcomes() == {**dict.fromkeys("abcdegh", "Recovered"), "f": "Failed"}
    assert shop.failure("f") == f"{MAX_KILLS} workers died while they worked on it alone"


def test_others_are_worked_on_together_again_when_the_killer_is_found() -> None:
    shop = poisoned("abcd", "b")

    shop.look_until(lambda: bool(shop.order.progress) and shop.progress("b").ending is Ending.FAILED)

    assert (shop.order.suspect, shop.order.deaths) == (None, 0)
    shop.service.done_all(*"acd")
    shop.next_look()
    assert shop.outcomes() == {**dict.fromkeys("acd", "Recovered"), "b": "Failed"}


def test_several_killers_are_found_one_after_the_other() -> None:
    shop = poisoned("abcdef", "b", "e")
    shop.service.done_all(*"acdf")

    shop.look_until(shop.is_over)

    assert shop.outcomes() == {**dict.fromkeys("acdf", "Recovered"), **dict.fromkeys("be", "Failed")}


def test_large_order_loses_nobody_to_impatience_when_one_of_it_is_poison() -> None:
    names = "".join(chr(0x100 + number) for number in range(90))
    shop = poisoned(names, names[70])
    begun = shop.bench.clock.now()

    shop.look_until(lambda: bool(shop.order.progress) and shop.progress(names[70]).ending is Ending.FAILED)

    assert (shop.bench.clock.now() - begun).total_seconds() < 20 * 60
    assert list(shop.outcomes().values()) == ["Failed"]


def test_resource_is_looked_at_as_often_alone_as_with_all_others() -> None:
    names = "abcdefghij"
    shop = poisoned(names, "nobody")
    shop.service.before_observing = raising(RuntimeError("chance"))
    for _ in range(MAX_DEATHS):
        shop.die()
    shop.service.before_observing = lambda: None
    shop.look()
    begun = shop.bench.clock.now()

    for _ in names:
        shop.next_look()

    assert (shop.bench.clock.now() - begun).total_seconds() <= 60


class Deliveries:
    """Delivers an order's messages until it is over; a message whose worker dies comes again after two minutes."""

    def __init__(self, shop: Workshop) -> None:
        self.shop = shop
        self.crashes = 0

    def run(self) -> None:
        """Deliver; the sweep, which would ask again where nothing is left to deliver, is not needed."""
        request = LookAt(X, 1, self.shop.order.order_id, asked_at=self.shop.bench.clock.now(), is_request=True)
        waiting = [(self.shop.bench.clock.now(), request)]
        for _ in range(400):
            if self.shop.is_over() and not waiting:
                return
            if not waiting:
                raise AssertionError(f"nothing is left to deliver: {self.shop.order}")
            at, message = min(waiting, key=lambda each: each[0])
            waiting.remove((at, message))
            self.shop.bench.clock.move_to(at)
            if self._dies_of(message):
                waiting.append((self.shop.bench.clock.now(), replace(message, comes_again=True)))
            waiting += self._sent()
        raise AssertionError(f"not over: {self.shop.order}")

    def _dies_of(self, message: LookAt) -> bool:
        try:
            self.shop.worker.look(message, seconds_left=lambda: 30.0)
        except Crash:
            self.crashes += 1
            self.shop.bench.store.writes_left = None
            self.shop.bench.clock.advance(120)
            return True
        return False

    def _sent(self) -> list[tuple[datetime, LookAt]]:
        now, order_id, sent = self.shop.bench.clock.now(), self.shop.order.order_id, self.shop.bench.queue.sent
        arriving = [(now + timedelta(seconds=delay), LookAt(X, 1, order_id, look["number"])) for look, delay in sent]
        sent.clear()
        return arriving


def recovering() -> Workshop:
    """A service that has done what it was asked for a look later."""
    shop = workshop("ab")
    called: set[tuple[Phase, str]] = set()

    def finish() -> None:
        for phase, name in called:
            shop.service.done(name, phase=phase)
        called.update((call.phase, name) for call in shop.service.calls for name in call.names)

    shop.service.before_observing = finish
    return shop


def writes_of_a_whole_run() -> int:
    shop = recovering()
    shop.bench.store.writes_left = 1000
    Deliveries(shop).run()
    return 1000 - shop.bench.store.writes_left


def crash_before_write(number: int) -> Workshop:
    shop = recovering()
    shop.bench.store.writes_left = number
    Deliveries(shop).run()
    return shop


@pytest.mark.parametrize("number", range(writes_of_a_whole_run()))
def test_crash_before_any_write_costs_time_and_nothing_else(number: int) -> None:
    shop = crash_before_write(number)

    assert shop.outcomes() == {"a": "Recovered", "b": "Recovered"}
    assert sorted((call.phase, name) for call in shop.service.calls for name in call.names) == [
        (SECOND, "a"),
        (SECOND, "b"),
        (FIRST, "a"),
        (FIRST, "b"),
    ]


@pytest.mark.parametrize("moment", ["publish", "send", "call"])
def test_crash_on_the_way_out_costs_time_and_nothing_else(moment: str) -> None:
    shop = recovering()
    _crash_once(shop, moment)

    Deliveries(shop).run()

    assert shop.outcomes() == {"a": "Recovered", "b": "Recovered"}


def _crash_once(shop: Workshop, moment: str) -> None:
    left = [Crash()]

    def once(then: Callable[..., object]) -> Callable[..., object]:
        def crash_or_go_on(*args: object, **kwargs: object) -> object:
            if left:
                raise left.pop()
            return then(*args, **kwargs)

        return crash_or_go_on

    if moment == "publish":
        shop.bench.bus.publish = once(shop.bench.bus.publish)  # type: ignore[method-assign, assignment]
    elif moment == "send":
        shop.bench.queue.send = once(shop.bench.queue.send)  # type: ignore[method-assign, assignment]
    else:
        shop.service.before_call = once(shop.service.before_call)
