"""Each function may do what it does: seen in simulated worlds, and for the rest listed here, call by call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from groundswell.technologies.registry import BUILT_IN
from tests.simulation.calm import CHECKS, everything, world_of
from tests.simulation.setting import Setting
from tests.simulation.stories import world_of as hostile_world
from tests.simulation.telling import ask, rest
from tests.simulation.world import World
from tests.template.callers import ENTERING, WORKERS, WORKLOAD, bus, functions
from tests.template.policies import Guarded, is_allowed, may
from tests.template.recording import Recording, recording
from tests.template.stack import ACCOUNT, Stack

FEWEST, MOST = 8, 80
"""Hostile worlds, where requests repeat, planners die and facts stay behind: the paths that calm worlds lack. After
the fewest there are only more while a right to change the ledger was not made use of."""
KINDS = ("EXECUTION", "TECHNOLOGY", "RESOURCE")
CHANGES = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
PLANNING = ("PlanExecution", "PreviewPlan")


@pytest.fixture(scope="module")
def seen(hub: Stack) -> Iterator[Recording]:
    """What functions do in a calm world, and in some hostile ones."""
    with pytest.MonkeyPatch.context() as patch:
        kept = recording(patch)
        calm = world_of(**CHECKS)
        rest(calm, ask(calm))
        _undo_holds()
        for seed in range(1, MOST + 1):
            if seed > FEWEST and not _idle(hub, kept):
                break
            hostile_world(seed).live()
        yield kept


def _idle(hub: Stack, kept: Recording) -> set[tuple[str, str, str]]:
    """Rights to change the ledger, by kind of partition, that no function was seen to make use of."""
    ledger = hub.attribute("Ledger", "Arn")
    granted = {
        (name, action, kind)
        for name, caller in functions(hub).items()
        for action in CHANGES
        for kind in KINDS
        if is_allowed(caller.rights, action, ledger, {"dynamodb:LeadingKeys": [f"{kind}#{_technology_of(name)}#"]})
    }
    return granted - {
        (use.function, use.action, key.partition("#")[0]) for use in kept.uses for key in use.leading_keys
    }


def _technology_of(function: str) -> str:
    return next((technology for technology, worker in WORKERS.items() if worker == function), "drs")


def _undo_holds() -> None:
    """A world where a planner has held some resources before it comes upon one that another execution holds."""
    world = World(Setting(everything(), hold_chunk=1))
    ask(world, all=False, customer="customer-b", environment="production")
    rest(world, ask(world, "r-2", after=60))


def test_worlds_show_every_function_at_work_but_those_that_people_call(hub: Stack, seen: Recording) -> None:
    assert {use.function for use in seen.uses} == functions(hub).keys() - {"Door", "KeepPlan", "PreviewPlan"}


def test_every_function_may_do_what_it_is_seen_to_do(hub: Stack, seen: Recording) -> None:
    callers = functions(hub)
    policies = {"Bus": bus(hub, "Bus").policy}

    refused = [
        use
        for use in seen.uses
        if not may(
            callers[use.function],
            use.action,
            Guarded(use.arn(hub), ACCOUNT, policies.get(use.resource, ())),
            use.context,
        )
    ]

    assert not refused


def test_ledger_is_written_in_the_worlds_by_every_kind_of_write(seen: Recording) -> None:
    written = {use.action for use in seen.uses if use.resource == "Ledger" and not use.below}

    assert written >= {f"dynamodb:{name}" for name in ("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")}


def test_ledger_is_changed_by_no_right_that_no_world_needs(hub: Stack, seen: Recording) -> None:
    assert not _idle(hub, seen)


def _unseen() -> Iterator[tuple[str, str, str]]:
    """The calls that worlds do not show: function, action, and the resource as `LogicalId/below` or as an ARN."""
    for name in PLANNING:
        yield name, "sts:AssumeRole", f"arn:aws:iam::{WORKLOAD}:role/groundswell-inventory"
        yield name, "s3:ListBucket", "InventoryBucket"
        yield name, "s3:GetObject", "InventoryBucket/servers.yaml"
        yield name, "events:ListRules", "Bus"
        yield name, "events:TestEventPattern", "Bus"
        yield name, "events:ListTargetsByRule", "RecoverDrsRule"
    for technology in ENTERING:
        yield WORKERS[technology], "sts:AssumeRole", f"arn:aws:iam::{WORKLOAD}:role/groundswell-{technology}"
    for name in WORKERS.values():
        yield name, "sqs:SendMessage", f"{name}Queue"
    for action in ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"):
        yield "RelayEvents", action, "Ledger/stream/1"
    yield "RelayEvents", "dynamodb:ListStreams", "Ledger"
    yield "RelayEvents", "sqs:SendMessage", "RelayEventsDeadLetters"


@pytest.mark.parametrize(("name", "action", "resource"), list(_unseen()))
def test_function_may_make_the_calls_that_worlds_do_not_show(hub: Stack, name: str, action: str, resource: str) -> None:
    logical, slash, below = resource.partition("/")
    arn = resource if resource.startswith("arn:") else hub.attribute(logical, "Arn") + slash + below

    assert is_allowed(functions(hub)[name].rights, action, arn)


@pytest.mark.parametrize(
    ("name", "action", "key", "below"),
    [
        ("PreviewPlan", "GetItem", "PLAN#erp", ""),
        ("PreviewPlan", "GetItem", "EXECUTION#dr-1", ""),
        ("PreviewPlan", "BatchGetItem", "RESOURCE#drs/1/a", ""),
        ("PreviewPlan", "Query", "TECHNOLOGY#drs#EXECUTION#dr-1#WAVE#001", ""),
        ("PreviewPlan", "Query", "OPEN#0", "/index/due"),
        ("Door", "GetItem", "EXECUTION#dr-1", ""),
    ],
)
def test_function_may_read_of_the_ledger_what_worlds_do_not_show(
    hub: Stack, name: str, action: str, key: str, below: str
) -> None:
    ledger = hub.attribute("Ledger", "Arn") + below

    assert is_allowed(functions(hub)[name].rights, f"dynamodb:{action}", ledger, {"dynamodb:LeadingKeys": [key]})


def test_every_fed_function_may_work_off_its_queue_and_write_its_log(hub: Stack) -> None:
    polling = [f"sqs:{name}" for name in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")]
    for name, caller in functions(hub).items():
        log = f"arn:aws:logs:us-west-2:{ACCOUNT}:log-group:/aws/lambda/{caller.arn.rpartition('/')[2]}:log-stream:x"
        queue = f"{name}Queue"

        assert is_allowed(caller.rights, "logs:CreateLogStream", log), name
        assert is_allowed(caller.rights, "logs:PutLogEvents", log), name
        if queue in hub.resources:
            assert all(is_allowed(caller.rights, action, hub.attribute(queue, "Arn")) for action in polling), name


def test_worlds_have_a_worker_of_every_technology(seen: Recording) -> None:
    assert {WORKERS[name] for name in BUILT_IN} <= {use.function for use in seen.uses}
