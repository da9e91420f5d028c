"""What DRS and EC2 may answer, awkward as it is, and what each answer is taken for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from groundswell.domain.operations import Operation
from groundswell.technologies.contract import Done, Failed, InProgress, Intent, NotBegun, Observation, Waiting
from groundswell.technologies.drs import launching, starting
from tests.unit.technologies.bench import target_of
from tests.unit.technologies.replies import NOW, Answer, look_at

SERVER, OTHER = "s-11111111111111111", "s-22222222222222222"
TARGET = target_of("drs/a", {"source_server_id": SERVER})
JOB, INSTANCE_ID = "drsjob-00000000000000001", "i-11111111111111111"
HERE = {
    "recoveryInstanceID": INSTANCE_ID,
    "ec2InstanceID": INSTANCE_ID,
    "ec2InstanceState": "RUNNING",
    "sourceServerID": SERVER,
    "jobID": JOB,
    "isDrill": False,
}


def _job_id(number: int) -> str:
    return f"drsjob-{number:017}"


def intent(number: int, *, handle: str | None = "", minutes: int = 30) -> Intent:
    """A call made so long ago; by default DRS answered with job-1, job-2 …"""
    return Intent(f"dr-1.{number}", NOW - timedelta(minutes=minutes), _job_id(number) if handle == "" else handle)


def part(status: str | None, server: str = SERVER, **more: object) -> dict[str, Any]:
    return {"sourceServerID": server, **({"launchStatus": status} if status else {}), **more}


def job(number: int, *parts: Mapping[str, Any], status: str = "STARTED") -> dict[str, Any]:
    return {"jobID": _job_id(number), "status": status, "participatingServers": list(parts)}


def seen(
    jobs: Sequence[Mapping[str, Any]],
    *intents: Intent,
    instances: Sequence[Mapping[str, Any]] = (),
    log: Sequence[Mapping[str, Any]] = (),
    relaunch: bool = False,
) -> Observation:
    """What a look at these replies says of the server."""
    target = replace(TARGET, intents=intents, relaunch=relaunch)
    look = look_at(
        {
            "drs:describe_jobs": {"items": jobs},
            "drs:describe_recovery_instances": {"items": instances},
            "drs:describe_job_log_items": {"items": log},
            "drs:describe_source_servers": {"items": []},  # asked for the age of a copy whose job is not listed
        }
    )
    return launching.observe(look, [target])[target.resource_id]


@pytest.mark.parametrize(
    ("parts", "status", "expected"),
    [
        ([part("LAUNCHED")], "COMPLETED", Done),
        ([part("LAUNCHED")], "STARTED", Done),  # the job wraps up
        ([part("IN_PROGRESS")], "COMPLETED", InProgress),  # launched after the job's end
        ([part("PENDING")], "PENDING", InProgress),
        ([part(None)], "STARTED", InProgress),
        ([part("FAILED")], "STARTED", InProgress),  # the job keeps the server until it is over
        ([part("FAILED")], "COMPLETED", Failed),
        ([part("TERMINATED")], "COMPLETED", Failed),
        ([part("LAUNCHED", OTHER)], "STARTED", InProgress),  # the job does not show our server yet
        ([part("LAUNCHED", OTHER)], "COMPLETED", Failed),  # and never will
        ([], "COMPLETED", Failed),
    ],
)
def test_server_is_judged_by_its_own_part_in_the_job(
    parts: Sequence[Mapping[str, Any]], status: str, expected: type[Observation]
) -> None:
    assert type(seen([job(1, *parts, status=status)], intent(1), instances=[HERE])) is expected


@pytest.mark.parametrize(("parts", "may_help"), [([part("FAILED")], True), ([], True), ([part("TERMINATED")], False)])
def test_another_launch_may_help_but_not_against_who_terminates(
    parts: Sequence[Mapping[str, Any]], may_help: bool
) -> None:
    failed = seen([job(1, *parts, status="COMPLETED")], intent(1))

    assert isinstance(failed, Failed)
    assert failed.retry is may_help


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("LAUNCHED", "IN_PROGRESS", Done),  # the first call, thought lost, has launched it: nothing more is needed
        ("IN_PROGRESS", "LAUNCHED", Done),
        ("FAILED", "IN_PROGRESS", InProgress),
        ("IN_PROGRESS", "FAILED", InProgress),
        ("FAILED", "FAILED", Failed),
    ],
)
def test_of_several_calls_the_most_hopeful_outcome_counts(first: str, second: str, expected: type[Observation]) -> None:
    instances = [
        HERE,
        {
            **HERE,
            "jobID": _job_id(2),
            "recoveryInstanceID": "i-22222222222222222",
            "ec2InstanceID": "i-22222222222222222",
        },
    ]
    jobs = [job(2, part(second), status="COMPLETED"), job(1, part(first), status="COMPLETED")]

    assert type(seen(jobs, intent(1), intent(2), instances=instances)) is expected


def test_launched_server_is_waited_for_until_an_instance_of_its_own_job_is_listed() -> None:
    found = seen([job(1, part("LAUNCHED"))], intent(1), instances=[{**HERE, "jobID": _job_id(0)}])

    assert isinstance(found, InProgress)
    assert found.note == f"launched by job {JOB}; its recovery instance is not listed yet"


def test_recovery_instance_without_an_instance_is_none_yet() -> None:
    bare = {name: value for name, value in HERE.items() if name != "ec2InstanceID"}

    assert isinstance(seen([job(1, part("LAUNCHED"))], intent(1), instances=[bare]), InProgress)


@pytest.mark.parametrize("state", ["PENDING", "RUNNING", "STOPPING", "STOPPED"])
def test_instance_of_others_counts_while_it_lives(state: str) -> None:
    assert isinstance(seen([], instances=[{**HERE, "ec2InstanceState": state}]), Done)


@pytest.mark.parametrize("changes", [{"ec2InstanceState": "TERMINATED"}, {"isDrill": True}, {"sourceServerID": OTHER}])
def test_instance_does_not_count_when_it_is_gone_a_drill_or_another_servers(changes: Mapping[str, Any]) -> None:
    assert isinstance(seen([], instances=[{**HERE, **changes}]), NotBegun)


def test_instance_of_others_does_not_count_when_it_may_be_replaced() -> None:
    assert isinstance(seen([], instances=[HERE], relaunch=True), NotBegun)


@pytest.mark.parametrize("kind", [{"initiatedBy": "START_DRILL"}, {"type": "LAUNCH"}, {}])
def test_server_in_a_job_of_others_is_waited_for(kind: Mapping[str, Any]) -> None:
    assert isinstance(seen([{**job(7, part("IN_PROGRESS")), **kind}]), Waiting)


RAW = {"event": "LAUNCH_FAILED", "eventData": {"sourceServerID": SERVER, "rawError": "no capacity"}}
SKIPPED = {"event": "SERVER_SKIPPED", "eventData": {"sourceServerID": SERVER}}
OF_ANOTHER = {"event": "LAUNCH_FAILED", "eventData": {"sourceServerID": OTHER, "rawError": "another's"}}


def run(status: str, **more: object) -> dict[str, Any]:
    return {"action": {"name": "Join the domain", "actionCode": "AWSMigration-Join"}, "status": status, **more}


@pytest.mark.parametrize(
    ("log", "runs", "told"),
    [
        ([RAW], [], "LAUNCH_FAILED: no capacity"),
        ([SKIPPED, RAW], [], "LAUNCH_FAILED: no capacity"),
        ([SKIPPED], [], "SERVER_SKIPPED"),
        ([OF_ANOTHER, {"event": "JOB_END"}], [], "its log does not say why"),
        (
            [],
            [run("FAILED", failureReason="access denied")],
            "post-launch action Join the domain failed: access denied",
        ),
        ([], [run("FAILED")], "post-launch action Join the domain failed: it gives no reason"),
        ([], [{"action": {}, "status": "FAILED"}], "post-launch action without a name failed: it gives no reason"),
        ([], [run("SUCCEEDED"), run("IN_PROGRESS")], "its log does not say why"),
        (
            [RAW],
            [run("FAILED", failureReason="x")],
            "LAUNCH_FAILED: no capacity; post-launch action Join the domain failed: x",
        ),
    ],
)
def test_failure_tells_why_as_far_as_drs_does(
    log: Sequence[Mapping[str, Any]], runs: Sequence[Mapping[str, Any]], told: str
) -> None:
    ended = job(1, part("FAILED", launchActionsStatus={"runs": runs}), status="COMPLETED")

    failed = seen([ended], intent(1), log=log)

    assert isinstance(failed, Failed)
    assert failed.failure.cause == f"job {JOB} did not launch {SERVER}: {told}"


def test_launched_server_tells_of_the_post_launch_action_that_failed() -> None:
    runs = [run("FAILED", failureReason="the domain does not answer")]

    done = seen([job(1, part("LAUNCHED", launchActionsStatus={"runs": runs}))], intent(1), instances=[HERE])

    assert isinstance(done, Done)
    assert done.evidence["post_launch_actions"] == (
        "post-launch action Join the domain failed: the domain does not answer"
    )


def test_launched_server_tells_nothing_of_actions_that_went_well() -> None:
    done = seen(
        [job(1, part("LAUNCHED", launchActionsStatus={"runs": [run("SUCCEEDED")]}))], intent(1), instances=[HERE]
    )

    assert isinstance(done, Done)
    assert "post_launch_actions" not in done.evidence


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ({"dataReplicationState": "CONTINUOUS", "lagDuration": "PT0S"}, NotBegun),
        ({"dataReplicationState": "CONTINUOUS", "lagDuration": "PT30S"}, NotBegun),
        ({"dataReplicationState": "CONTINUOUS", "lagDuration": "PT30.1S"}, Waiting),
        ({"dataReplicationState": "CONTINUOUS"}, NotBegun),  # no lag is told where there is none to speak of
        ({"dataReplicationState": "BACKLOG", "lagDuration": "PT0S"}, Waiting),
        ({"dataReplicationState": "DISCONNECTED"}, Waiting),
        ({}, Waiting),
    ],
)
def test_switchover_begins_only_when_replication_keeps_up(info: Mapping[str, Any], expected: type[Observation]) -> None:
    replies: Mapping[str, Answer] = {
        "drs:describe_jobs": {"items": []},
        "drs:describe_recovery_instances": {"items": []},
        "drs:describe_source_servers": {"items": [{"sourceServerID": SERVER, "dataReplicationInfo": info}]},
    }

    found = launching.observe(look_at(replies, Operation.SWITCHOVER), [TARGET])

    assert type(found[TARGET.resource_id]) is expected


INSTANCE = replace(TARGET, evidence={"instance": INSTANCE_ID})


@pytest.mark.parametrize(
    ("state", "system", "instance", "expected"),
    [
        ("running", "ok", "ok", Done),
        ("running", "ok", "initializing", InProgress),
        ("running", "impaired", "ok", InProgress),
        ("running", None, None, InProgress),
        ("pending", None, None, InProgress),
        ("stopping", None, None, Waiting),
        ("stopped", None, None, NotBegun),
        ("shutting-down", None, None, Failed),
        ("terminated", None, None, Failed),
        (None, None, None, Failed),
    ],
)
def test_instance_is_ready_when_ec2_vouches_for_it(
    state: str | None, system: str | None, instance: str | None, expected: type[Observation]
) -> None:
    checks = {"SystemStatus": {"Status": system}, "InstanceStatus": {"Status": instance}} if system else {}
    told = [{"InstanceId": INSTANCE_ID, "InstanceState": {"Name": state}, **checks}] if state else []
    replies: Mapping[str, Answer] = {"ec2:describe_instance_status": {"InstanceStatuses": told}}

    assert type(starting.observe(look_at(replies), [INSTANCE])[INSTANCE.resource_id]) is expected
