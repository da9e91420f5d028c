from __future__ import annotations

from datetime import timedelta

import pytest

from groundswell.domain.ids import ResourceId
from groundswell.domain.instants import to_text
from groundswell.domain.protection import Protected
from groundswell.domain.records import OrderStatus, WorkOrder
from groundswell.domain.states import WORKED_WAVE, ResourceState, WaveStatus
from groundswell.ledger import keys, reading
from groundswell.ports.store import Update
from groundswell.ports.world import PublishError
from groundswell.reactions.fan_out_wave import FanOut
from tests.unit.domain.builders import protected
from tests.unit.ledger.stories import LANE, X, opened_wave, resource, server
from tests.unit.reactions.bench import Bench, Crash


def fan_out_of(bench: Bench, size: int = 90) -> FanOut:
    return FanOut(bench.store, bench.clock, bench.tokens, bench.ordering, lambda _: size)


def fan_out(bench: Bench, size: int = 90) -> None:
    fan_out_of(bench, size).react(X, 1, cause="started")


def opened(*planned: Protected) -> Bench:
    bench = Bench()
    opened_wave(bench.store, *planned)
    return bench


def orders(bench: Bench) -> list[WorkOrder]:
    return list(reading.orders(bench.store, reading.wave(bench.store, X, 1).lanes))


def shape(bench: Bench) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(order.technology, order.account, order.region, order.resource_ids) for order in orders(bench)]


def change_resource(bench: Bench, name: str, **change: str | int) -> None:
    bench.store.write(Update(keys.resource_key(LANE, ResourceId(name)), set=dict(change)))


def test_wave_is_cut_by_technology_account_and_region() -> None:
    bench = opened(
        server("a"),
        server("b"),
        protected(tags={"dr:resource-id": "c"}, technology="aurora"),
        protected(tags={"dr:resource-id": "d"}, account="222222222202"),
        protected(tags={"dr:resource-id": "e"}, region="eu-west-1"),
    )

    fan_out(bench)

    assert sorted(shape(bench)) == [
        ("aurora", "222222222201", "us-west-2", ("c",)),
        ("drs", "222222222201", "eu-west-1", ("e",)),
        ("drs", "222222222201", "us-west-2", ("a", "b")),
        ("drs", "222222222202", "us-west-2", ("d",)),
    ]


def test_orders_hold_no_more_than_their_technology_takes() -> None:
    bench = opened(*map(server, "abcde"))

    fan_out(bench, size=2)

    assert [order.resource_ids for order in orders(bench)] == [("a", "b"), ("c", "d"), ("e",)]


@pytest.mark.parametrize(("count", "size", "portions"), [(100, 90, [50, 50]), (7, 3, [3, 2, 2]), (90, 90, [90])])
def test_wave_is_cut_evenly(count: int, size: int, portions: list[int]) -> None:
    bench = opened(*(server(f"s-{number:03}") for number in range(count)))

    fan_out(bench, size=size)

    assert [len(order.resource_ids) for order in orders(bench)] == portions


def test_every_resource_knows_its_order() -> None:
    bench = opened(*map(server, "abc"))

    fan_out(bench, size=2)

    assert {name: resource(bench.store, name).order_id for name in "abc"} == {
        name: order.order_id for order in orders(bench) for name in order.resource_ids
    }


def test_one_request_goes_out_for_each_order() -> None:
    bench = opened(*map(server, "abc"))

    fan_out(bench, size=2)

    first, second = bench.bus.said("RecoveryRequested")
    assert [each["resource_id"] for each in first["resources"]] == ["a", "b"]
    assert (first["order_id"], first["token"], first["attempt"]) == (
        orders(bench)[0].order_id,
        orders(bench)[0].token,
        1,
    )
    assert (first["technology"], first["account"], first["region"]) == ("drs", "222222222201", "us-west-2")
    assert (first["operation"], first["phases"], first["wave"]) == ("failover", ["INSTANTIATE", "ACTIVATE"], 1)
    assert first["token"] != second["token"]


