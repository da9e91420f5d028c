from __future__ import annotations

import pytest

from groundswell.domain.conditions import Value
from groundswell.domain.ids import ResourceId
from groundswell.domain.records import OrderStatus
from groundswell.domain.states import OPEN_RESOURCE, ResourceState
from groundswell.ledger import keys, orders
from groundswell.ports.store import Update
from groundswell.ports.world import PublishError
from groundswell.reactions.wake_work import AwsEvent, Waker
from tests.unit.domain.builders import protected
from tests.unit.ledger.stories import LANE, at, latest, opened_wave, order_of
from tests.unit.reactions.bench import Bench

ACCOUNT = "222222222201"


def bench_with(*names: str, is_cut: bool = True) -> Bench:
    """An open wave with one order; AWS calls each resource by an ARN that ends in its name."""
    bench = Bench()
    opened_wave(bench.store, *(protected(tags={"dr:resource-id": name}, wake_key=f"arn:{name}") for name in names))
    if is_cut:
        orders.cut(bench.store, order_of(names))
    return bench


def wake(bench: Bench, *events: AwsEvent) -> int:
    return Waker(bench.store, bench.ordering).wake(events)


def event(*names: str, account: str = ACCOUNT) -> AwsEvent:
    return AwsEvent(account, [f"arn:{name}" for name in names])


def change_order(bench: Bench, **change: Value) -> None:
    bench.store.write(Update(keys.order_key(LANE, latest(bench.store).order_id), set=change))


def requests(bench: Bench) -> int:
    return len(bench.bus.said("RecoveryRequested"))


def test_order_of_the_resource_is_asked_for_when_aws_names_the_resource() -> None:
    bench = bench_with("a", "b")

    assert wake(bench, event("a")) == 1
    assert bench.bus.said("RecoveryRequested")[0]["order_id"] == latest(bench.store).order_id


def test_order_is_asked_for_once_when_many_events_are_about_it() -> None:
    bench = bench_with("a", "b")

    assert wake(bench, event("a"), event("a", "b"), event("b")) == 1
    assert requests(bench) == 1


def test_order_is_not_asked_for_again_before_it_was_looked_at() -> None:
    bench = bench_with("a", "b")
    wake(bench, event("a"))

    assert wake(bench, event("b")) == 0
    assert requests(bench) == 1


def test_order_is_asked_for_again_when_it_was_looked_at_meanwhile() -> None:
    bench = bench_with("a")
    wake(bench, event("a"))
    orders.claim(bench.store, latest(bench.store), now=at(10), until=at(55))

    assert wake(bench, event("a")) == 1


def test_event_of_another_account_wakes_nothing() -> None:
    bench = bench_with("a")

    assert wake(bench, event("a", account="999999999999")) == 0
    assert requests(bench) == 0


def test_event_about_nothing_of_ours_wakes_nothing() -> None:
    bench = bench_with("a")

    assert wake(bench, event("z"), AwsEvent(ACCOUNT, [])) == 0


def test_event_wakes_nothing_when_the_resource_has_no_order_yet() -> None:
    bench = bench_with("a", is_cut=False)

    assert wake(bench, event("a")) == 0


@pytest.mark.parametrize("state", list(ResourceState))
def test_event_wakes_only_while_the_resource_is_open(state: ResourceState) -> None:
    bench = bench_with("a")
    bench.store.write(Update(keys.resource_key(LANE, ResourceId("a")), set={"state": state}))

    assert wake(bench, event("a")) == int(state in OPEN_RESOURCE)


def test_event_wakes_nothing_when_the_order_has_ended() -> None:
    bench = bench_with("a")
    change_order(bench, status=OrderStatus.ENDED)

    assert wake(bench, event("a")) == 0


def test_refusal_of_the_bus_is_raised_so_that_the_event_comes_again() -> None:
    bench = bench_with("a")
    bench.bus.refuses = {"RecoveryRequested"}

    with pytest.raises(PublishError):
        wake(bench, event("a"))
