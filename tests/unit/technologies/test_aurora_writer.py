"""ACTIVATE of a database: where its writer is."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from groundswell.domain.operations import Operation, Phase
from groundswell.technologies.aurora import TECHNOLOGY
from groundswell.technologies.contract import Done, Failed, InProgress, NotBegun, Target, Waiting
from tests.unit.technologies.bench import ACCOUNT, SOURCE, TARGET, Bench, bench

FAIL_OVER = TECHNOLOGY.steps[Operation.FAILOVER, Phase.ACTIVATE]
SWITCH_OVER = TECHNOLOGY.steps[Operation.SWITCHOVER, Phase.ACTIVATE]
CLUSTER = f"orders-1-{TARGET}"


def databases(count: int = 1, **more: object) -> Bench:
    """A bench with so many databases."""
    return bench({"aurora": [{"name": "orders-{n}", "wave": 1, "per_customer": count}], **more})


def one_by_one(at: Bench, targets: list[Target], operation: Operation) -> list[Target]:
    """The call for each target."""
    step = TECHNOLOGY.steps[operation, Phase.ACTIVATE]
    return [acted for target in targets for acted in at.act(step, [target], operation=operation)]


def writer_region(at: Bench) -> str:
    (database,) = at.clients.client("rds").describe_global_clusters()["GlobalClusters"]
    return str(next(one["DBClusterArn"] for one in database["GlobalClusterMembers"] if one["IsWriter"]).split(":")[3])


def test_failover_moves_the_writer_when_the_primary_region_is_dead() -> None:
    at = databases()
    at.estate.fail_region(SOURCE)
    at.clock.advance(60)
    targets = at.found(TECHNOLOGY)

    (before,) = at.observe(FAIL_OVER, targets)
    (after,) = at.settle(FAIL_OVER, at.act(FAIL_OVER, targets))

    assert isinstance(before, NotBegun)
    assert isinstance(after, Done)
    assert after.evidence["writer"] == CLUSTER
    assert writer_region(at) == TARGET


def test_failover_allows_data_loss_and_switchover_never_does() -> None:
    failed_over, switched_over = databases(), databases()

    one_by_one(failed_over, failed_over.found(TECHNOLOGY), Operation.FAILOVER)
    one_by_one(switched_over, switched_over.found(TECHNOLOGY), Operation.SWITCHOVER)

    assert [one.effects["data_loss"] for one in failed_over.estate.log.select(mutating=True)] == [True]
    assert [one.effects["data_loss"] for one in switched_over.estate.log.select(mutating=True)] == [False]
    assert [one.operation for one in switched_over.estate.log.select(mutating=True)] == ["SwitchoverGlobalCluster"]


@pytest.mark.parametrize("operation", [Operation.FAILOVER, Operation.SWITCHOVER])
def test_observe_is_done_only_when_the_move_is_over(operation: Operation) -> None:
    at = databases()
    step = TECHNOLOGY.steps[operation, Phase.ACTIVATE]
    targets = one_by_one(at, at.found(TECHNOLOGY), operation)
    seen_while_moving = set()

    for _ in range(400):
        (seen,) = at.observe(step, targets, operation=operation)
        if isinstance(seen, Done):
            break
        seen_while_moving.add(type(seen))
        at.clock.advance(1)

    (database,) = at.clients.client("rds").describe_global_clusters()["GlobalClusters"]
    assert seen_while_moving == {InProgress}
    assert writer_region(at) == TARGET
    assert database["FailoverState"] == {}


def test_observe_says_done_when_the_writer_was_here_before() -> None:
    at = databases()
    at.settle(FAIL_OVER, at.act(FAIL_OVER, at.found(TECHNOLOGY)))

    seen = [
        at.observe(step, at.found(TECHNOLOGY), operation=operation)[0]
        for operation, step in ((Operation.FAILOVER, FAIL_OVER), (Operation.SWITCHOVER, SWITCH_OVER))
    ]

    assert [type(one) for one in seen] == [Done, Done]


def test_observe_sees_the_failover_when_its_answer_was_lost() -> None:
    at = databases(faults={"lost_replies": [{"service": "rds", "operations": ["FailoverGlobalCluster"]}]})

    targets = at.act(FAIL_OVER, at.found(TECHNOLOGY))
    (seen,) = at.observe(FAIL_OVER, targets)

    assert targets[0].handles == ()
    assert isinstance(seen, InProgress)
    assert isinstance(at.settle(FAIL_OVER, targets)[0], Done)


def test_act_is_refused_for_now_when_a_failover_is_under_way() -> None:
    at = databases()
    targets = at.act(FAIL_OVER, at.found(TECHNOLOGY))

    with pytest.raises(ClientError) as refused:
        at.act(FAIL_OVER, targets)

    assert refused.value.response["Error"]["Code"] in TECHNOLOGY.later


def test_observe_says_not_begun_again_when_the_failover_was_cancelled_by_rds() -> None:
    at = databases(faults={"failing_failovers": ["orders-*"]})
    targets = at.act(FAIL_OVER, at.found(TECHNOLOGY))
    at.clock.advance(1800)

    (seen,) = at.observe(FAIL_OVER, targets)

    assert isinstance(seen, NotBegun)
    assert writer_region(at) == SOURCE


def test_observe_waits_when_the_database_fails_over_to_another_cluster() -> None:
    at = databases()
    (target,) = at.act(FAIL_OVER, at.found(TECHNOLOGY))
    at.settle(FAIL_OVER, [target])
    other = f"arn:aws:rds:{SOURCE}:{ACCOUNT}:cluster:orders-1-{SOURCE}"
    at.clock.advance(4 * 3600)
    at.clients.client("rds").switchover_global_cluster(
        GlobalClusterIdentifier="orders-1", TargetDbClusterIdentifier=other
    )

    (seen,) = at.observe(FAIL_OVER, [target])

    assert isinstance(seen, Waiting)
    assert other in seen.note


def test_observe_waits_for_an_instance_when_the_new_writer_has_none() -> None:
    at = bench({"aurora": [{"name": "orders-{n}", "wave": 1, "secondary_instances": 0}]})
    targets = at.act(FAIL_OVER, at.found(TECHNOLOGY))
    at.clock.advance(1800)

    (seen,) = at.observe(FAIL_OVER, targets)

    assert isinstance(seen, InProgress)
    assert "available" in seen.note


def test_switchover_waits_with_the_figure_when_the_secondary_lags() -> None:
    at = databases(times={"rds": {"replication_lag": "12s"}})

    (seen,) = at.observe(SWITCH_OVER, at.found(TECHNOLOGY), operation=Operation.SWITCHOVER)

    assert isinstance(seen, Waiting)
    assert "12 s" in seen.note


def test_switchover_waits_when_the_lag_is_unknown() -> None:
    at = databases()
    at.estate.fail_region(SOURCE)
    at.clock.advance(900)

    (seen,) = at.observe(SWITCH_OVER, at.found(TECHNOLOGY), operation=Operation.SWITCHOVER)

    assert isinstance(seen, Waiting)
    assert "lag unknown" in seen.note


def test_switchover_waits_when_the_secondary_is_resyncing() -> None:
    at = databases()
    (target,) = at.found(TECHNOLOGY)
    back = Bench(at.estate, at.clock, at.clients.in_region(SOURCE), at.caller)
    at.settle(FAIL_OVER, at.act(FAIL_OVER, [target]))
    (returning,) = back.found(TECHNOLOGY)

    (seen,) = back.observe(SWITCH_OVER, [returning], operation=Operation.SWITCHOVER)

    assert isinstance(seen, Waiting)
    assert "pending-resync" in seen.note


def test_switchover_is_due_when_the_secondary_keeps_up() -> None:
    at = databases(times={"rds": {"replication_lag": "400ms"}})

    (seen,) = at.observe(SWITCH_OVER, at.found(TECHNOLOGY), operation=Operation.SWITCHOVER)

    assert isinstance(seen, NotBegun)


def test_observe_fails_when_the_cluster_left_its_global_database() -> None:
    at = databases()
    targets = at.found(TECHNOLOGY)
    whole = at.estate.world.global_clusters[ACCOUNT, "orders-1"]
    whole.members = [one for one in whole.members if one.owner.region != TARGET]

    (seen,) = at.observe(FAIL_OVER, targets)

    assert isinstance(seen, Failed)


def test_a_look_takes_the_same_calls_when_there_are_many_more_databases() -> None:
    few, many = (_calls_of_a_look(databases(count)) for count in (1, 40))

    assert few == many
    assert many == {
        "rds:DescribeGlobalClusters": 1,
        "rds:DescribeDBInstances": 1,
        "cloudwatch:GetMetricData": 1,
    }


def test_recovery_is_the_same_when_lists_come_in_pages_of_two() -> None:
    at = databases(5, page_size=2)

    recovered = at.recover(TECHNOLOGY, Operation.SWITCHOVER, at.found(TECHNOLOGY))

    assert len({target.evidence["writer"] for target in recovered}) == 5


def _calls_of_a_look(at: Bench) -> dict[str, int]:
    targets = at.found(TECHNOLOGY)
    at.clients.forget_calls()
    at.observe(SWITCH_OVER, targets, operation=Operation.SWITCHOVER)
    return dict(at.clients.calls)
