"""Wake-ups hurry a look; many of them are one."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

import pytest

from groundswell.domain.errors import TransientError
from groundswell.domain.instants import from_text
from groundswell.ledger import orders
from tests.unit.reactions.fake_service import raising
from tests.unit.reactions.workshop import FIRST, Workshop, workshop


def numbered(looks: int) -> Workshop:
    """A worker that has looked so often, by its timer; look `looks` is awaited."""
    shop = workshop("a")
    shop.look()
    for _ in range(looks - 1):
        shop.next_look()
    shop.bench.queue.sent.clear()
    return shop


def looks_of(shop: Workshop) -> int:
    return shop.order.claim


def claimed_elsewhere(shop: Workshop) -> None:
    now = shop.bench.clock.now()
    assert orders.claim(shop.bench.store, shop.order, now=now, until=now + timedelta(seconds=45))


def test_timers_do_not_multiply_when_wake_ups_and_duplicates_come_between() -> None:
    shop = workshop("a")
    shop.look()
    for _ in range(10):
        awaited = shop.order.look
        shop.bench.clock.advance(FIRST)
        shop.look()
        shop.look(awaited)
        shop.look(awaited)

    assert len(shop.bench.queue.numbers) == len(set(shop.bench.queue.numbers)) == looks_of(shop)


def test_another_look_is_asked_of_the_worker_that_has_the_order_when_a_wake_up_comes() -> None:
    shop = numbered(1)
    claimed_elsewhere(shop)
    shop.bench.clock.advance(FIRST)

    shop.look()

    assert shop.order.look_again


def test_next_look_comes_at_once_when_a_wake_up_came_during_the_look() -> None:
    shop = workshop("a")
    shop.service.before_observing = lambda: orders.ask_another_look(shop.bench.store, shop.order)

    shop.look()

    assert shop.bench.queue.sent[-1][1] == 0


def test_wake_up_is_put_off_when_it_comes_right_after_a_look() -> None:
    shop = numbered(1)
    shop.bench.clock.advance(5)

    shop.look()

    ((look, delay),) = shop.bench.queue.sent
    assert (look["number"], delay, looks_of(shop)) == (None, ceil(FIRST / 2 - 5), 1)
    assert from_text(look["asked_at"]) == shop.bench.clock.now()


@pytest.mark.parametrize(("names", "gap"), [("a", FIRST / 2), ("abc", 60)])
def test_wake_ups_follow_each_other_the_closer_the_fewer_are_left(names: str, gap: float) -> None:
    shop = workshop(names)
    shop.look()
    shop.bench.clock.advance(gap - 1)
    shop.look()
    before = looks_of(shop)

    shop.bench.clock.advance(1)
    shop.look()

    assert (before, looks_of(shop)) == (1, 2)


def test_wake_up_leads_to_a_look_when_the_last_is_long_enough_ago() -> None:
    shop = numbered(1)
    shop.bench.clock.advance(FIRST)

    shop.look()

    assert looks_of(shop) == 2


def test_wake_up_is_dropped_when_a_look_came_after_it_was_asked_for() -> None:
    shop = numbered(1)
    asked_at = shop.bench.clock.now()
    shop.next_look()
    shop.bench.queue.sent.clear()

    shop.look(None, asked_at=asked_at, is_request=False)

    assert (looks_of(shop), shop.bench.queue.sent) == (2, [])


def test_many_wake_ups_are_few_looks() -> None:
    shop = numbered(1)
    for _ in range(100):
        shop.bench.clock.advance(0.05)
        shop.look()
    put_off = [look for look, _ in shop.bench.queue.sent]
    shop.bench.clock.advance(FIRST)

    for look in put_off:
        shop.look(None, asked_at=from_text(look["asked_at"]), is_request=False)

    assert looks_of(shop) == 2


def test_request_is_answered_by_a_look_when_the_look_after_it_died() -> None:
    shop = workshop("a")
    asked_at = shop.bench.clock.now()
    shop.service.before_observing = raising(RuntimeError("out of memory"))
    with pytest.raises(RuntimeError):
        shop.look(None, asked_at=asked_at)
    shop.service.before_observing = lambda: None
    shop.bench.clock.advance(120)

    shop.look(None, asked_at=asked_at)

    assert (looks_of(shop), shop.order.look) == (2, 1)


def test_request_is_answered_by_a_look_when_the_look_after_it_could_not_be_finished() -> None:
    shop = workshop("a")
    asked_at = shop.bench.clock.now()
    shop.service.done_all("a")
    shop.bench.bus.refuses = {"ResourceRecovered"}
    with pytest.raises(TransientError):
        shop.look(None, asked_at=asked_at)
    shop.bench.bus.refuses = set()
    shop.bench.clock.advance(120)

    shop.look(None, asked_at=asked_at)

    assert shop.outcomes() == {"a": "Recovered"}