def test_request_carries_what_the_technology_needs_to_know_and_how_long_it_counts() -> None:
    bench = opened(protected("shop-01", tags={"dr:resource-id": "a"}, parameters={"source_server_id": "s-1"}))

    fan_out(bench)

    (said,) = bench.bus.said("RecoveryRequested")
    assert said["resources"] == [{"resource_id": "a", "name": "shop-01", "parameters": {"source_server_id": "s-1"}}]
    assert said["not_after"] == (bench.clock.now() + timedelta(hours=1)).isoformat().replace("+00:00", "Z")


def test_request_follows_from_what_started_the_wave() -> None:
    bench = opened()

    fan_out(bench)

    (metadata,) = bench.bus.metadata("RecoveryRequested")
    assert (metadata["causation_id"], metadata["correlation_id"], metadata["execution_id"]) == (
        "started",
        "c-1",
        "dr-1",
    )
    assert bench.bus.entries[0].source == "groundswell"


def test_request_is_noted_on_its_order() -> None:
    bench = opened()

    fan_out(bench)

    assert orders(bench)[0].requested_at == to_text(bench.clock.now())


def test_orders_and_tokens_are_the_same_when_the_wave_is_cut_twice() -> None:
    bench = opened(*map(server, "abc"))
    fan_out(bench, size=2)
    before = [(order.order_id, order.token, order.resource_ids) for order in orders(bench)]

    fan_out(bench, size=2)

    assert [(order.order_id, order.token, order.resource_ids) for order in orders(bench)] == before
    assert [said["token"] for said in bench.bus.said("RecoveryRequested")] == [token for _, token, _ in before] * 2


def test_orders_are_the_same_when_a_crash_parted_the_cut() -> None:
    bench = opened(*map(server, "abcde"))
    bench.store.writes_left = 1
    with pytest.raises(Crash):
        fan_out(bench, size=2)
    bench.store.writes_left = None

    fan_out(bench, size=2)

    assert [order.resource_ids for order in orders(bench)] == [("a", "b"), ("c", "d"), ("e",)]
    assert len(bench.bus.said("RecoveryRequested")) == 3


def test_orders_are_the_same_when_resources_were_decided_between_two_cuts() -> None:
    bench = opened(*map(server, "abcde"))
    bench.store.writes_left = 1
    with pytest.raises(Crash):
        fan_out(bench, size=2)
    bench.store.writes_left = None
    change_resource(bench, "a", attempt=2, order_id="retry")
    change_resource(bench, "c", state=ResourceState.SKIPPED)

    fan_out(bench, size=2)

    assert [order.resource_ids for order in orders(bench)] == [("a", "b"), ("c", "d"), ("e",)]


def test_order_that_has_ended_is_not_asked_for_again() -> None:
    bench = opened(*map(server, "abc"))
    fan_out(bench, size=2)
    first = orders(bench)[0]
    key = keys.order_key(LANE, first.order_id)
    bench.store.write(Update(key, set={"status": OrderStatus.ENDED}))
    bench.bus.take()

    fan_out(bench, size=2)

    assert [said["order_id"] for said in bench.bus.said("RecoveryRequested")] == [orders(bench)[1].order_id]


@pytest.mark.parametrize("status", list(WaveStatus))
def test_wave_is_cut_only_while_outcomes_count(status: WaveStatus) -> None:
    bench = opened()
    bench.store.write(Update(keys.wave_key(X, 1), set={"status": status}))

    fan_out(bench)

    assert bool(orders(bench)) is bool(bench.bus.entries) is (status in WORKED_WAVE)


def test_request_is_made_again_when_the_bus_did_not_take_it() -> None:
    bench = opened()
    bench.bus.refuses = {"RecoveryRequested"}
    with pytest.raises(PublishError):
        fan_out(bench)
    assert orders(bench)[0].requested_at is None
    bench.bus.refuses = set()

    fan_out(bench)

    assert len(bench.bus.said("RecoveryRequested")) == 1
