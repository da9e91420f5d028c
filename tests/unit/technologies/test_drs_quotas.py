"""How many servers DRS has room for."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from groundswell.technologies.drs import TECHNOLOGY
from groundswell.technologies.drs.launching import act, observe
from groundswell.technologies.drs.quotas import room
from tests.unit.technologies.bench import Bench, bench

JOBS, SERVERS_A_JOB, SERVERS_IN_JOBS = "L-D88FAC3A", "L-B827C881", "L-05AFA8C6"


def with_quotas(quotas: Mapping[str, int], **more: object) -> Bench:
    """Six servers under these quotas."""
    servers = [{"name": "app-{n:02}", "wave": 1, "per_customer": 6}]
    return bench({"servers": servers, "quotas": dict(quotas), **more})


def launch(at: Bench, count: int) -> None:
    """A job with so many servers that no other job has."""
    taken = at.estate.launches()
    free = [one for one in at.found(TECHNOLOGY) if one.text("source_server_id") not in taken]
    act(at.look(), free[:count], "dr-0123456789abcdef.other")
    at.clock.advance(60)


def test_room_is_what_a_job_may_have_when_nothing_runs() -> None:
    at = with_quotas({SERVERS_A_JOB: 40, SERVERS_IN_JOBS: 300})

    assert room(at.look()) == 40


def test_room_is_what_all_jobs_leave_when_that_is_less() -> None:
    at = with_quotas({SERVERS_A_JOB: 40, SERVERS_IN_JOBS: 10})
    launch(at, 4)

    assert room(at.look()) == 6


def test_room_is_nothing_when_as_many_jobs_run_as_may() -> None:
    at = with_quotas({JOBS: 2})
    launch(at, 1)
    launch(at, 1)

    assert room(at.look()) == 0


def test_room_comes_back_when_jobs_are_completed() -> None:
    at = with_quotas({JOBS: 1, SERVERS_A_JOB: 5}, oddities={"launching_after_job_end": 0})
    launch(at, 1)
    at.clock.advance(7200)

    assert room(at.look()) == 5


@pytest.mark.parametrize("fault", ["failing_operations", "unreachable"])
def test_room_is_by_the_documented_defaults_when_quotas_cannot_be_read(fault: str) -> None:
    code = {"code": "AccessDeniedException"} if fault == "failing_operations" else {}
    faults = {"throttling": [], fault: [{"service": "service-quotas", **code}]}
    at = with_quotas({SERVERS_A_JOB: 7}, faults=faults)

    assert room(at.look()) == 100


def test_room_is_right_when_everything_comes_in_pages_of_two() -> None:
    at = with_quotas({JOBS: 3, SERVERS_A_JOB: 50, SERVERS_IN_JOBS: 5}, page_size=2)
    launch(at, 1)
    launch(at, 2)

    assert room(at.look()) == 2


def test_jobs_are_listed_once_in_a_look_and_anew_in_the_next() -> None:
    at = with_quotas({SERVERS_IN_JOBS: 10})
    launch(at, 1)
    servers, log = at.found(TECHNOLOGY), at.estate.log

    for lists in (1, 2):
        look = at.look()
        observe(look, servers)

        assert room(look) == 9
        assert sum(record.operation == "DescribeJobs" for record in log.select()) == lists
