from __future__ import annotations

from datetime import timedelta
from math import ceil

import pytest

from groundswell.domain.errors import StaleWriteError, TransientError
from groundswell.domain.ids import OrderId
from groundswell.domain.instants import from_text, to_text
from groundswell.domain.records import OrderStatus
from groundswell.ledger import keys, orders
from groundswell.ports.store import Update
from groundswell.reactions.recover.timetable import LookAt
from tests.unit.ledger.stories import X, order_of
from tests.unit.reactions.fake_service import Service, raising
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


def test_first_request_leads_to_a_look_at_once_and_to_a_timer() -> None:
    shop = workshop("a")

    shop.look()

    assert (looks_of(shop), shop.order.look) == (1, 1)
    assert shop.bench.queue.sent == [
        (
            {"execution_id": "dr-1", "wave": 1, "order_id": shop.order.order_id, "number": 1, "asked_at": None},
            int(FIRST),
        )
    ]


def test_timer_leads_to_the_look_of_its_number_and_sets_the_next() -> None:
    shop = numbered(1)

    shop.next_look()

    assert (looks_of(shop), shop.order.look, shop.bench.queue.numbers) == (2, 2, [2])


@pytest.mark.parametrize("number", [1, None])
def test_message_that_comes_again_sets_the_awaited_timer_which_its_worker_may_not_have_lived_to_set(
    number: int | None,
) -> None:
    shop = numbered(2)
    asked_at = from_text(shop.order.looked_at or "") - timedelta(seconds=1)
    shop.bench.clock.advance(5)

    shop.look(number, asked_at=asked_at, comes_again=True)

    ((look, delay),) = shop.bench.queue.sent
    left = from_text(shop.order.next_look or "") - shop.bench.clock.now()
    assert (look["number"], delay, looks_of(shop)) == (2, ceil(left.total_seconds()), 2)


def test_timer_that_was_refused_is_set_at_once_when_the_message_comes_again_late() -> None:
    shop = workshop("a")
    shop.bench.queue.error = TransientError("no queue")
    for comes_again in (False, True, True):
        with pytest.raises(TransientError):
            shop.look(0, comes_again=comes_again)
        shop.bench.clock.advance(120)
    assert (shop.order.look, shop.order.claim_until) == (1, None)
    shop.bench.queue.error = None

    shop.look(0, comes_again=True)

    assert [(look["number"], delay) for look, delay in shop.bench.queue.sent] == [(1, 0)]


def test_timer_is_set_again_when_a_worker_has_died_with_the_order() -> None:
    shop = numbered(3)
    shop.bench.clock.advance(600)
    claimed_elsewhere(shop)
    shop.bench.clock.advance(120)

    shop.look(2, comes_again=True)

    assert shop.bench.queue.numbers == [3]


def test_timer_is_left_to_a_worker_who_has_the_order() -> None:
    shop = numbered(3)
    shop.bench.clock.advance(600)
    claimed_elsewhere(shop)

    shop.look(2, comes_again=True)

    assert shop.bench.queue.sent == []


def test_timer_is_not_set_again_when_the_order_has_ended() -> None:
    shop = numbered(2)
    shop.service.done_all("a")
    shop.next_look()
    shop.bench.queue.sent.clear()

    shop.look(2, comes_again=True)

    assert shop.is_over()
    assert shop.bench.queue.sent == []


@pytest.mark.parametrize("number", [0, 1, 2, 4, 99])
def test_look_is_dropped_when_another_number_is_awaited(number: int) -> None:
    shop = numbered(3)
    before = shop.order

    shop.look(number)

    assert (shop.order, shop.bench.queue.sent) == (before, [])


def test_look_is_left_to_the_worker_that_has_the_order() -> None:
    shop = numbered(1)
    claimed_elsewhere(shop)
    before = shop.order

    shop.look(1)

    assert (shop.order, shop.service.calls[1:]) == (before, [])


def test_looks_become_rarer_while_nothing_moves_and_frequent_again_when_something_does() -> None:
    shop = workshop("ab")
    shop.look()
    for _ in range(5):
        shop.next_look()
    assert [delay for _, delay in shop.bench.queue.sent] == [15, 23, 34, 51, 60, 60]
    shop.service.done("a")

    shop.next_look()

    assert shop.bench.queue.sent[-1][1] == 15


def test_look_far_off_is_put_off_no_longer_than_a_message_can_be() -> None:
    shop = workshop("a")

    shop.worker.timetable.set_next(shop.order, at=shop.bench.clock.now() + timedelta(hours=1))

    assert shop.bench.queue.sent[-1][1] == 900


def test_no_timer_is_set_when_the_order_has_ended() -> None:
    shop = workshop("a")
    shop.service.done_all("a")

    shop.look()

    assert (shop.order.status, shop.bench.queue.sent) == (OrderStatus.ENDED, [])


def test_calls_to_aws_are_counted_over_all_looks() -> None:
    shop = workshop("a")
    key = keys.order_key(shop.order.lane, shop.order.order_id)
    shop.bench.store.write(Update(key, set={"calls": {"drs:DescribeJobs": 3}}))

    shop.look()

    assert shop.order.calls == {"drs:DescribeJobs": 3}


@pytest.mark.parametrize("wanted", [LookAt(X, 1, OrderId("gone")), LookAt(X, 2, order_of("a").order_id)])
def test_look_is_dropped_when_there_is_no_such_order(wanted: LookAt) -> None:
    shop = workshop("a")

    with pytest.raises(StaleWriteError, match="the ledger holds no fake order"):
        shop.worker.look(wanted, seconds_left=lambda: 30.0)


def test_look_is_dropped_when_the_order_is_another_technologys() -> None:
    shop = workshop("a", name="other")

    with pytest.raises(StaleWriteError, match="the ledger holds no other order"):
        shop.look()


def test_claim_outlives_the_invocation_by_a_grace() -> None:
    shop = workshop("a")
    seen: list[str | None] = []
    shop.service.before_observing = lambda: seen.append(shop.order.claim_until)

    shop.look()

    assert seen == [to_text(shop.bench.clock.now() + timedelta(seconds=45))]


def test_worker_that_outlived_its_claim_saves_nothing() -> None:
    shop = workshop("a")

    def be_overtaken() -> None:
        shop.bench.clock.advance(60)
        claimed_elsewhere(shop)

    shop.service.before_observing = be_overtaken

    with pytest.raises(StaleWriteError, match="claim 1 was lost"):
        shop.look()

    assert (shop.service.calls, shop.order.claim, shop.order.look) == ([], 2, 0)


def test_unreadable_ledger_lays_the_order_down() -> None:
    shop = workshop("a", service=Service(before_observing=raising(TransientError("the ledger is away"))))

    with pytest.raises(TransientError):
        shop.look()

    assert (shop.order.claim_until, shop.order.deaths) == (None, 0)
