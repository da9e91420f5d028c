"""Each rule that is watched at every step notices what it is there for: it is broken once, on purpose."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from botocore.exceptions import ClientError
from pydantic import JsonValue

from groundswell.domain.operations import Phase
from groundswell.domain.records import Ending, Progress
from groundswell.domain.states import ExecutionStatus, ResourceState, WaveStatus
from groundswell.ledger import gates, keys, reading
from groundswell.ports.store import Update
from groundswell.ports.world import BusEntry
from tests.simulation.breaking import (
    EXECUTION,
    answer,
    at_work,
    bars,
    claimed,
    commit,
    execution,
    fact,
    forget_what_became,
    hold,
    intent,
    launch,
    move_database,
    order,
    order_event,
    order_of,
    over,
    run,
    server,
    server_of,
    wave,
)
from tests.simulation.judging import violations
from tests.simulation.truth import is_recovered
from tests.simulation.world import World

DC, APP = "drs/222222222201/customer-a-dc-01", "drs/222222222201/customer-a-app-01"
PAUSED = ExecutionStatus.PAUSED
FAILURE: dict[str, JsonValue] = {"cause": "it broke", "advice": "look at it"}


@dataclass(frozen=True)
class Case:
    """A rule, a world that keeps it, how it is broken there, and each violation that is told then."""

    rule: str
    world: Callable[[], World]
    breaking: Callable[[World], None]
    told: tuple[str, ...]


def say_what_nobody_decided(world: World) -> None:
    kept = reading.facts(world.ledger, EXECUTION)[-1]
    told = json.loads(kept.detail)
    told["metadata"]["event_id"] = "an-event-of-nobody"
    world.publish([BusEntry(kept.source, kept.detail_type, json.dumps(told))])


def say_it_otherwise(world: World) -> None:
    kept = reading.facts(world.ledger, EXECUTION)[-1]
    world.publish([BusEntry(kept.source, kept.detail_type, json.dumps(json.loads(kept.detail)))])


def request_too_early(world: World) -> None:
    told = order_event(world)
    told["data"]["wave"] = 2
    world.publish([BusEntry("groundswell", "RecoveryRequested", json.dumps(told))])


def begin_again_while_paused(world: World) -> None:
    world.ledger.write(wave(1, status=WaveStatus.PENDING))
    world.watch._changes.clear()  # it is not this that is judged
    commit(world, fact("pause"), execution(status=PAUSED), *bars())
    commit(world, fact("start"), wave(1, status=WaveStatus.RUNNING))


def mark_unsaid(world: World) -> None:
    assert world.machine.run(until=lambda: is_recovered(world, server_of(world)), seconds=600)
    commit(world, server(world, state=ResourceState.RECOVERED), wave(1, remaining=0, recovered=1))


def fail_unsaid(world: World) -> None:
    commit(world, server(world, state=ResourceState.FAILED, failure=FAILURE), wave(1, remaining=0, failed=1))


def lie(world: World) -> None:
    """A worker says what is not so: the real recorder believes him."""
    world.publish([answer(world, "ResourceRecovered", evidence={"seen": "a dream"})])
    world.live()


def fail_without_a_word(world: World) -> None:
    world.publish([answer(world, "ResourceFailed", cause="it broke", advice="look at it")])
    commit(world, server(world, state=ResourceState.FAILED), wave(1, remaining=0, failed=1))


def call_after_the_pause(world: World) -> None:
    commit(world, fact(), execution(status=PAUSED), *bars())
    commit(world, intent(world))


def go_on_behind_a_closed_gate(world: World) -> None:
    commit(world, fact("pause"), execution(status=PAUSED), *bars())
    commit(world, fact("resume"), execution(status=ExecutionStatus.RUNNING), *gates.opened(EXECUTION)[1:])


def call_after_the_close(world: World) -> None:
    commit(world, fact(), wave(1, status=WaveStatus.COMPLETED))
    commit(world, intent(world))


def take_another_look(world: World) -> None:
    number = order_of(world).look + 5
    bodies = (json.dumps({"look": {"number": number}}),)
    run(world, lambda: commit(world, order(world, claim=order_of(world).claim + 1)), bodies=bodies)


def end_without_a_word(world: World) -> None:
    progress = Progress(phase=Phase.INSTANTIATE, since="2030-01-01T00:00:00.000000Z", ending=Ending.FAILED)
    commit(world, order(world, progress={server_of(world).resource_id: progress.as_item()}))


def call_twice_for_one_intent(world: World) -> None:
    """The intent is there, and the second call is not written down."""

    def work() -> None:
        commit(world, intent(world))
        launch(world, 2)
        move_database(world)

    run(world, work)


CASES = (
    Case("no fact of nobody", over, say_what_nobody_decided, ("DRCompleted was published, and is not in the ledger",)),
    Case(
        "facts as they were written", over, say_it_otherwise, ("DRCompleted was published, and is not in the ledger",)
    ),
    Case(
        "requests after the start", at_work, request_too_early, ("resources of wave 2 were requested before it began",)
    ),
    Case(
        "an execution's transitions",
        at_work,
        lambda world: commit(world, fact(), execution(status=ExecutionStatus.PLANNING), *bars()),
        ("went from RUNNING to PLANNING",),
    ),
    Case(
        "an execution's end",
        over,
        lambda world: commit(world, execution(reasons=["second thoughts"])),
        (f"execution {EXECUTION} changed after it was COMPLETED",),
    ),
    Case(
        "a wave's transitions",
        at_work,
        lambda world: commit(world, fact(), wave(1, status=WaveStatus.SKIPPED)),
        ("wave 1 went from RUNNING to SKIPPED",),
    ),
    Case(
        "a wave's end",
        over,
        lambda world: commit(world, wave(1, held_at="2030-01-01T00:00:00.000000Z")),
        ("wave 1 changed after it was COMPLETED",),
    ),
    Case("no start in a pause", at_work, begin_again_while_paused, ("wave 1 began while its execution was PAUSED",)),
    Case(
        "waves in their order",
        at_work,
        lambda world: commit(world, fact(), wave(2, status=WaveStatus.RUNNING)),
        ("wave 2 is at work while wave 1 is RUNNING",),
    ),
    Case(
        "a resource's transitions",
        at_work,
        lambda world: commit(world, server(world, state=ResourceState.PENDING)),
        (f"{DC} went from IN_PROGRESS to PENDING",),
    ),
    Case("recovered: somebody said so", at_work, mark_unsaid, (f"{DC} is RECOVERED, and nobody who may say so did",)),
    Case("failed: somebody said so", at_work, fail_unsaid, (f"{DC} is FAILED, and nobody who may say so did",)),
    Case("recovered: it is so", at_work, lie, (f"{DC} is RECOVERED in the ledger, and not in the target Region",)),
    Case("failed: it says why", at_work, fail_without_a_word, (f"{DC} failed and does not say why",)),
    Case(
        "an intent's resources",
        at_work,
        lambda world: commit(world, intent(world, resource="drs/of-another-wave")),
        ("is for no resource of its wave",),
    ),
    Case("no intent after a close", at_work, call_after_the_close, ("began while its wave was COMPLETED",)),
    Case("no intent after a pause", at_work, call_after_the_pause, ("wave 1 began while its execution was PAUSED",)),
    Case(
        "no intent before the start",
        at_work,
        lambda world: commit(world, intent(world, 2)),
        ("began while its wave was PENDING", "wave 2 is at work while wave 1 is RUNNING"),
    ),
    Case(
        "no second call in doubt",
        at_work,
        lambda world: commit(world, forget_what_became(world), intent(world, after=1)),
        ("was begun before it could be seen what became of",),
    ),
    Case(
        "claims of the living",
        claimed,
        lambda world: commit(world, order(world, claim=99)),
        ("was taken from RecoverDrs, which lives",),
    ),
    Case("the look that is awaited", at_work, take_another_look, ("was taken, and",)),
    Case("say, then save", at_work, end_without_a_word, (f"has ended with {DC}, and never said so",)),
    Case(
        "holds of the open",
        at_work,
        lambda world: commit(world, hold(world, execution_id="an-execution-of-another")),
        (f"was taken from {EXECUTION}, which is RUNNING",),
    ),
    Case(
        "counts",
        at_work,
        lambda world: commit(world, server(world, lag_seconds=7), wave(1, remaining=0)),
        ("wave 1 counts (1, 0, 0, 0, 0) (total, remaining, recovered, failed, skipped), and they are (1, 1, 0, 0, 0)",),
    ),
    Case(
        "no call without an intent", at_work, lambda world: launch(world, 2), ("drs:StartRecovery was called without",)
    ),
    Case(
        "an intent for each call",
        at_work,
        call_twice_for_one_intent,
        ("rds:FailoverGlobalCluster was called without an intent of its own",),
    ),
    Case(
        "one launch a server",
        over,
        launch,
        ("drs:StartRecovery was called without", "was launched 2 times, and more than one launch lasts"),
    ),
    Case(
        "one failover a database",
        over,
        move_database,
        ("rds:FailoverGlobalCluster was called without", "database customer-a-db was failed over 2 times"),
    ),
    Case(
        "facts are for ever",
        over,
        lambda world: commit(
            world,
            Update(keys.event_key(EXECUTION, reading.facts(world.ledger, EXECUTION)[0].event_id), {"detail": "{}"}),
        ),
        ("was rewritten",),
    ),
    Case(
        "an execution's state and fact",
        at_work,
        lambda world: commit(world, execution(status=PAUSED), *bars()),
        ("META went to PAUSED without a fact that tells of it",),
    ),
    Case(
        "every gate closed in a pause",
        at_work,
        lambda world: commit(world, fact(), execution(status=PAUSED), *bars()[1:]),
        (f"execution {EXECUTION} is PAUSED, and a gate is open",),
    ),
    Case(
        "every gate open after a pause",
        at_work,
        go_on_behind_a_closed_gate,
        (f"execution {EXECUTION} is RUNNING, and 15 of its gates are open",),
    ),
    Case(
        "a wave's state and fact",
        at_work,
        lambda world: commit(world, wave(1, status=WaveStatus.HELD)),
        ("WAVE#001 went to HELD without a fact that tells of it",),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_watch_tells_just_what_is_wrong_when_a_rule_is_broken(case: Case) -> None:
    world = case.world()
    assert world.watch.found == []

    case.breaking(world)

    found = violations(world)
    assert len(found) == len(case.told), found
    assert all(words in each for words, each in zip(case.told, found, strict=True)), found


def test_call_that_aws_refuses_is_no_violation() -> None:
    world = at_work()

    with pytest.raises(ClientError, match="ConflictException"):
        launch(world)

    assert world.watch.found == []


def test_second_call_is_no_violation_when_the_first_would_be_seen_by_now() -> None:
    world = at_work()

    commit(world, forget_what_became(world), intent(world, after=3600))

    assert world.watch.found == []
