"""INSTANTIATE of a server: what the simulated DRS does, odd as it is, and what observing makes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from groundswell.domain.evidence import RECOVERY_POINT
from groundswell.domain.operations import Operation
from groundswell.technologies.contract import Done, Failed, InProgress, NotBegun, Waiting
from groundswell.technologies.drs import TECHNOLOGY
from tests.unit.technologies.bench import Bench
from tests.unit.technologies.launches import LAUNCH, PER_CUSTOMER, faulty, kinds, servers, status_of_the_job


def test_observe_says_not_begun_when_nothing_was_done() -> None:
    at = servers()

    seen = at.observe(LAUNCH, at.found(TECHNOLOGY))

    assert kinds(seen) == [NotBegun] * PER_CUSTOMER


def test_act_launches_all_in_one_tagged_job() -> None:
    at = servers()

    targets = at.act(LAUNCH, at.found(TECHNOLOGY))

    at.clock.advance(60)
    (job,) = at.clients.client("drs").describe_jobs()["items"]
    assert {target.handles for target in targets} == {(job["jobID"],)}
    assert job["initiatedBy"] == "START_RECOVERY"
    assert job["tags"] == {
        "groundswell:intent": targets[0].intents[0].key,
        "groundswell:execution": "dr-0123456789abcdef",
    }
    assert len(job["participatingServers"]) == PER_CUSTOMER


def test_observe_says_in_progress_when_the_job_is_not_listed_yet() -> None:
    at = servers()
    targets = at.act(LAUNCH, at.found(TECHNOLOGY))

    seen = at.observe(LAUNCH, targets)

    assert kinds(seen) == [InProgress] * PER_CUSTOMER


def test_observe_says_done_with_the_instance_of_its_job_when_launched() -> None:
    at = servers()
    targets = at.act(LAUNCH, at.found(TECHNOLOGY))

    seen = at.settle(LAUNCH, targets)

    instances = at.clients.client("drs").describe_recovery_instances()["items"]
    by_server = {one["sourceServerID"]: one for one in instances}
    for target, done in zip(targets, seen, strict=True):
        launched = by_server[str(target.parameters["source_server_id"])]
        assert isinstance(done, Done)
        assert {name: value for name, value in done.evidence.items() if name != RECOVERY_POINT} == {
            "job": targets[0].handles[0],
            "recovery_instance": launched["recoveryInstanceID"],
            "instance": launched["ec2InstanceID"],
            "point_in_time": launched["pointInTimeSnapshotDateTime"],
        }


def test_observe_finds_the_job_by_its_tag_when_the_answer_was_lost() -> None:
    lost = {"service": "drs", "operations": ["StartRecovery"], "times": 1}
    at = faulty({"lost_replies": [lost]})

    targets = at.act(LAUNCH, at.found(TECHNOLOGY))
    at_once = at.observe(LAUNCH, targets)
    at.clock.advance(30)
    later = at.observe(LAUNCH, targets)

    assert [target.handles for target in targets] == [()] * PER_CUSTOMER
    assert kinds(at_once) == [NotBegun] * PER_CUSTOMER
    assert kinds(later) == [InProgress] * PER_CUSTOMER
    assert kinds(at.settle(LAUNCH, targets)) == [Done] * PER_CUSTOMER


EARLY = {"drs": {"listed_after": "100s", "pending": "1s", "snapshot": "1s", "conversion": "5s", "launch": "200s"}}
"""An instance is there long before its job is listed, and its launch is over long after."""


def test_observe_waits_for_its_job_when_the_answer_was_lost_and_only_the_instance_is_seen() -> None:
    lost = {"service": "drs", "operations": ["StartRecovery"], "times": 1}
    at = servers(1, faults={"throttling": [], "lost_replies": [lost]}, times=EARLY)
    targets = at.act(LAUNCH, at.found(TECHNOLOGY))
    at.clock.advance(60)

    unlisted = at.observe(LAUNCH, targets)
    at.clock.advance(60)
    listed = at.observe(LAUNCH, targets)

    assert [getattr(one, "note", "").partition(":")[0] for one in unlisted] == [
        "launched by a job that is not listed yet"
    ]
    assert kinds(listed) == [InProgress]


def test_observe_says_done_when_somebodys_instance_runs_and_our_call_never_arrived() -> None:
    at = servers(
        1, faults={"throttling": [], "unreachable": [{"service": "drs", "operations": ["StartRecovery"], "times": 1}]}
    )
    targets = at.act(LAUNCH, at.found(TECHNOLOGY))
    at.settle(LAUNCH, at.act(LAUNCH, at.found(TECHNOLOGY)))
    at.clock.advance(TECHNOLOGY.settle.total_seconds())

    assert kinds(at.observe(LAUNCH, targets)) == [Done]


def test_observe_still_says_not_begun_when_the_call_never_arrived() -> None:
    at = faulty({"unreachable": [{"service": "drs", "operations": ["StartRecovery"], "times": 1}]})

    targets = at.act(LAUNCH, at.found(TECHNOLOGY))
    at.clock.advance(TECHNOLOGY.settle.total_seconds())

    assert kinds(at.observe(LAUNCH, targets)) == [NotBegun] * PER_CUSTOMER


def test_observe_tells_the_failed_from_the_launched_when_one_job_has_both() -> None:
    at = faulty({"launch_failures": [{"servers": "app-02", "error": "no capacity for m5.large"}]})
    targets = at.act(LAUNCH, at.found(TECHNOLOGY))

    seen = dict(zip([target.name for target in targets], at.settle(LAUNCH, targets), strict=True))

    assert sorted(name for name, one in seen.items() if isinstance(one, Done)) == _ids("app-01", "app-03")
    failed = seen[_ids("app-02")[0]]
    assert isinstance(failed, Failed)
    assert failed.retry
    assert "no capacity for m5.large" in failed.failure.cause
    assert targets[0].handles[0] in failed.failure.cause


def test_nothing_but_the_job_is_read_while_it_still_launches() -> None:
    at = servers()
    targets = at.act(LAUNCH, at.found(TECHNOLOGY))
    at.clock.advance(60)
    at.clients.forget_calls()

    seen = at.observe(LAUNCH, targets)

    assert kinds(seen) == [InProgress] * PER_CUSTOMER
    assert at.clients.calls == {"drs:DescribeJobs": 1}


def test_server_is_not_asked_for_again_while_the_job_that_failed_it_still_runs() -> None:
    at = faulty({"launch_failures": [{"servers": "app-02", "error": "no capacity for m5.large"}]})
    targets = at.act(LAUNCH, at.found(TECHNOLOGY))
    failing = next(number for number, target in enumerate(targets) if target.name in _ids("app-02"))
    notes = list[str]()
    while status_of_the_job(at) != "COMPLETED":
        seen = at.observe(LAUNCH, targets)[failing]
        assert isinstance(seen, InProgress)
        notes.append(seen.note)
        at.clock.advance(10)

    assert any("which still runs" in note for note in notes)
    assert isinstance(at.observe(LAUNCH, targets)[failing], Failed)


def test_observe_says_done_when_the_second_try_launches() -> None:
    at = faulty({"launch_failures": [{"servers": "*", "times": 1}]}, count=1)
    first = at.act(LAUNCH, at.found(TECHNOLOGY))
    (failed,) = at.settle(LAUNCH, first)
    at.clock.advance(300)

    second = at.act(LAUNCH, first)
    (seen,) = at.settle(LAUNCH, second)

    assert isinstance(failed, Failed)
    assert isinstance(seen, Done)
    assert seen.evidence["job"] == second[0].handles[-1]


def test_observe_says_not_begun_when_the_answer_to_the_second_try_was_lost_before_it_arrived() -> None:
    at = faulty({"launch_failures": [{"servers": "*", "times": 1}]}, count=1)
    first = at.act(LAUNCH, at.found(TECHNOLOGY))
    at.settle(LAUNCH, first)
    lost = replace(first[0].intents[0], key="dr-0123456789abcdef.never-arrived", handle=None)

    (seen,) = at.observe(LAUNCH, [replace(first[0], intents=(*first[0].intents, lost))])

    assert isinstance(seen, NotBegun | Waiting)


def test_observe_waits_for_the_server_when_its_job_is_completed_without_it() -> None:
    at = servers(1, oddities={"launching_after_job_end": 1, "instance_id_missing": 0})
    targets = at.act(LAUNCH, at.found(TECHNOLOGY))
    while status_of_the_job(at) != "COMPLETED":
        at.clock.advance(10)

    (seen,) = at.observe(LAUNCH, targets)

    assert isinstance(seen, InProgress)
    assert "IN_PROGRESS" in seen.note
    assert kinds(at.settle(LAUNCH, targets)) == [Done]


def test_observe_says_done_when_the_job_never_names_its_recovery_instance() -> None:
    at = servers(oddities={"instance_id_missing": 1})
    targets = at.act(LAUNCH, at.found(TECHNOLOGY))

    seen = at.settle(LAUNCH, targets)

    assert all(isinstance(one, Done) and one.evidence["instance"] for one in seen)


def test_observe_fails_a_server_when_the_job_skipped_it() -> None:
    at = faulty({"replication": [{"servers": "*", "state": "STOPPED"}]}, count=1)
    targets = at.act(LAUNCH, at.found(TECHNOLOGY))

    (seen,) = at.settle(LAUNCH, targets)

    assert isinstance(seen, Failed)
    assert "SERVER_SKIPPED" in seen.failure.cause


def test_observe_fails_for_good_when_what_was_launched_was_terminated_by_drs() -> None:
    at = servers(1)
    targets = at.act(LAUNCH, at.found(TECHNOLOGY))
    at.settle(LAUNCH, targets)
    job = next(iter(at.estate.world.site(at.caller).jobs.values()))
    job.participants[0].status.then(at.clock.now().timestamp(), "TERMINATED")

    (seen,) = at.observe(LAUNCH, targets)

    assert isinstance(seen, Failed)
    assert not seen.retry


@pytest.mark.parametrize("page_size", [2, 100])
def test_recovery_is_the_same_when_lists_come_in_pages(page_size: int) -> None:
    at = servers(7, page_size=page_size)

    recovered = at.recover(TECHNOLOGY, Operation.FAILOVER, at.found(TECHNOLOGY))

    assert {target.evidence["status_checks"] for target in recovered} == {"ok"}
    assert set(at.estate.launches().values()) == {1}


def test_a_look_takes_the_same_calls_when_there_are_many_more_servers() -> None:
    few, many = (_calls_of_a_look(servers(count)) for count in (2, 40))

    assert few == many
    assert sum(few.values()) <= 3


def test_a_look_reads_a_log_once_when_many_servers_of_a_job_failed() -> None:
    at = faulty({"launch_failures": [{"servers": "*", "times": "always"}]}, count=15)
    targets = at.act(LAUNCH, at.found(TECHNOLOGY))
    at.settle(LAUNCH, targets)
    at.clients.forget_calls()

    at.observe(LAUNCH, targets)

    assert at.clients.calls["drs:DescribeJobLogItems"] == 1


def test_switchover_waits_when_a_server_lags() -> None:
    at = faulty({"replication": [{"servers": "app-01", "lag": "45s"}]}, count=2)
    targets = at.found(TECHNOLOGY)

    seen = at.observe(LAUNCH, targets, operation=Operation.SWITCHOVER)

    (lagging,) = (one for one in seen if isinstance(one, Waiting))
    assert "45 s" in lagging.note
    assert sum(isinstance(one, NotBegun) for one in seen) == 1


def test_switchover_waits_when_replication_is_not_continuous() -> None:
    at = faulty({"replication": [{"servers": "*", "state": "BACKLOG", "lag": "0s"}]}, count=1)

    (seen,) = at.observe(LAUNCH, at.found(TECHNOLOGY), operation=Operation.SWITCHOVER)

    assert isinstance(seen, Waiting)
    assert "BACKLOG" in seen.note


def test_failover_does_not_wait_when_replication_is_stalled() -> None:
    at = faulty({"replication": [{"servers": "*", "state": "STALLED", "lag": "3h"}]}, count=1)

    (seen,) = at.observe(LAUNCH, at.found(TECHNOLOGY))

    assert isinstance(seen, NotBegun)


def _calls_of_a_look(at: Bench) -> dict[str, int]:
    targets = at.found(TECHNOLOGY)
    at.clients.forget_calls()
    at.observe(LAUNCH, targets)
    return dict(at.clients.calls)


def _ids(*names: str) -> list[str]:
    return [f"drs/222222222201/{name}" for name in names]
