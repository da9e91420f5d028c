"""Whether DRS takes the servers on: what queues passes, what can never be or is filled by others fails."""

from __future__ import annotations

import pytest

from groundswell.domain.preflight import Verdict
from tests.unit.technologies.bench import bench
from tests.unit.technologies.checks import amiss, checks_of, one, protected_of
from tests.unit.technologies.test_drs_preflight import STANDARD, group, ids, launch, servers


@pytest.mark.parametrize(("count", "turns"), [(10, "in 1 turn;"), (11, "in 2 turns;"), (21, "in 3 turns;")])
def test_wave_larger_than_the_quota_passes_in_turns(count: int, turns: str) -> None:
    at = servers(count, quotas={"L-D88FAC3A": 5, "L-B827C881": 2, "L-05AFA8C6": 500})

    check = one(checks_of(at, "drs"), "servers in DRS jobs")

    assert check.verdict is Verdict.PASSED
    assert f"{count} servers to launch, at most {count} in a wave, {turns}" in check.found


def test_turns_are_of_the_largest_wave_with_what_others_have_to_come() -> None:
    at = bench({"servers": [group(3), group(2, "web", wave=2)], "quotas": {"L-B827C881": 1, "L-D88FAC3A": 4}})
    all_servers = protected_of(at, "drs")
    others = [each for each in all_servers if each.name == "app-03"]

    checks = checks_of(
        at,
        "drs",
        [each for each in all_servers if each not in others],
        besides=[str(others[0].parameters["source_server_id"])],
    )

    found = one(checks, "servers in DRS jobs").found
    assert "4 servers to launch, at most 2 in a wave, in 1 turn; " in found
    assert "1 servers of other executions are to come" in found


@pytest.mark.parametrize("code", ["L-D88FAC3A", "L-B827C881", "L-05AFA8C6"])
def test_jobs_fail_when_a_quota_lets_nothing_through(code: str) -> None:
    check = one(checks_of(servers(quotas={code: 0}), "drs"), "servers in DRS jobs")

    assert check.verdict is Verdict.FAILED
    assert code in check.advice


@pytest.mark.parametrize(("running", "verdict"), [(1, Verdict.PASSED), (2, Verdict.FAILED)])
def test_jobs_fail_when_other_jobs_fill_the_quota(running: int, verdict: Verdict) -> None:
    at = servers(4, quotas={"L-D88FAC3A": 2})
    for server in ids(at)[:running]:
        launch(at, [server])
    at.clock.advance(30)

    assert one(checks_of(at, "drs"), "servers in DRS jobs").verdict is verdict


def test_jobs_fail_when_the_servers_in_other_jobs_fill_the_quota() -> None:
    at = servers(4, quotas={"L-05AFA8C6": 2})
    launch(at, ids(at)[:2])
    at.clock.advance(30)

    check = one(checks_of(at, "drs"), "servers in DRS jobs")

    assert (check.verdict, check.advice.split()[0]) == (Verdict.FAILED, "Wait")


def test_servers_in_a_running_job_are_launched_already() -> None:
    at = servers(4, quotas={STANDARD: 6})
    launch(at, ids(at)[:2])
    at.clock.advance(30)

    checks = checks_of(at, "drs")

    assert one(checks, "servers in DRS jobs").found.startswith(
        "2 servers to launch, at most 2 in a wave, in 1 turn; 1 jobs"
    )
    assert "4 wanted by 2 servers" in one(checks, "vCPUs").found


def test_nothing_more_is_checked_when_all_servers_are_launched_already() -> None:
    at = servers(2, quotas={STANDARD: 0, "L-D88FAC3A": 1})
    launch(at, ids(at))
    at.clock.advance(3600)

    (check,) = checks_of(at, "drs")

    assert check.check == "servers in DRS jobs"
    assert amiss([check]) == []
