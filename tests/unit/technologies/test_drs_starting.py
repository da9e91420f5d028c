"""ACTIVATE of a server: states and status checks of its instance."""

from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from groundswell.adapters.aws_errors import read_error
from groundswell.domain.operations import Operation, Phase
from groundswell.technologies.contract import Done, Failed, InProgress, NotBegun, Target, Waiting
from groundswell.technologies.drs import TECHNOLOGY
from rehearsal.estate.scenario.faults import Faults
from tests.unit.technologies.bench import Bench, bench

LAUNCH = TECHNOLOGY.steps[Operation.FAILOVER, Phase.INSTANTIATE]
START = TECHNOLOGY.steps[Operation.FAILOVER, Phase.ACTIVATE]


def servers(disposition: str = "STARTED", count: int = 1, **more: object) -> Bench:
    """A bench with servers whose instances are launched like this."""
    group = {"name": "app-{n:02}", "wave": 1, "per_customer": count, "launch_disposition": disposition}
    return bench({"servers": [group], **more})


def launched(at: Bench) -> list[Target]:
    """All servers, each with its fresh instance."""
    return at.take_through(LAUNCH, at.found(TECHNOLOGY), Operation.FAILOVER)


def instance(target: Target) -> str:
    return str(target.evidence["instance"])


def test_observe_says_done_when_both_status_checks_are_ok() -> None:
    at = servers()

    (seen,) = at.settle(START, launched(at))

    assert seen == Done({"state": "running", "status_checks": "ok"})


def test_observe_says_in_progress_when_the_checks_are_still_initializing() -> None:
    at = servers(times={"ec2": {"status_checks": "1h"}})
    targets = launched(at)
    at.clock.advance(120)

    (seen,) = at.observe(START, targets)

    assert isinstance(seen, InProgress)
    assert "initializing" in seen.note


def test_observe_says_in_progress_when_a_check_is_impaired() -> None:
    at = servers(faults={"impaired_instances": ["app-*"]})
    targets = launched(at)
    at.clock.advance(3600)

    (seen,) = at.observe(START, targets)

    assert isinstance(seen, InProgress)
    assert "instance impaired" in seen.note


def test_act_starts_the_instance_when_it_was_launched_stopped() -> None:
    at = servers("STOPPED", count=3)
    targets = launched(at)
    at.clock.advance(120)

    before = at.observe(START, targets)
    after = at.settle(START, at.act(START, targets))

    assert [type(one) for one in before] == [NotBegun] * 3
    assert [type(one) for one in after] == [Done] * 3


def test_act_changes_nothing_when_the_instance_runs() -> None:
    at = servers()
    targets = launched(at)
    at.settle(START, targets)

    (seen,) = at.observe(START, at.act(START, targets))

    assert isinstance(seen, Done)


def test_observe_waits_when_the_instance_is_stopping() -> None:
    at = servers()
    targets = launched(at)
    at.settle(START, targets)
    at.clients.client("ec2").stop_instances(InstanceIds=[instance(targets[0])])

    (seen,) = at.observe(START, targets)

    assert isinstance(seen, Waiting)


def test_observe_fails_one_and_sees_the_other_when_one_was_terminated_and_is_forgotten() -> None:
    at = servers(count=2)
    targets = launched(at)
    at.clients.client("ec2").terminate_instances(InstanceIds=[instance(targets[0])])
    at.clock.advance(2 * 3600)

    gone, fine = at.observe(START, targets)

    assert isinstance(gone, Failed)
    assert instance(targets[0]) in gone.failure.cause
    assert isinstance(fine, Done)


def test_a_look_takes_one_call_when_there_are_ninety_instances() -> None:
    at = servers(count=90)
    targets = launched(at)
    at.clock.advance(60)
    at.clients.forget_calls()

    at.observe(START, [replace(target, intents=()) for target in targets])

    assert at.clients.calls == {"ec2:DescribeInstanceStatus": 1}


def test_act_is_refused_for_now_with_the_status_of_a_fault_when_there_is_no_capacity() -> None:
    at = servers("STOPPED", 2)
    targets = launched(at)
    at.clock.advance(120)
    at.scenario_faults.add(Faults(no_capacity=("m5.*",)))

    with pytest.raises(ClientError) as refused:
        at.act(START, targets)

    told = read_error(refused.value)
    assert told is not None
    assert (refused.value.response["ResponseMetadata"]["HTTPStatusCode"], told.is_doubtful) == (500, False)
    assert told.code in TECHNOLOGY.later
    assert [type(one) for one in at.observe(START, targets)] == [NotBegun] * 2
