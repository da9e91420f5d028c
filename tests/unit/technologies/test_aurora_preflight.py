from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from groundswell.domain.preflight import Verdict
from groundswell.technologies.aurora.clusters import instances_of
from groundswell.technologies.contract import Unread
from tests.unit.technologies.bench import Bench, bench
from tests.unit.technologies.checks import amiss, checks_of, one, protected_of

CLASS = {"dr:instance-class": "db.r6g.large"}


def databases(count: int = 2, *, instances: int = 0, tags: dict[str, str] | None = None, **estate: object) -> Bench:
    group = {"name": "orders-{n}", "wave": 1, "per_customer": count, "secondary_instances": instances}
    return bench({"aurora": [{**group, "tags": CLASS if tags is None else tags}], **estate})


def test_everything_passes_when_the_secondaries_have_instances() -> None:
    at = databases(instances=1, tags={})

    checks = checks_of(at, "aurora")

    assert amiss(checks) == []
    assert [each.check for each in checks] == ["engine version", "instance in the target cluster", "encryption key"]
    assert at.clients.calls == {
        "rds:DescribeDBClusters": 1,
        "rds:DescribeGlobalClusters": 1,
        "rds:DescribeDBInstances": 1,
        "kms:DescribeKey": 1,
    }


def test_headless_secondaries_pass_when_their_class_is_on_offer() -> None:
    checks = checks_of(databases(), "aurora")

    assert amiss(checks) == []
    assert one(checks, "instance in").found == "0 of 2 clusters have an instance, 2 will get one"
    assert one(checks, "instance class").found == (
        "db.r6g.large for aurora-postgresql 16.6 is on offer; wanted for orders-1-us-west-2, orders-2-us-west-2"
    )


def test_headless_secondary_fails_when_nothing_says_of_which_class() -> None:
    check = one(checks_of(databases(1, tags={}), "aurora"), "instance in")

    assert check.verdict is Verdict.FAILED
    assert check.found.endswith("nothing says of which class in 1: orders-1-us-west-2")
    assert "Set the tag dr:instance-class" in check.advice


def test_class_fails_when_rds_does_not_offer_it() -> None:
    check = one(
        checks_of(databases(1, landing={"db_classes_not_offered": ["db.r6g.large"]}), "aurora"), "instance class"
    )

    assert check.verdict is Verdict.FAILED
    assert "is not on offer" in check.found


def test_class_is_not_asked_for_when_no_instance_is_to_be_created() -> None:
    at = databases(instances=1, landing={"db_classes_not_offered": ["db.r6g.large"]})

    assert amiss(checks_of(at, "aurora")) == []


def test_clusters_fail_when_they_are_gone() -> None:
    at = databases(2, instances=1)
    resources = protected_of(at, "aurora")
    del at.estate.world.site(at.caller).clusters["orders-1-us-west-2"]

    checks = checks_of(at, "aurora", resources)

    assert one(checks, "target cluster").found == "1 clusters are not there: orders-1-us-west-2"
    assert one(checks, "instance in").found == "1 of 1 clusters have an instance, 0 will get one"


def test_instance_that_is_being_deleted_is_none() -> None:
    at = databases(1, instances=1)
    cluster = at.estate.world.site(at.caller).clusters["orders-1-us-west-2"]
    cluster.instances["orders-1-us-west-2-1"].status.then(at.clock.now().timestamp(), "deleting")

    assert one(checks_of(at, "aurora"), "instance in").found.startswith("0 of 1 clusters have an instance, 1 will")


def test_key_fails_when_it_is_not_enabled() -> None:
    check = one(checks_of(databases(instances=1, landing={"rds_key": "Disabled"}), "aurora"), "encryption key")

    assert check.verdict is Verdict.FAILED
    assert check.subject.startswith("KMS key of orders-1-us-west-2, orders-2-us-west-2 (aurora, account")


def versions(secondary: str, engine: str = "aurora-postgresql", version: str = "16.6") -> Bench:
    versions = {"engine": engine, "version": version, "secondary_version": secondary}
    return bench({"aurora": [{"name": "orders", "wave": 1, **versions}]})


MYSQL = "8.0.mysql_aurora.3.0"


@pytest.mark.parametrize(
    ("engine", "primary", "secondary", "verdict"),
    [
        ("aurora-postgresql", "16.6", "16.6", Verdict.PASSED),
        ("aurora-postgresql", "16.6", "16.8", Verdict.FAILED),
        ("aurora-postgresql", "15.6", "16.6", Verdict.FAILED),
        ("aurora-postgresql", "14.6.1", "14.6", Verdict.UNKNOWN),
        ("aurora-mysql", f"{MYSQL}4.1", f"{MYSQL}4.1", Verdict.PASSED),
        ("aurora-mysql", f"{MYSQL}4.1", f"{MYSQL}4.3", Verdict.UNKNOWN),
        ("aurora-mysql", f"{MYSQL}4.1", f"{MYSQL}8.1", Verdict.FAILED),
    ],
)
def test_engine_versions_of_both_sides_must_be_the_same(
    engine: str, primary: str, secondary: str, verdict: Verdict
) -> None:
    check = one(checks_of(versions(secondary, engine, primary), "aurora"), "engine version")

    assert check.verdict is verdict
    assert (f"orders-us-west-2 has {secondary}, its global database {primary}" in check.found) is (
        verdict is not Verdict.PASSED
    )


@pytest.mark.parametrize(("least", "verdict"), [(None, Verdict.FAILED), (0.5, Verdict.PASSED)])
def test_serverless_instance_fails_when_its_cluster_says_nothing_of_its_capacity(
    least: float | None, verdict: Verdict
) -> None:
    group = {"name": "orders", "wave": 1, "secondary_instances": 0, "serverless_min_capacity": least}
    at = bench({"aurora": [{**group, "tags": {"dr:instance-class": "db.serverless"}}]})

    check = one(checks_of(at, "aurora"), "serverless capacity")

    assert check.verdict is verdict
    assert ("aws rds modify-db-cluster --db-cluster-identifier orders-us-west-2" in check.advice) is (least is None)


def test_cluster_that_rds_refuses_to_list_the_instances_of_hides_no_other() -> None:
    at = databases(2, instances=1)
    client = at.clients.client("rds")
    paginator = client.get_paginator("describe_db_instances")
    gone = "orders-1-us-west-2"

    class Refusing:
        def paginate(self, **asked: Any) -> Any:
            if gone in asked["Filters"][0]["Values"]:
                raise ClientError({"Error": {"Code": "DBClusterNotFoundFault", "Message": "no"}}, "DescribeDBInstances")
            return paginator.paginate(**asked)

    client.get_paginator = lambda _: Refusing()

    assert set(instances_of(at.look(), [gone, "orders-2-us-west-2"])) == {"orders-2-us-west-2"}


@pytest.mark.parametrize(
    ("service", "operation", "lost"),
    [
        ("rds", "DescribeDBInstances", "instance in the target cluster"),
        ("rds", "DescribeOrderableDBInstanceOptions", "instance class on offer, db.r6g.large"),
        ("kms", "DescribeKey", "encryption key"),
    ],
)
def test_check_cannot_be_made_and_hides_no_other_when_a_call_is_denied(service: str, operation: str, lost: str) -> None:
    denied = {"service": service, "operations": [operation], "code": "AccessDenied", "http_status": 403}

    checks = checks_of(databases(faults={"throttling": [], "failing_operations": [denied]}), "aurora")

    assert [each.check for each in checks if isinstance(each, Unread)] == [lost]
    assert len(checks) >= 2
