"""INSTANTIATE of a database: an instance in the target cluster."""

from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from groundswell.domain.operations import Operation, Phase
from groundswell.technologies.aurora import TECHNOLOGY
from groundswell.technologies.aurora.instance import instance_name
from groundswell.technologies.contract import Done, Failed, InProgress, NotBegun
from tests.unit.technologies.bench import TARGET, Bench, bench

STEP = TECHNOLOGY.steps[Operation.FAILOVER, Phase.INSTANTIATE]
CLUSTER = f"orders-1-{TARGET}"


def headless(**more: object) -> Bench:
    """A database whose secondary has no instance, but says of which class it should be."""
    tags = {"dr:instance-class": "db.r6g.large"}
    group = {"name": "orders-{n}", "wave": 1, "secondary_instances": 0, "tags": tags}
    return bench({"aurora": [group], **more})


def set_status(at: Bench, name: str, status: str) -> None:
    """The instance is in this state from now on."""
    instance = at.estate.world.site(at.caller).clusters[CLUSTER].instances[name]
    instance.status.then(at.clock.now().timestamp(), status)


def test_observe_says_done_when_an_instance_is_available() -> None:
    at = bench({"aurora": [{"name": "orders-{n}", "wave": 1, "secondary_instances": 2}]})

    (seen,) = at.observe(STEP, at.found(TECHNOLOGY))

    assert seen == Done({"instance": f"{CLUSTER}-1", "created": False})


def test_act_creates_the_instance_when_the_cluster_is_headless() -> None:
    at = headless()
    targets = at.found(TECHNOLOGY)

    (before,) = at.observe(STEP, targets)
    targets = at.act(STEP, targets)
    (during,) = at.observe(STEP, targets)
    (after,) = at.settle(STEP, targets)

    assert isinstance(before, NotBegun)
    assert isinstance(during, InProgress)
    assert after == Done({"instance": instance_name(CLUSTER), "created": True})
    (created,) = at.clients.client("rds").describe_db_instances()["DBInstances"]
    assert created["DBInstanceClass"] == "db.r6g.large"


def test_observe_does_not_claim_the_instance_when_an_earlier_attempt_created_it() -> None:
    at = headless()
    at.settle(STEP, at.act(STEP, at.found(TECHNOLOGY)))

    (seen,) = at.observe(STEP, at.found(TECHNOLOGY))

    assert seen == Done({"instance": instance_name(CLUSTER), "created": False})


def test_observe_finds_the_instance_by_its_name_when_the_answer_was_lost() -> None:
    at = headless(faults={"lost_replies": [{"service": "rds", "operations": ["CreateDBInstance"]}]})

    targets = at.act(STEP, at.found(TECHNOLOGY))

    assert targets[0].handles == ()
    (seen,) = at.settle(STEP, targets)
    assert isinstance(seen, Done)


def test_act_is_refused_for_now_when_it_is_repeated() -> None:
    at = headless()
    targets = at.act(STEP, at.found(TECHNOLOGY))

    with pytest.raises(ClientError) as refused:
        at.act(STEP, targets)

    assert refused.value.response["Error"]["Code"] in TECHNOLOGY.later


def test_observe_fails_with_advice_when_nothing_says_of_which_class() -> None:
    at = bench({"aurora": [{"name": "orders-{n}", "wave": 1, "secondary_instances": 0}]})

    (seen,) = at.observe(STEP, at.found(TECHNOLOGY))

    assert isinstance(seen, Failed)
    assert "dr:instance-class" in seen.failure.advice


def test_observe_fails_when_no_instance_works() -> None:
    at = bench({"aurora": [{"name": "orders-{n}", "wave": 1, "secondary_instances": 2}]})
    set_status(at, f"{CLUSTER}-1", "incompatible-network")
    set_status(at, f"{CLUSTER}-2", "failed")
    at.clock.advance(1)

    (seen,) = at.observe(STEP, at.found(TECHNOLOGY))

    assert isinstance(seen, Failed)
    assert "incompatible-network" in seen.failure.cause


def test_observe_says_not_begun_when_the_only_instance_is_being_deleted() -> None:
    at = headless()
    targets = at.act(STEP, at.found(TECHNOLOGY))
    at.settle(STEP, targets)
    set_status(at, instance_name(CLUSTER), "deleting")
    at.clock.advance(1)

    (seen,) = at.observe(STEP, [replace(target, intents=()) for target in targets])

    assert isinstance(seen, NotBegun)


@pytest.mark.parametrize(
    "cluster", ["orders", "a" * 63, "a" * 44 + "-b", "orders-production-eu-central-1-with-a-long-name-2"]
)
def test_instance_name_is_a_valid_identifier_and_always_the_same(cluster: str) -> None:
    name = instance_name(cluster)

    assert name == instance_name(cluster)
    assert len(name) <= 63
    assert "--" not in name
    assert name.replace("-", "").isalnum()


def test_instance_names_differ_when_clusters_differ_only_at_their_end() -> None:
    assert instance_name("a" * 62 + "1") != instance_name("a" * 62 + "2")
