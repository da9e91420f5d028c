"""`kill -9` of functions at random moments of failovers: all complete, nothing is launched twice, no fact is lost."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from groundswell.domain.ids import ExecutionId, Lane
from groundswell.domain.records import IntentRecord, Resource
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import reading
from groundswell_cli.standing import Standing
from rehearsal.estate_calls import changes_to, launches_of
from tests.flow.desk import Desk, production
from tests.flow.embedded import wait_until
from tests.flow.faults import broken
from tests.flow.function_calls import patience, sweeping
from tests.flow.workers import Killer, kill_workers

HARASSED = ("customer-l", "customer-m")
INTERRUPTED, ITS_ACCOUNT = "customer-n", "222222222202"
CUSTOMERS = (*HARASSED, INTERRUPTED)
KILLS = {
    "plan-execution": 1,
    "advance-execution": 2,
    "fan-out-wave": 1,
    "recover-aurora": 1,
    "recover-drs": 1,
    "record-outcome": 2,
    "relay-events": 2,
}
REACTIONS = ("PlanExecution", "AdvanceExecution", "FanOutWave", "RecordOutcome")
REACTION_SECONDS = 25
"""When a message of a dead reaction comes again: after the 20 s that it may run, before the template's 120."""
BOUND_SECONDS = 270.0


@dataclass(frozen=True)
class Story:
    """Three failovers among dying functions."""

    ended: Mapping[str, Standing]
    resources: Mapping[str, list[Resource]]
    killer: Killer
    interrupted_call: IntentRecord


@pytest.fixture(scope="module")
def story(desk: Desk) -> Story:
    """One worker dies over a call that AWS carries out all the same; then others over whatever they are at."""
    embedded = desk.embedded
    slow = {"service": "drs", "operations": ["StartRecovery"], "accounts": [ITS_ACCOUNT], "takes": "3s"}
    killer = Killer(embedded.stack.emulator.endpoint, KILLS)
    with ExitStack() as stack:
        for name in REACTIONS:
            stack.enter_context(patience(desk, embedded.outputs[f"{name}QueueUrl"], REACTION_SECONDS))
        stack.enter_context(sweeping(desk))
        with broken(embedded.estate, latency=[slow]):
            asked = {INTERRUPTED: desk.ask(production(INTERRUPTED))}
            call = _interrupt_a_call(desk, asked[INTERRUPTED])
        stack.enter_context(killer.at_work())
        asked |= zip(HARASSED, desk.ask_at_once(map(production, HARASSED)), strict=True)
        ended = {name: desk.wait_until_over(asked[name], seconds=BOUND_SECONDS) for name in CUSTOMERS}
    resources = {name: list(desk.resources(asked[name]).values()) for name in CUSTOMERS}
    return Story(ended, resources, killer, call)


def _interrupt_a_call(desk: Desk, execution_id: ExecutionId) -> IntentRecord:
    """Kill the worker that has just written down the call that it is about to make; the estate answers late."""

    def called() -> list[IntentRecord]:
        orders = reading.orders(desk.store, [Lane(execution_id, 1, "drs")])
        return [intent for order in orders for intent in reading.intents(desk.store, order)]

    (intent,) = wait_until(called, what="the first call for a launch", timeout_seconds=90)
    assert kill_workers(desk.embedded.stack.emulator.endpoint, "recover-drs") > 0
    return intent


@pytest.mark.parametrize("customer", CUSTOMERS)
def test_failover_completes_when_functions_die(story: Story, customer: str) -> None:
    assert story.ended[customer].execution.status is ExecutionStatus.COMPLETED, f"seed {story.killer.seed}"


def test_every_kind_of_function_died(story: Story) -> None:
    assert dict(story.killer.kills) == KILLS


@pytest.mark.parametrize("customer", CUSTOMERS)
def test_nothing_is_launched_twice_when_functions_die(desk: Desk, story: Story, customer: str) -> None:
    counted = launches_of(desk.embedded.estate, story.resources[customer])

    assert counted == {f"{customer}-{name}": 1 for name in ("dc-01", "app-01", "app-02", "batch-01")}


@pytest.mark.parametrize("customer", CUSTOMERS)
def test_every_fact_is_published_when_functions_die(desk: Desk, story: Story, customer: str) -> None:
    execution_id = story.ended[customer].execution.execution_id

    def unpublished() -> list[str]:
        desk.sweep()
        left = reading.unpublished(desk.store, up_to="9999")
        return [fact.detail_type for fact in left if fact.execution_id == execution_id]

    wait_until(unpublished, done=lambda left: not left, what="all facts published", timeout_seconds=60)


def test_launch_is_found_again_when_its_worker_died_before_the_answer(desk: Desk, story: Story) -> None:
    (server,) = [each for each in story.resources[INTERRUPTED] if each.name == f"{INTERRUPTED}-dc-01"]

    calls = [call for call in changes_to(desk.embedded.estate, [server]) if call.operation == "StartRecovery"]

    assert [call.subject["tags"] for call in calls] == [
        {"groundswell:intent": story.interrupted_call.key, "groundswell:execution": server.execution_id}
    ]
    assert story.interrupted_call.handle is None
