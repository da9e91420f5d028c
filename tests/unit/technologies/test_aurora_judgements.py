"""What RDS and CloudWatch may answer, and what each answer is taken for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from groundswell.domain.operations import Operation
from groundswell.technologies.aurora import instance, writer
from groundswell.technologies.contract import Done, Failed, InProgress, Intent, NotBegun, Observation, Waiting
from tests.unit.technologies.bench import target_of
from tests.unit.technologies.replies import NOW, Answer, look_at, refusal

HERE, THERE = "arn:aws:rds:us-west-2:222222222201:cluster:orders", "arn:aws:rds:us-east-1:222222222201:cluster:orders"
TARGET = target_of("aurora/orders", {"global_cluster": "orders-global", "cluster": "orders", "cluster_arn": HERE})
AVAILABLE = {"DBInstanceIdentifier": "orders-1", "DBClusterIdentifier": "orders", "DBInstanceStatus": "available"}


def database(*, writer_arn: str = THERE, sync: str | None = "connected", **more: object) -> dict[str, Any]:
    """A global database with a member here and one there."""
    status = {"SynchronizationStatus": sync} if sync else {}
    members = [{"DBClusterArn": arn, "IsWriter": arn == writer_arn, **status} for arn in (THERE, HERE)]
    known = {"GlobalClusterIdentifier": "orders-global", "Engine": "aurora-postgresql", "GlobalClusterMembers": members}
    return {**known, **more}


def seen(
    found: Sequence[Mapping[str, Any]],
    operation: Operation = Operation.FAILOVER,
    *,
    instances: Sequence[Mapping[str, Any]] = (AVAILABLE,),
    lag: Answer | None = None,
    intents: tuple[Intent, ...] = (),
) -> Observation:
    """What a look at these replies says of the writer."""
    replies = {
        "rds:describe_global_clusters": {"GlobalClusters": found},
        "rds:describe_db_instances": {"DBInstances": instances},
        "cloudwatch:get_metric_data": lag or {"MetricDataResults": []},
    }
    target = replace(TARGET, intents=intents)
    return writer.observe(look_at(replies, operation), [target])[target.resource_id]


def moving(status: str | None, to: str = HERE) -> dict[str, Any]:
    return {"FailoverState": {**({"Status": status} if status else {}), "ToDbClusterArn": to}}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], Failed),
        ([database() | {"GlobalClusterMembers": []}], Failed),
        ([database() | {"GlobalClusterMembers": [{"DBClusterArn": THERE, "IsWriter": True}]}], Failed),
        ([database()], NotBegun),
        ([database(FailoverState={})], NotBegun),  # after an earlier move the state is there, and empty
        ([database(**moving(None))], NotBegun),
        ([database(**moving("pending"))], InProgress),
        ([database(**moving("failing-over"))], InProgress),
        ([database(writer_arn=HERE, **moving("failing-over"))], InProgress),  # the flag flips before the move is over
        ([database(**moving("cancelling"))], InProgress),
        ([database(**moving("switching-over", to=THERE))], Waiting),
        ([database(writer_arn=HERE)], Done),
    ],
)
def test_writer_is_where_no_move_is_under_way_any_more(
    found: Sequence[Mapping[str, Any]], expected: type[Observation]
) -> None:
    assert type(seen(found)) is expected


@pytest.mark.parametrize("status", ["rebooting", "creating", "deleting", None])
def test_writer_without_an_instance_that_is_available_is_not_ready(status: str | None) -> None:
    told = [{**AVAILABLE, "DBInstanceStatus": status}] if status else []

    assert isinstance(seen([database(writer_arn=HERE)], instances=told), InProgress)


def figures(*milliseconds: float) -> dict[str, Any]:
    """The newest first, as they were asked for."""
    return {"MetricDataResults": [{"Id": "lag0", "Timestamps": [NOW] * len(milliseconds), "Values": [*milliseconds]}]}


@pytest.mark.parametrize(
    ("lag", "sync", "expected"),
    [
        (figures(0), "connected", NotBegun),
        (figures(4999), "connected", NotBegun),
        (figures(5000), "connected", NotBegun),
        (figures(5001), "connected", Waiting),
        (figures(60_000), "connected", Waiting),
        (figures(5001, 10), "connected", Waiting),  # only the newest counts
        (figures(10, 60_000), "connected", NotBegun),
        (figures(), "connected", Waiting),
        (None, "connected", Waiting),
        (figures(10), "pending-resync", Waiting),
        (figures(10), None, Waiting),
    ],
)
def test_switchover_begins_only_when_the_secondary_lags_five_seconds_at_most(
    lag: Answer | None, sync: str | None, expected: type[Observation]
) -> None:
    assert type(seen([database(sync=sync)], Operation.SWITCHOVER, lag=lag)) is expected


def test_failover_asks_nobody_for_the_lag_before_it_begins() -> None:
    assert isinstance(seen([database(sync="pending-resync")], lag=refusal("AccessDenied")), NotBegun)


def test_what_was_moved_is_done_also_when_nobody_tells_what_was_lost() -> None:
    moved = seen([database(writer_arn=HERE)], lag=refusal("Throttling"), intents=(Intent("k", NOW, None),))

    assert isinstance(moved, Done)
    assert "recovery_point_seconds" not in moved.evidence


@pytest.mark.parametrize(
    ("statuses", "has_class", "expected"),
    [
        (["available"], True, Done),
        (["failed", "available"], True, Done),
        (["creating"], True, InProgress),
        (["failed", "creating"], True, InProgress),
        (["failed"], True, Failed),
        (["incompatible-network"], True, Failed),
        (["inaccessible-encryption-credentials"], True, Failed),
        (["inaccessible-encryption-credentials-recoverable"], True, Failed),
        (["storage-full", "restore-error"], True, Failed),
        (["deleting"], True, NotBegun),
        (["deleting"], False, Failed),
        ([], True, NotBegun),
        ([], False, Failed),
        ([None], True, InProgress),  # RDS does not tell its state
    ],
)
def test_cluster_gets_an_instance_when_it_has_none_that_may_become_available(
    statuses: Sequence[str | None], has_class: bool, expected: type[Observation]
) -> None:
    told = [
        {
            "DBInstanceIdentifier": f"orders-{number}",
            "DBClusterIdentifier": "orders",
            **({"DBInstanceStatus": status} if status else {}),
        }
        for number, status in enumerate(statuses)
    ]
    named = {"instance_class": "db.r6g.large"} if has_class else {}
    target = replace(TARGET, parameters={**TARGET.parameters, **named})

    found = instance.observe(look_at({"rds:describe_db_instances": {"DBInstances": told}}), [target])

    assert type(found[target.resource_id]) is expected
