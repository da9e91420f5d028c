"""A dry run against the truth: what it says would be called is what a run without trouble then calls, and no more."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from groundswell.domain.dry_run import CallSheet
from groundswell.domain.ids import ExecutionId
from groundswell.domain.operations import Operation
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import planned_calls, reading
from groundswell.technologies.registry import load
from rehearsal.estate.call_log import ANSWERED
from tests import weighing
from tests.simulation import foreign
from tests.simulation.calm import QUICK, QUIET, SERVERS, everything, world_of
from tests.simulation.judging import judged
from tests.simulation.setting import Setting
from tests.simulation.stories import mainframe
from tests.simulation.telling import ask, mutations, rest, said
from tests.simulation.trouble import drawn, random_of
from tests.simulation.world import World
from tests.weighing import Weight

SUPPORTED = [each for each in Operation if all(load(name).supports(each) for name in ("aurora", "drs", "route53"))]
HEADLESS = {"secondary_instances": 0, "tags": {"dr:instance-class": "db.r6g.large"}}
LARGE: dict[str, Any] = {
    "accounts": ["222222222201"],
    "customers": {"count": 1},
    "servers": [{"name": "{customer}-app-{n:03}", "per_customer": 190, "wave": 1}],
    "aurora": [{"name": "{customer}-db-{n:02}", "per_customer": 3, "wave": 1, **HEADLESS}],
    "dns": {"records": [{"name": f"n{n:02}.{{customer}}", "wave": 2, "routing": "failover"} for n in range(40)]},
    "oddities": QUIET,
    "times": QUICK,
}


def planned(world: World, execution_id: ExecutionId) -> CallSheet:
    execution = reading.execution(world.ledger, execution_id)
    assert (execution.status, execution.dry_run) == (ExecutionStatus.COMPLETED, True)
    return planned_calls.read(world.ledger, execution)


def made(world: World) -> Counter[Weight]:
    """What the calls weigh that the estate saw, none of which it refused."""
    records = world.estate.log.select(mutating=True)
    assert {record.outcome for record in records} <= {ANSWERED}
    return weighing.made(records)


def tried(world: World, **asked: Any) -> CallSheet:
    """The sheet of a dry run, which changed nothing."""
    before = mutations(world)
    execution_id = ask(world, f"dry-{before}", dry_run=True, **asked)
    rest(world, execution_id)
    assert mutations(world) == before
    return planned(world, execution_id)


@pytest.mark.parametrize("operation", SUPPORTED)
def test_calls_that_a_dry_run_finds_are_those_that_are_then_made(operation: Operation) -> None:
    world = world_of(oddities=QUIET)

    sheet = tried(world, operation=operation)
    execution = rest(world, ask(world, operation=operation))

    certain = [call for call in sheet.calls if not call.condition]
    assert execution.status is ExecutionStatus.COMPLETED
    assert len(certain) == 12
    assert weighing.planned(certain) == made(world)
    assert {call.operation for call in sheet.calls if call.condition} == {"StartInstances"}


def test_calls_are_those_that_are_then_made_when_orders_and_batches_are_cut() -> None:
    world = World(Setting(everything(**LARGE), watched=False))

    sheet = tried(world)
    rest(world, ask(world))

    certain = [call for call in sheet.calls if not call.condition]
    assert sorted(call.count for call in certain if call.service != "rds") == [10, 30, 63, 63, 64]
    assert weighing.planned(certain) == made(world)


def test_call_that_is_only_needed_sometimes_is_made_for_those_that_the_dry_run_named() -> None:
    stopped = [{**servers, "launch_disposition": "STOPPED"} for servers in SERVERS]
    world = world_of(oddities=QUIET, servers=stopped)

    sheet = tried(world)
    rest(world, ask(world))

    starts = [call for call in sheet.calls if call.operation == "StartInstances"]
    began = Counter[str]()
    for account, operation, count in made(world).elements():
        began[account] += count if operation == "ec2:StartInstances" else 0
    assert all(call.condition == "if needed: its launch settings leave the instance stopped" for call in starts)
    assert began == {"222222222201": 5, "222222222202": 5}
    assert Counter(call.account for call in starts for _ in call.resources) == began


def test_dry_run_lists_only_what_is_left_to_do_when_some_is_done() -> None:
    world = world_of(oddities=QUIET)
    rest(world, ask(world, all=False, customer="customer-a", environment="production"))
    done = made(world)

    sheet = tried(world)
    rest(world, ask(world, "r-2"))

    certain = [call for call in sheet.calls if not call.condition]
    assert weighing.planned(certain) == made(world) - done
    assert {call.account for call in sheet.calls} == {"222222222202"}
    assert {remark.subject for remark in sheet.remarks if "customer-a-app-01" in remark.subject}


def test_dry_run_lists_nothing_when_everything_is_done() -> None:
    world = world_of(oddities=QUIET)
    rest(world, ask(world))

    sheet = tried(world)

    assert sheet.calls == ()
    assert sheet.remarks_count == 2 * 10 + 2 * 4 + 4


def test_calls_have_the_parameters_that_they_are_then_made_with() -> None:
    world = world_of(oddities=QUIET)

    sheet = tried(world)
    rest(world, ask(world))

    moves = world.estate.log.select("rds", "FailoverGlobalCluster")
    told = [call.parameters for call in sheet.calls if call.operation == "FailoverGlobalCluster"]
    assert {str(each["GlobalClusterIdentifier"]) for each in told} == {
        str(record.subject["GlobalClusterIdentifier"]) for record in moves
    }
    assert all(each in [dict(record.subject) for record in moves] for each in told)


def test_order_for_a_program_that_is_not_ours_is_listed_with_its_resources() -> None:
    world = World(Setting(everything(oddities=QUIET), mainframes=(mainframe("customer-a", wave=2),)))

    (asked,) = [call for call in tried(world).calls if call.technology == foreign.NAME]

    assert (asked.wave, asked.count, asked.role) == (2, 1, "")
    assert asked.note == f"asked of {foreign.NAME}'s own program, which makes its own calls"
    assert world.mainframe.recovered == set()


@pytest.mark.parametrize("seed", range(1, 16))
def test_dry_run_changes_nothing_and_leaves_no_resource_out_however_much_goes_wrong(seed: int) -> None:
    chances = drawn(random_of(seed))
    world = World(Setting(everything(faults={}), chances=chances, seed=seed))
    execution_id = ask(world, dry_run=True)

    found = judged(world)

    assert (found, mutations(world)) == ([], 0)
    if reading.execution(world.ledger, execution_id).status is ExecutionStatus.COMPLETED:
        sheet = planned(world, execution_id)
        named = {name for call in sheet.calls for name in call.resources}
        assert len(named) == said(world, "DRAccepted")[0]["resources"]
