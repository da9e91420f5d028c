"""INSTANTIATE of a server that is there already, or that somebody else has at work."""

from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from groundswell.technologies.contract import Done, NotBegun, Waiting
from groundswell.technologies.drs import TECHNOLOGY
from tests.unit.technologies.launches import LAUNCH, drill, kinds, servers, status_of_the_job


def test_observe_says_done_when_a_recovery_instance_runs_already() -> None:
    at = servers(1)
    at.settle(LAUNCH, at.act(LAUNCH, at.found(TECHNOLOGY)))
    at.clock.advance(600)

    (seen,) = at.observe(LAUNCH, at.found(TECHNOLOGY))

    assert isinstance(seen, Done)
    assert seen.evidence["already_there"] is True


def test_observe_says_not_begun_when_the_running_copy_may_be_replaced() -> None:
    at = servers(1)
    at.settle(LAUNCH, at.act(LAUNCH, at.found(TECHNOLOGY)))
    at.clock.advance(600)

    (seen,) = at.observe(LAUNCH, [replace(target, relaunch=True) for target in at.found(TECHNOLOGY)])

    assert isinstance(seen, NotBegun)


def test_observe_says_done_with_the_new_copy_when_the_running_one_was_replaced() -> None:
    at = servers(1)
    (old,) = at.settle(LAUNCH, at.act(LAUNCH, at.found(TECHNOLOGY)))
    at.clock.advance(600)

    (new,) = at.settle(LAUNCH, at.act(LAUNCH, [replace(one, relaunch=True) for one in at.found(TECHNOLOGY)]))

    assert isinstance(old, Done)
    assert isinstance(new, Done)
    assert new.evidence["instance"] != old.evidence["instance"]


def test_observe_says_not_begun_when_the_earlier_copy_was_terminated() -> None:
    at = servers(1)
    (done,) = at.settle(LAUNCH, at.act(LAUNCH, at.found(TECHNOLOGY)))
    assert isinstance(done, Done)
    at.clients.client("ec2").terminate_instances(InstanceIds=[done.evidence["instance"]])
    at.clock.advance(600)

    (seen,) = at.observe(LAUNCH, at.found(TECHNOLOGY))

    assert isinstance(seen, NotBegun)


def test_observe_says_not_begun_when_only_a_drill_runs() -> None:
    at = servers(1)
    (target,) = at.found(TECHNOLOGY)
    drill(at, target.text("source_server_id"))
    at.clock.advance(3600)

    (seen,) = at.observe(LAUNCH, [target])

    assert len(at.clients.client("drs").describe_recovery_instances()["items"]) == 1
    assert isinstance(seen, NotBegun)


def test_observe_waits_naming_the_job_when_somebody_else_has_the_server() -> None:
    at = servers(1)
    (target,) = at.found(TECHNOLOGY)
    job = drill(at, target.text("source_server_id"))
    at.clock.advance(60)

    (seen,) = at.observe(LAUNCH, [target])

    assert isinstance(seen, Waiting)
    assert job in seen.note
    assert "START_DRILL" in seen.note


def test_observe_waits_when_somebody_elses_job_is_completed_but_still_launches_the_server() -> None:
    at = servers(1, oddities={"launching_after_job_end": 1})
    (target,) = at.found(TECHNOLOGY)
    drill(at, target.text("source_server_id"))
    while status_of_the_job(at) != "COMPLETED":
        at.clock.advance(10)

    (seen,) = at.observe(LAUNCH, [target])

    assert isinstance(seen, Waiting)


def test_act_is_refused_for_now_when_one_server_of_several_is_in_a_job() -> None:
    at = servers()
    targets = at.found(TECHNOLOGY)
    drill(at, targets[0].text("source_server_id"))

    with pytest.raises(ClientError) as refused:
        at.act(LAUNCH, targets)

    assert refused.value.response["Error"]["Code"] in TECHNOLOGY.later
    assert list(at.estate.launches()) == [targets[0].text("source_server_id")]


def test_the_others_can_be_launched_when_one_server_of_several_is_in_a_job() -> None:
    at = servers()
    targets = at.found(TECHNOLOGY)
    drill(at, targets[0].text("source_server_id"))
    at.clock.advance(60)

    seen = at.observe(LAUNCH, targets)
    free = [target for target, one in zip(targets, seen, strict=True) if isinstance(one, NotBegun)]

    assert free == targets[1:]
    assert kinds(at.settle(LAUNCH, at.act(LAUNCH, free))) == [Done, Done]
