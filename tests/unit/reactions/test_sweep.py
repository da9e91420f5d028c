from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from groundswell.domain.conditions import Value
from groundswell.domain.ids import ExecutionId, ResourceId
from groundswell.domain.instants import to_text
from groundswell.domain.records import OrderStatus
from groundswell.domain.states import ExecutionStatus, ResourceState, WaveStatus
from groundswell.ledger import executions, keys, orders, reading
from groundswell.ports.store import Update
from groundswell.reactions.fan_out_wave import FanOut
from groundswell.reactions.relay_events import Relay
from groundswell.reactions.sweep import STAYED_BEHIND, Sweeper, Swept
from tests.unit.ledger.stories import (
    LANE,
    X,
    accepted,
    at,
    latest,
    opened_wave,
    order_of,
    planning,
    server,
    set_status,
)
from tests.unit.reactions.bench import Bench

OTHER = ExecutionId("dr-2")


def sweep(bench: Bench, *, order_size: int = 90) -> Swept:
    fan_out = FanOut(bench.store, bench.clock, bench.tokens, bench.ordering, lambda _: order_size)
    sweeper = Sweeper(
        store=bench.store,
        bus=bench.bus,
        clock=bench.clock,
        ordering=bench.ordering,
        relay=Relay(bench.store, bench.bus),
        fan_out=lambda execution_id, wave, cause: fan_out.react(execution_id, wave, cause=cause),
        silence=timedelta(seconds=60),
    )
    return sweeper.sweep(cause="tick-1")


def working(**order: Any) -> Bench:
    """An open wave, cut into one order; everything was swept at second 100, when all facts are published."""
    bench = Bench()
    opened_wave(bench.store)
    orders.cut(bench.store, order_of("ab", **order))
    return settled(bench)


def settled(bench: Bench) -> Bench:
    bench.clock.advance(100)
    sweep(bench)
    bench.bus.take()
    return bench


def change_order(bench: Bench, **change: Value) -> None:
    bench.store.write(Update(keys.order_key(LANE, latest(bench.store).order_id), set=change))


def change_wave(bench: Bench, **change: Value) -> None:
    bench.store.write(Update(keys.wave_key(X, 1), set=change, add={"version": 1}))


def requests(bench: Bench) -> int:
    return len(bench.bus.said("RecoveryRequested"))


def soon(bench: Bench, seconds: float) -> str:
    return to_text(bench.clock.now() + timedelta(seconds=seconds))


def test_order_is_renewed_when_nothing_was_heard_of_it_for_too_long() -> None:
    bench = working()
    bench.clock.advance(61)

    swept = sweep(bench)

    assert (swept.renewed_orders, requests(bench)) == (1, 1)
    assert latest(bench.store).requested_at == to_text(bench.clock.now())


def test_order_is_renewed_once_in_a_silence() -> None:
    bench = working()
    bench.clock.advance(61)
    sweep(bench)

    sweep(bench)

    assert requests(bench) == 1


@pytest.mark.parametrize("sign", ["claim_until", "next_look", "requested_at", "ended_at"])
@pytest.mark.parametrize(("seconds", "is_silent"), [(-61, True), (-59, False), (30, False)])
def test_order_is_silent_only_when_its_latest_sign_is_long_ago(sign: str, seconds: float, is_silent: bool) -> None:
    bench = working()
    bench.clock.advance(300)
    change_order(bench, **{"requested_at": to_text(at(0)), sign: soon(bench, seconds)})

    assert sweep(bench).renewed_orders == int(is_silent)


def test_order_that_has_ended_is_renewed_while_an_outcome_of_it_is_not_marked() -> None:
    bench = working()
    change_order(bench, status=OrderStatus.ENDED)
    bench.clock.advance(61)

    assert sweep(bench).renewed_orders == 1


def test_order_is_left_alone_when_all_its_outcomes_are_marked() -> None:
    bench = working()
    for name in "ab":
        key = keys.resource_key(LANE, ResourceId(name))
        bench.store.write(Update(key, set={"state": ResourceState.RECOVERED}))
    change_wave(bench, remaining=1)
    bench.clock.advance(600)

    assert sweep(bench).renewed_orders == 0


@pytest.mark.parametrize("status", [WaveStatus.PENDING, WaveStatus.COMPLETED, WaveStatus.CANCELLED])
def test_order_is_left_alone_when_its_wave_is_not_worked(status: WaveStatus) -> None:
    bench = working()
    change_wave(bench, status=status)
    set_status(bench.store, ExecutionStatus.PAUSED)
    bench.clock.advance(600)

    assert sweep(bench).renewed_orders == 0


def test_wave_is_cut_when_that_was_left_undone() -> None:
    bench = Bench()
    opened_wave(bench.store)
    bench.clock.advance(62)

    sweep(bench)

    assert [order.resource_ids for order in reading.orders(bench.store, [LANE])] == [("a", "b")]
    assert requests(bench) == 1


