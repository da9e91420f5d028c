"""Which clusters are found, and what is told of them."""

from __future__ import annotations

import pytest

from groundswell.domain.operations import Operation
from groundswell.technologies.aurora import TECHNOLOGY
from groundswell.technologies.aurora.finding import find
from tests.unit.technologies.bench import ACCOUNT, SOURCE, TARGET, bench

ORDERS = {"name": "orders-{n}", "wave": 2, "per_customer": 1}


def test_find_says_what_a_secondary_is_and_how_it_lags() -> None:
    at = bench({"aurora": [ORDERS], "times": {"rds": {"replication_lag": "250ms"}}})

    (found,) = find(at.look())

    assert found.resource_id == f"aurora/{ACCOUNT}/orders-1"
    assert (found.region, found.source_region) == (TARGET, SOURCE)
    assert found.wake_key == f"arn:aws:rds:{TARGET}:{ACCOUNT}:cluster:orders-1-{TARGET}"
    assert found.parameters == {
        "global_cluster": "orders-1",
        "cluster": f"orders-1-{TARGET}",
        "cluster_arn": found.wake_key,
        "engine": "aurora-postgresql",
    }
    assert found.tags["dr:wave"] == "2"
    assert found.fitness is not None
    assert (found.fitness.fit, found.fitness.state, found.fitness.lag_seconds) == (True, "connected", 0.25)


def test_find_passes_the_instance_class_on_when_the_cluster_is_tagged_with_it() -> None:
    at = bench({"aurora": [{**ORDERS, "tags": {"dr:instance-class": "db.r6g.large"}}]})

    (found,) = find(at.look())

    assert found.parameters["instance_class"] == "db.r6g.large"


def test_find_takes_one_call_for_all_lags_and_finds_all_when_there_are_pages() -> None:
    at = bench({"aurora": [{**ORDERS, "per_customer": 30}]})

    found = list(find(at.look()))

    assert len(found) == 30
    assert all(one.fitness is not None and one.fitness.lag_seconds is not None for one in found)
    assert at.clients.calls == {
        "rds:DescribeGlobalClusters": 1,
        "rds:DescribeDBClusters": 1,
        "cloudwatch:GetMetricData": 1,
    }


def test_find_names_every_database_when_they_come_in_pages_of_two() -> None:
    at = bench({"aurora": [{**ORDERS, "per_customer": 5}], "page_size": 2})

    assert [one.name for one in find(at.look())] == [f"orders-{number}" for number in range(1, 6)]


@pytest.mark.parametrize("fault", ["failing_operations", "unreachable"])
def test_find_leaves_the_lag_open_when_cloudwatch_does_not_answer(fault: str) -> None:
    code = {"code": "InternalServiceFault"} if fault == "failing_operations" else {}
    at = bench({"aurora": [ORDERS], "faults": {fault: [{"service": "cloudwatch", **code}]}})

    (found,) = find(at.look())

    assert found.fitness is not None
    assert found.fitness.lag_seconds is None


def test_find_still_finds_it_when_the_primary_region_is_down() -> None:
    at = bench({"aurora": [ORDERS]})
    at.estate.fail_region(SOURCE)
    at.clock.advance(600)

    (found,) = find(at.look())

    assert found.fitness is not None
    assert found.fitness.lag_seconds is None


def test_find_still_finds_it_when_it_is_the_writer_already() -> None:
    at = bench({"aurora": [ORDERS]})
    at.recover(TECHNOLOGY, Operation.FAILOVER, at.found(TECHNOLOGY))

    (found,) = find(at.look())

    assert found.resource_id == f"aurora/{ACCOUNT}/orders-1"
    assert found.source_region == TARGET
    assert found.fitness is not None
    assert (found.fitness.fit, found.fitness.state) == (True, "writer")
