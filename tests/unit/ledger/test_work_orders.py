from __future__ import annotations

from typing import Any

import pytest

from groundswell.domain.errors import StaleWriteError
from groundswell.domain.instants import to_text
from groundswell.domain.operations import Phase
from groundswell.domain.records import Ending, OrderStatus, Progress
from groundswell.domain.states import ResourceState
from groundswell.ledger import keys, orders, reading
from groundswell.ledger.orders import Save
from groundswell.ports.store import Store, TransactionRefusedError, Update
from tests.unit.ledger.stories import (
    LANE,
    at,
    claimed_order,
    cut_order,
    everything,
    latest,
    opened_wave,
    order_of,
    resource,
    server,
)

PROGRESS = Progress(phase=Phase.INSTANTIATE, since=to_text(at(10)), note="asked for")


def save(**changes: Any) -> Save:
    given: dict[str, Any] = {
        "progress": {"a": PROGRESS, "b": PROGRESS},
        "calls": {"drs:StartRecovery": 1},
        "idle_looks": 2,
        "next_look": at(70),
        "at": at(12),
    }
    return Save(**{**given, **changes})


def test_cut_writes_the_order_and_gives_it_its_resources(store: Store) -> None:
    opened_wave(store)

    orders.cut(store, order_of("ab"))

    assert latest(store) == order_of("ab")
    assert [resource(store, name).order_id for name in "ab"] == [order_of("ab").order_id] * 2
    assert resource(store, "a").state is ResourceState.PENDING


def test_cut_leaves_the_order_with_its_token_when_it_is_there_already(store: Store) -> None:
    opened_wave(store)
    orders.cut(store, order_of("ab"))
    before = everything(store)

    orders.cut(store, order_of("ab", token="another"))

    assert everything(store) == before


def test_cut_is_stale_and_writes_nothing_when_a_resource_has_another_order(store: Store) -> None:
    opened_wave(store)
    orders.cut(store, order_of("a"))
    before = everything(store)

    with pytest.raises(StaleWriteError, match="other: a resource of it belongs to another order"):
        orders.cut(store, order_of("ab", order_id="other"))
    assert everything(store) == before


def test_cut_is_stale_when_a_resource_is_at_another_attempt(store: Store) -> None:
    opened_wave(store)

    with pytest.raises(StaleWriteError):
        orders.cut(store, order_of("ab", attempt=2))


def test_claim_is_taken_on_an_order_that_nobody_has(store: Store) -> None:
    order = cut_order(store)

    claim = orders.claim(store, order, now=at(10), until=at(55))

    assert claim is not None
    assert (claim.number, claim.until) == (1, at(55))
    claimed = latest(store)
    assert (claimed.claim, claimed.claim_until, claimed.looked_at) == (1, to_text(at(55)), to_text(at(10)))


def test_claim_takes_the_signs_of_wake_ups_away_and_sets_what_else_is_given(store: Store) -> None:
    order = cut_order(store)
    orders.wake(store, order)

    orders.claim(store, latest(store), now=at(10), until=at(55), also={"deaths": 2})

    claimed = latest(store)
    assert (claimed.woken, claimed.look_again, claimed.deaths) == (False, False, 2)


@pytest.mark.parametrize("now", [11, 55])
def test_claim_is_not_taken_while_a_worker_may_live(store: Store, now: int) -> None:
    claimed_order(store)
    before = everything(store)

    assert orders.claim(store, latest(store), now=at(now), until=at(99)) is None
    assert everything(store) == before


def test_claim_is_taken_over_when_its_worker_is_past_its_end(store: Store) -> None:
    claimed_order(store)

    claim = orders.claim(store, latest(store), now=at(56), until=at(99))

    assert claim is not None
    assert claim.number == 2


def test_claim_is_taken_by_one_only_when_two_read_the_order_before(store: Store) -> None:
    order = cut_order(store)

    claims = [orders.claim(store, order, now=at(10), until=at(55)) for _ in range(2)]

    assert [claim is not None for claim in claims] == [True, False]


def test_claim_is_not_taken_when_the_worker_that_had_the_order_has_saved_its_look_since(store: Store) -> None:
    order, claim = claimed_order(store)
    read_before = latest(store)
    orders.release(store, order, claim, save(next_look=at(60)))

    assert orders.claim(store, read_before, now=at(12), until=at(57)) is None


def test_claim_is_not_taken_when_the_order_has_ended(store: Store) -> None:
    order, claim = claimed_order(store)
    orders.release(store, order, claim, save(next_look=None))

    assert orders.claim(store, latest(store), now=at(99), until=at(150)) is None


def test_wake_is_noted_once(store: Store) -> None:
    order = cut_order(store)

    assert orders.wake(store, order)
    assert not orders.wake(store, order)
    assert latest(store).woken


