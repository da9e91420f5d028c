"""No function sets itself off again and again, but where it is meant and known to end.

Lambda counts how often a function was set off by what it sent itself, and stops a chain after about 16 invocations. It
follows SQS, SNS, S3 and its own invocations, and says that it cannot follow DynamoDB:
https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html. Of EventBridge it says nothing; since that hands
on the trace header in which Lambda counts, it is taken here as followed.
"""

from __future__ import annotations

import pytest

from tests.template.callers import FUNCTION, WORKERS
from tests.template.loops import LEDGER, Step, in_loops, steps
from tests.template.stack import Body, Stack

THROUGH_THE_LEDGER = {
    "PlanExecution": "an execution is planned once; another planner takes over only when the last one's time is over",
    "AdvanceExecution": "each step is a transition of an execution or a wave, and none leads back",
    "ControlExecution": "what does not come from the door does nothing, and no function here is the door",
    "FanOutWave": "a wave is cut once, and what is retried once for each decision of a person",
    "RecordOutcome": "an outcome counts once; what comes again changes nothing and tells nothing",
    "RelayEvents": "a fact is inserted once, and the stream's filter lets only insertions pass",
} | dict.fromkeys(WORKERS.values(), "an order's outcomes are counted once, and an order without open resources ends")
"""Why what comes round through the ledger ends: each turn needs a new fact, and facts come of transitions."""


@pytest.fixture(scope="module")
def found(hub: Stack, events: list[Body]) -> set[Step]:
    spoken = {event["source"] for event in events}
    return steps(hub, [event | {"source": source} for event in events for source in spoken])


def test_only_workers_set_themselves_off_in_a_way_that_lambda_would_stop(found: set[Step]) -> None:
    assert in_loops(found, without=[LEDGER]) == set(WORKERS.values())


def test_loops_of_workers_are_each_ones_own_queue_and_no_other_way(found: set[Step]) -> None:
    ways = {step for step in found if step.sender in WORKERS.values() and step.way == "SQS"}

    assert ways == {Step(name, "SQS", name) for name in WORKERS.values()}
    assert not in_loops(found, without=[LEDGER, "SQS"])


def test_lambda_is_told_of_the_loops_that_are_meant_and_of_no_other(hub: Stack, found: set[Step]) -> None:
    told = {name for name, each in hub.of_type(FUNCTION).items() if each.get("RecursiveLoop") == "Allow"}

    assert told == in_loops(found, without=[LEDGER])


def test_of_every_loop_through_the_ledger_it_is_known_why_it_ends(found: set[Step]) -> None:
    assert {"RelayEvents", "AdvanceExecution"} <= in_loops(found) <= THROUGH_THE_LEDGER.keys()


@pytest.mark.parametrize("way", ["SQS", "Lambda"])
def test_loop_is_found_over_several_functions(way: str) -> None:
    round_trip = [Step("A", "SQS", "B"), Step("B", way, "C"), Step("C", "SQS", "A"), Step("C", "SQS", "D")]

    assert in_loops(round_trip) == {"A", "B", "C"}
    assert in_loops(round_trip[:-2]) == set()
