"""What is there already: seen by a plan in one read, and judged by the worker as the plan would have."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from groundswell.domain.instants import to_text
from groundswell.technologies.contract import Done, Failed
from groundswell.technologies.drs import TECHNOLOGY
from groundswell.technologies.drs.finding import find
from groundswell.technologies.drs.live_copies import is_live, launched_at
from tests.unit.technologies.bench import bench
from tests.unit.technologies.launches import LAUNCH, servers

if TYPE_CHECKING:
    from mypy_boto3_drs.type_defs import RecoveryInstanceTypeDef, SourceServerTypeDef

SERVER: SourceServerTypeDef = {
    "sourceServerID": "s-1",
    "lifeCycle": {"lastLaunch": {"initiated": {"apiCallDateTime": "2029-10-03T00:00:00Z", "jobID": "job-1"}}},
}


def test_find_tells_of_the_copy_that_runs_already_when_and_with_which_data() -> None:
    at = servers(2)
    began = at.clock.now()
    (target, _) = at.found(TECHNOLOGY)
    (done,) = at.settle(LAUNCH, at.act(LAUNCH, [target]))
    assert isinstance(done, Done)

    copies = [one.live_copy for one in find(at.look())]

    (copy,) = filter(None, copies)
    assert len(copies) == 2
    assert (copy.name, copy.state) == (done.evidence["instance"], "RUNNING")
    assert copy.launched_at == began
    assert copy.point_in_time is not None


def test_find_goes_on_and_says_so_when_it_may_not_read_what_is_there() -> None:
    denied = {
        "service": "drs",
        "operations": ["DescribeRecoveryInstances"],
        "code": "AccessDeniedException",
        "http_status": 403,
    }
    at = bench(
        {
            "servers": [{"name": "a", "wave": 1, "per_customer": 1}],
            "faults": {"throttling": [], "failing_operations": [denied]},
        }
    )

    (found,) = find(at.look())

    assert found.live_copy is None
    assert found.warnings[0].startswith("whether a live copy is there already could not be read")


def test_launch_date_is_known_only_of_the_servers_last_launch() -> None:
    assert launched_at(SERVER, {"jobID": "job-1"}) is not None
    assert launched_at(SERVER, {"jobID": "job-0"}) is None
    assert launched_at({"sourceServerID": "s-1"}, {"jobID": "job-1"}) is None


@pytest.mark.parametrize(
    ("instance", "expected"),
    [
        ({"ec2InstanceID": "i-1", "ec2InstanceState": "STOPPED"}, True),
        ({"ec2InstanceID": "i-1", "ec2InstanceState": "TERMINATED"}, False),
        ({"ec2InstanceID": "i-1", "ec2InstanceState": "RUNNING", "isDrill": True}, False),
        ({"ec2InstanceState": "RUNNING"}, False),
    ],
)
def test_copy_is_live_when_it_stands_for_its_server(instance: RecoveryInstanceTypeDef, expected: bool) -> None:
    assert is_live(instance) is expected


@pytest.mark.parametrize(("days", "counts"), [(0, True), (3, False)])
def test_worker_counts_only_a_copy_that_the_plan_would_have_let_pass(days: int, counts: bool) -> None:
    at = servers(1)
    at.settle(LAUNCH, at.act(LAUNCH, at.found(TECHNOLOGY)))
    at.clock.advance(600 + timedelta(days=days).total_seconds())
    oldest = at.clock.now() - timedelta(hours=24)

    (seen,) = at.observe(LAUNCH, [replace(one, oldest_copy=oldest) for one in at.found(TECHNOLOGY)])

    assert isinstance(seen, Done if counts else Failed)
    if isinstance(seen, Failed):
        assert "is there already, launched " in seen.failure.cause


def test_evidence_says_since_when_an_old_copy_was_there() -> None:
    at = servers(1)
    began = at.clock.now()
    at.settle(LAUNCH, at.act(LAUNCH, at.found(TECHNOLOGY)))
    at.clock.advance(timedelta(days=90).total_seconds())

    (seen,) = at.observe(LAUNCH, at.found(TECHNOLOGY))

    assert isinstance(seen, Done)
    assert (seen.evidence["already_there"], seen.evidence["launched_at"]) == (True, to_text(began))
    assert "point_in_time" in seen.evidence
