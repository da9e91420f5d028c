"""Say, then save: no outcome is lost, and one that is said twice is the same event."""

from __future__ import annotations

import pytest

from groundswell.domain.operations import Phase
from groundswell.ledger import orders
from groundswell.ports.world import PublishError
from groundswell.technologies.contract import Failed
from tests.unit.reactions.bench import Crash
from tests.unit.reactions.workshop import Workshop, workshop


def ended() -> Workshop:
    """An order that has ended: `a` recovered, `b` failed, `c` dropped."""
    shop = workshop("abc")
    shop.service.done_all("a")
    shop.service.seen[Phase.INSTANTIATE, "b"] = Failed.because("gone", advice="look")
    shop.skip("c")
    shop.look()
    return shop


def ids(shop: Workshop) -> list[str]:
    kinds = ("ResourceRecovered", "ResourceFailed")
    return sorted(metadata["event_id"] for kind in kinds for metadata in shop.bench.bus.metadata(kind))


def test_outcomes_of_an_ended_order_are_said_again_when_somebody_asks_for_it() -> None:
    shop = ended()
    said_before = ids(shop)
    shop.bench.bus.take()

    shop.look()

    assert ids(shop) == said_before
    assert shop.outcomes() == {"a": "Recovered", "b": "Failed"}


@pytest.mark.parametrize("number", [0, 1])
def test_outcomes_of_an_ended_order_are_not_said_again_by_a_timer(number: int) -> None:
    shop = ended()
    shop.bench.bus.take()

    shop.look(number)

    assert shop.bench.bus.take() == []


def test_outcomes_of_an_ended_order_are_not_said_again_by_a_wake_up_that_was_put_off() -> None:
    shop = ended()
    shop.bench.bus.take()

    shop.look(None, is_request=False)

    assert shop.bench.bus.take() == []


def test_outcomes_of_an_ended_order_are_not_said_again_to_one_who_asked_before_it_ended() -> None:
    shop = workshop("a")
    asked_at = shop.bench.clock.now()
    shop.bench.clock.advance(1)
    shop.service.done_all("a")
    shop.look()
    shop.bench.bus.take()

    shop.look(None, asked_at=asked_at)

    assert shop.is_over()
    assert shop.bench.bus.take() == []


def test_nothing_is_said_of_a_resource_that_somebody_else_ended() -> None:
    assert ended().outcomes() == {"a": "Recovered", "b": "Failed"}


def test_outcome_is_said_again_as_the_same_event_when_the_worker_died_before_it_was_saved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = workshop("a")
    shop.service.done_all("a")
    with monkeypatch.context() as patched:
        patched.setattr(orders, "release", _die)
        with pytest.raises(Crash):
            shop.look()
    assert not shop.is_over()
    shop.bench.clock.advance(120)

    shop.look()

    first, second = ids(shop)
    assert first == second
    assert shop.is_over()


def _die(*_: object) -> None:
    raise Crash


def test_nothing_is_saved_when_the_bus_does_not_take_the_outcomes() -> None:
    shop = workshop("ab")
    shop.service.done_all("a")
    shop.bench.bus.refuses = {"ResourceRecovered"}

    with pytest.raises(PublishError):
        shop.look()

    assert (shop.progress("a").ending, shop.order.look, shop.order.claim_until) == (None, 0, None)
    assert shop.service.named == [("b",)]


def test_outcome_is_said_once_only_while_the_order_goes_on() -> None:
    shop = workshop("ab")
    shop.service.done_all("a")
    shop.look()

    for _ in range(3):
        shop.next_look()

    assert len(ids(shop)) == 1