def test_wave_is_left_to_its_own_cut_while_it_has_just_begun() -> None:
    bench = Bench()
    opened_wave(bench.store)
    bench.clock.advance(30)

    sweep(bench)

    assert list(reading.orders(bench.store, [LANE])) == []


def test_wave_is_cut_to_the_end_when_a_part_of_it_was_and_some_of_that_is_tried_again() -> None:
    bench = Bench()
    opened_wave(bench.store, *map(server, "abcd"))
    orders.cut(bench.store, order_of("ab", order_id="dr-1.w001.drs.222222222201.us-west-2.000"))
    for name in "ab":
        key = keys.resource_key(LANE, ResourceId(name))
        bench.store.write(Update(key, set={"attempt": 2}, remove=("order_id",)))
    orders.cut(bench.store, order_of("ab", order_id="retry", attempt=2))
    bench.clock.advance(300)

    sweep(bench, order_size=2)

    cut = [name for order in reading.orders(bench.store, [LANE]) if order.attempt == 1 for name in order.resource_ids]
    assert sorted(cut) == ["a", "b", "c", "d"]


def test_wave_is_closed_when_that_was_left_undone() -> None:
    bench = working()
    change_wave(bench, remaining=0, recovered=2)

    sweep(bench)

    assert reading.wave(bench.store, X, 1).status is WaveStatus.COMPLETED


def test_execution_is_advanced_when_that_was_left_undone() -> None:
    bench = Bench()
    accepted(bench.store)

    sweep(bench)

    assert reading.wave(bench.store, X, 1).status is WaveStatus.RUNNING


def test_execution_is_ended_in_one_sweep_when_all_else_was_left_undone() -> None:
    bench = working()
    change_wave(bench, remaining=0, recovered=2)

    sweep(bench)

    assert reading.execution(bench.store, X).status is ExecutionStatus.COMPLETED


def test_fact_is_published_when_it_stayed_behind() -> None:
    bench = Bench()
    accepted(bench.store)
    bench.clock.advance(60)

    swept = sweep(bench)

    assert (swept.relayed_facts, [entry.detail_type for entry in bench.bus.entries]) == (1, ["DRAccepted"])
    assert list(reading.unpublished(bench.store, up_to=soon(bench, -1))) == []


def test_fact_is_left_to_the_stream_while_it_is_fresh() -> None:
    bench = Bench()
    accepted(bench.store)
    bench.clock.advance(59)

    assert sweep(bench).relayed_facts == 0


def test_fact_that_the_bus_refuses_stays_marked_and_blocks_no_other() -> None:
    bench = Bench()
    opened_wave(bench.store)
    bench.clock.advance(100)
    bench.bus.refuses = {"DRAccepted"}

    swept = sweep(bench)

    assert (swept.refused_facts, swept.relayed_facts) == (1, 1)
    (left,) = reading.unpublished(bench.store, up_to=soon(bench, 0))
    assert (left.detail_type, left.refused) == ("DRAccepted", "no")


@pytest.mark.parametrize(("seconds", "is_taken_up"), [(95, False), (96, True)])
def test_planning_is_asked_for_again_when_its_planner_is_long_past_its_time(seconds: float, is_taken_up: bool) -> None:
    bench = Bench()
    executions.begin(bench.store, planning(request={"operation": "failover"}))
    bench.clock.advance(seconds)

    swept = sweep(bench)

    assert swept.resumed_plans == int(is_taken_up)
    expected = [{"operation": "failover", "request_id": "r-1"}] if is_taken_up else []
    assert [json.loads(entry.detail) for entry in bench.bus.entries] == expected


def test_others_are_swept_when_one_execution_cannot_be() -> None:
    bench = Bench()
    accepted(bench.store)
    accepted(bench.store, server("z"), execution_id=OTHER)
    for execution_id in (X, OTHER):
        bench.store.write(Update(keys.execution_key(execution_id), set={"due_at": to_text(at(0))}))
    bench.store.write(Update(keys.wave_key(X, 1), set={"policy": "spoilt"}))

    swept = sweep(bench)

    assert swept.open_executions == 2
    assert {what: type(error).__name__ for what, error in swept.errors.items()} == {X: "ValidationError"}
    assert swept.figures()["errors"] == 1
    assert reading.wave(bench.store, OTHER, 1).status is WaveStatus.RUNNING


def test_executions_are_swept_when_the_bus_takes_nothing() -> None:
    bench = Bench()
    accepted(bench.store)
    bench.clock.advance(100)
    bench.bus.is_down = True

    swept = sweep(bench)

    assert swept.errors.keys() == {STAYED_BEHIND}
    assert reading.wave(bench.store, X, 1).status is WaveStatus.RUNNING


def test_execution_that_is_over_is_not_swept() -> None:
    bench = working()
    change_wave(bench, remaining=0, recovered=2)
    sweep(bench)

    assert sweep(bench).open_executions == 0
