"""What requests come to in worlds without trouble: repeated, overlapping, dry, stale, not allowed, not known."""

from __future__ import annotations

import pytest

from groundswell.domain.states import ExecutionStatus, ResourceState
from groundswell.ledger import reading
from tests.simulation.calm import everything, failing, world_of
from tests.simulation.setting import Setting
from tests.simulation.telling import ask, mutations, resources, rest, said, wrong, wrong_but_for_launches
from tests.simulation.world import World


def test_second_failover_changes_nothing_when_the_first_is_over() -> None:
    world = world_of()
    rest(world, ask(world))
    before = mutations(world)

    execution_id = ask(world, "r-2")

    assert rest(world, execution_id).status is ExecutionStatus.COMPLETED
    assert mutations(world) == before
    assert {each.state for each in resources(world, execution_id).values()} == {ResourceState.RECOVERED}
    assert wrong(world) == []


def test_request_delivered_twice_is_one_execution() -> None:
    world = world_of()
    execution_id = ask(world)
    ask(world)

    rest(world, execution_id)

    assert len(world.executions()) == 1
    assert len(said(world, "DRCompleted")) == 1
    assert wrong(world) == []


def test_request_is_turned_away_and_told_why_when_another_is_at_work() -> None:
    world = world_of()
    first = ask(world)
    second = ask(world, "r-2", after=60, all=False, customer="customer-a", environment="production")

    assert rest(world, first).status is ExecutionStatus.COMPLETED

    assert reading.execution(world.ledger, second).status is ExecutionStatus.REJECTED
    assert f"is held by execution {first}" in reading.execution(world.ledger, second).reasons[0]
    assert wrong(world) == []


def test_of_overlapping_requests_one_is_carried_out_and_the_other_names_it_when_both_come_at_once() -> None:
    world = world_of()
    ask(world)
    ask(world, "r-2", all=False, customer="customer-a", environment="production")

    world.live()

    winner, loser = sorted(world.executions(), key=lambda execution: execution.status)
    assert (winner.status, loser.status) == (ExecutionStatus.COMPLETED, ExecutionStatus.REJECTED)
    assert f"is held by execution {winner.execution_id}" in loser.reasons[0]
    assert wrong(world) == []


def test_dry_run_changes_nothing() -> None:
    world = world_of()

    execution_id = ask(world, dry_run=True)

    assert rest(world, execution_id).status is ExecutionStatus.COMPLETED
    assert mutations(world) == 0
    assert said(world, "DRAccepted")[0]["resources"] == 18


def test_resources_stay_held_while_a_wave_waits_for_a_person() -> None:
    world = failing()
    first = ask(world)
    rest(world, first)

    second = ask(world, "r-2")

    rest(world, second)
    assert f"is held by execution {first}" in reading.execution(world.ledger, second).reasons[0]
    assert wrong_but_for_launches(world) == []


@pytest.mark.parametrize("operation", ["failback", "bubble_test", "cleanup", "replicate"])
def test_operation_that_no_technology_knows_is_rejected_and_starts_nothing(operation: str) -> None:
    world = world_of()

    execution_id = ask(world, operation=operation)

    assert rest(world, execution_id).status is ExecutionStatus.REJECTED
    assert mutations(world) == 0
    assert wrong(world) == []


def test_hub_that_is_not_armed_starts_nothing_and_says_how_to_arm_it() -> None:
    world = World(Setting(everything(), armed=False))

    execution_id = ask(world)

    execution = rest(world, execution_id)
    assert execution.status is ExecutionStatus.REJECTED
    assert [reason for reason in execution.reasons if "Armed=true" in reason]
    assert (mutations(world), said(world, "WaveStarted")) == (0, [])
    assert wrong(world) == []


def test_hub_that_is_not_armed_lets_a_dry_run_through() -> None:
    world = World(Setting(everything(), armed=False))

    execution_id = ask(world, dry_run=True)

    assert rest(world, execution_id).status is ExecutionStatus.COMPLETED
    assert said(world, "DRAccepted")[0]["resources"] == 18
    assert mutations(world) == 0
    assert wrong(world) == []


def test_request_that_was_long_under_way_is_stale_and_starts_nothing() -> None:
    world = world_of()

    execution_id = ask(world, said_before=16 * 60)

    execution = rest(world, execution_id)
    assert execution.status is ExecutionStatus.REJECTED
    assert [reason for reason in execution.reasons if "stale" in reason]
    assert mutations(world) == 0