def test_wake_is_not_noted_when_the_order_has_ended(store: Store) -> None:
    order, claim = claimed_order(store)
    orders.release(store, order, claim, save(next_look=None))

    assert not orders.wake(store, latest(store))


def test_another_look_is_asked_of_whoever_has_the_order(store: Store) -> None:
    order, _ = claimed_order(store)

    assert orders.ask_another_look(store, order)
    assert latest(store).look_again


def test_another_look_is_not_asked_when_nobody_has_the_order(store: Store) -> None:
    order = cut_order(store)

    assert not orders.ask_another_look(store, order)
    assert not latest(store).look_again


def test_another_look_is_not_asked_when_the_order_has_changed_hands(store: Store) -> None:
    order, _ = claimed_order(store)
    orders.claim(store, order, now=at(60), until=at(99))

    assert not orders.ask_another_look(store, order)


def test_laid_down_order_can_be_claimed_at_once_and_counts_no_look(store: Store) -> None:
    order, claim = claimed_order(store)

    orders.lay_down(store, claim, order)

    laid = latest(store)
    assert (laid.claim_until, laid.looked_at, laid.look) == (None, None, 0)
    assert orders.claim(store, laid, now=at(11), until=at(56)) is not None


def test_laying_down_leaves_the_claim_of_another_alone(store: Store) -> None:
    order, lost = claimed_order(store)
    orders.claim(store, order, now=at(60), until=at(99))
    before = everything(store)

    orders.lay_down(store, lost, order)

    assert everything(store) == before


def test_release_saves_the_look_numbers_the_next_and_gives_the_claim_back(store: Store) -> None:
    order, claim = claimed_order(store)

    orders.release(store, order, claim, save())

    saved = latest(store)
    assert saved.progress == {"a": PROGRESS, "b": PROGRESS}
    assert (saved.look, saved.next_look, saved.claim_until) == (1, to_text(at(70)), None)
    assert (saved.calls, saved.idle_looks, saved.status) == ({"drs:StartRecovery": 1}, 2, OrderStatus.OPEN)


def test_release_ends_the_order_when_there_is_no_next_look(store: Store) -> None:
    order, claim = claimed_order(store)
    store.write(Update(keys.order_key(LANE, order.order_id), set={"next_look": to_text(at(5))}))

    orders.release(store, order, claim, save(next_look=None))

    ended = latest(store)
    assert (ended.status, ended.ended_at, ended.next_look) == (OrderStatus.ENDED, to_text(at(12)), None)


def test_release_forgets_deaths_when_all_of_the_order_was_worked_on(store: Store) -> None:
    order, claim = claimed_order(store)

    orders.release(store, order.model_copy(update={"deaths": 2}), claim, save())

    assert latest(store).deaths == 0


def test_release_keeps_deaths_when_only_a_suspect_was_worked_on(store: Store) -> None:
    order, claim = claimed_order(store)
    store.write(Update(keys.order_key(LANE, order.order_id), set={"deaths": 3}))

    orders.release(store, order.model_copy(update={"deaths": 3, "suspect": "a"}), claim, save())

    assert latest(store).deaths == 3


def test_release_is_stale_and_writes_nothing_when_the_claim_was_lost(store: Store) -> None:
    order, lost = claimed_order(store)
    orders.claim(store, order, now=at(60), until=at(99))
    before = everything(store)

    with pytest.raises(StaleWriteError, match="claim 1 was lost before it was released"):
        orders.release(store, order, lost, save())
    assert everything(store) == before


def test_release_is_stale_when_it_was_done_before(store: Store) -> None:
    order, claim = claimed_order(store)
    orders.release(store, order, claim, save())

    with pytest.raises(StaleWriteError):
        orders.release(store, order, claim, save())
    assert latest(store).look == 1


def test_pending_resources_are_those_that_the_order_has_not_ended_with(store: Store) -> None:
    order, claim = claimed_order(store, server("a"), server("b"), server("c"))
    ended = PROGRESS.model_copy(update={"ending": Ending.RECOVERED})

    orders.release(store, order, claim, save(progress={"a": ended, "b": PROGRESS}))

    assert latest(store).pending == ("b", "c")


def test_request_is_noted_and_changes_nothing_else(store: Store) -> None:
    order = cut_order(store)

    orders.note_request(store, order, at=at(33))

    assert latest(store) == order.model_copy(update={"requested_at": to_text(at(33))})


def test_request_of_an_order_that_is_not_there_makes_none(store: Store) -> None:
    with pytest.raises(TransactionRefusedError):
        orders.note_request(store, order_of("ab"), at=at(33))

    assert list(reading.orders(store, [LANE])) == []


def test_orders_are_read_by_id(store: Store) -> None:
    opened_wave(store)
    for number in (2, 0, 1):
        orders.cut(store, order_of([], order_id=f"o-{number}"))

    assert [order.order_id for order in reading.orders(store, [LANE])] == ["o-0", "o-1", "o-2"]
