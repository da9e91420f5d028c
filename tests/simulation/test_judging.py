"""Each rule on a world at rest notices what it is there for: it is broken once, behind the back of the watch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from groundswell.domain.conditions import Item
from groundswell.domain.ids import execution_id_of
from groundswell.domain.instants import to_text
from groundswell.domain.records import Hold
from groundswell.domain.states import ExecutionStatus, ResourceState, WaveStatus
from groundswell.ledger import keys, reading
from groundswell.ports.store import Delete, Put, Update
from tests.simulation.breaking import (
    EXECUTION,
    at_work,
    commit,
    execution,
    fact,
    held,
    hold,
    launch,
    move_database,
    over,
    server,
    server_of,
    small,
    wave,
)
from tests.simulation.judging import judged, violations
from tests.simulation.setting import HOUR
from tests.simulation.telling import ask, rest, wrong, wrong_but_for_launches
from tests.simulation.world import World

DC = "drs/222222222201/customer-a-dc-01"


@dataclass(frozen=True)
class Case:
    """A rule, a world that keeps it, how it is broken there, and the one violation that is told then."""

    rule: str
    world: Callable[[], World]
    breaking: Callable[[World], None]
    told: str


def unseen(doing: Callable[[World], None]) -> Callable[[World], None]:
    """The same, and what the watch saw of it is forgotten."""

    def do(world: World) -> None:
        doing(world)
        assert world.watch.found
        world.watch.found.clear()

    return do


def two_rejected() -> World:
    """A world in which two requests are turned away, for a good reason."""
    world = small()
    rest(world, ask(world, "one", operation="failback"))
    rest(world, ask(world, "other", operation="failback"))
    assert violations(world) == []
    return world


def blame_each_other(world: World) -> None:
    one, other = execution_id_of("one"), execution_id_of("other")
    for loser, winner in ((one, other), (other, one)):
        reasons = [f"{DC} is held by execution {winner} since an hour"]
        world.ledger.write(Update(keys.execution_key(loser), set={"reasons": list(reasons)}))


def stop_in_the_middle(world: World) -> None:
    """Nothing is on its way any more, and the execution is not at its end."""
    world.ledger.write(execution(status=ExecutionStatus.RUNNING))
    for resource in reading.resources(world.ledger, reading.execution(world.ledger, EXECUTION).planned_lanes):
        key = keys.hold_key(resource.resource_id)
        mine = Hold.model_validate({**resource.model_dump(), "held_at": "then"})
        world.ledger.write(Put({"pk": key.pk, "sk": key.sk, **mine.as_item()}))


def complete_too_soon(world: World) -> None:
    world.ledger.write(server(world, state=ResourceState.IN_PROGRESS), wave(1, remaining=1, recovered=0))


def cancel_without_skipping(world: World) -> None:
    world.ledger.write(
        server(world, 2, state=ResourceState.PENDING),
        wave(2, status=WaveStatus.CANCELLED, remaining=1, recovered=1),
    )


def never_say(world: World) -> None:
    world.ledger.write(fact())


def lose_the_hold(world: World) -> None:
    world.ledger.write(Delete(keys.hold_key(server_of(world).resource_id)))


CASES = (
    Case("one launch a server", over, unseen(launch), "was launched 2 times, and more than one launch lasts"),
    Case("one failover a database", over, unseen(move_database), "database customer-a-db was failed over 2 times"),
    Case("of overlapping requests one wins", two_rejected, blame_each_other, "were each rejected because the other"),
    Case("an end, or a person", over, stop_in_the_middle, f"{EXECUTION}: it is RUNNING and waits for nobody"),
    Case(
        "counts",
        over,
        lambda world: world.ledger.write(wave(2, recovered=1)),
        f"{EXECUTION}: wave 2 counts (2, 0, 1, 0, 0)",
    ),
    Case("no end with open resources", over, complete_too_soon, "wave 1 is COMPLETED, and not all of its resources"),
    Case("no cancel either", over, cancel_without_skipping, "wave 2 is CANCELLED, and not all of its resources"),
    Case("facts are published", over, never_say, f"{EXECUTION}: the fact WaveStarted was never published"),
    Case("holds are kept", held, lose_the_hold, f"{DC} is not held by the execution that works on it"),
    Case(
        "holds are ours",
        held,
        lambda world: world.ledger.write(hold(world, execution_id="an-execution-of-another")),
        f"{DC} is not held by the execution that works on it",
    ),
    Case(
        "what the watch found",
        at_work,
        lambda world: commit(world, wave(1, status=WaveStatus.HELD)),
        "WAVE#001 went to HELD without a fact that tells of it",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_judge_tells_just_what_is_wrong_when_a_rule_is_broken(case: Case) -> None:
    world = case.world()

    case.breaking(world)

    (found,) = violations(world)
    assert case.told in found


def test_waiting_for_a_person_is_no_violation() -> None:
    world = over()
    stop_in_the_middle(world)

    world.ledger.write(wave(2, status=WaveStatus.HELD), execution(stopped_at=to_text(world.clock.now())))

    assert violations(world) == []


def test_deadlines_that_run_while_a_person_is_asked_are_told() -> None:
    world = over()
    stop_in_the_middle(world)

    world.ledger.write(wave(2, status=WaveStatus.HELD))

    (found,) = violations(world)
    assert "it waits for a person: True, and its deadlines stand still since None" in found


def test_second_launch_is_no_violation_when_the_first_came_to_nothing() -> None:
    world = small(launch_failures=[{"servers": "*-dc-01", "times": 1}])

    assert judged(world) == []
    assert 2 in world.estate.launches().values()


def test_world_that_does_not_come_to_rest_is_told() -> None:
    world = small()
    ask(world, "of-another-year", after=1000 * HOUR)

    (found,) = judged(world)

    assert "did not come to rest within" in found


HELD: Item = {"execution_id": EXECUTION, "wave": 1, "technology": "drs", "resource_id": DC, "held_at": "then"}
CALM_CASES = (
    Case(
        "no hold of the past",
        over,
        lambda world: world.ledger.write(hold(world, **HELD)),
        f"{DC} is still held, and the execution is COMPLETED",
    ),
    Case(
        "an end has its time",
        over,
        lambda world: world.ledger.write(
            Update(keys.resource_key(server_of(world).lane, server_of(world).resource_id), remove=("ended_at",))
        ),
        f"{DC} is RECOVERED and does not say since when",
    ),
    Case("nothing raises", over, lambda world: world.tell("raised ValueError('on purpose')"), "raised ValueError"),
    Case(
        "no dead letters",
        over,
        lambda world: world.queues.dead_letters.update(["AnyQueue"]),
        "dead letters in AnyQueue",
    ),
)


@pytest.mark.parametrize("case", CALM_CASES, ids=lambda case: case.rule)
def test_calm_is_not_told_when_a_rule_of_it_is_broken(case: Case) -> None:
    world = case.world()
    assert wrong(world) == []

    case.breaking(world)

    assert violations(world) == []
    (found,) = wrong(world)
    assert case.told in found


def test_calm_is_not_told_when_a_server_is_launched_twice_though_the_first_came_to_nothing() -> None:
    world = small(launch_failures=[{"servers": "*-dc-01", "times": 1}])

    rest(world, EXECUTION)

    assert wrong_but_for_launches(world) == []
    (found,) = wrong(world)
    assert "was launched 2 times" in found
