"""DRS jobs: what a client may and may not conclude from them."""

import pytest

from rehearsal.estate.caller import Caller
from rehearsal.estate.errors import EstateError
from tests.unit.estate.builders import ACCOUNT, QUIET, World, scenario

FAILING = {"throttling": [], "launch_failures": [{"servers": "app-02", "error": "no capacity", "times": 1}]}
SLOW_START = {"drs": {"listed_after": "1s", "pending": "10s"}}
LATE = {**QUIET, "launching_after_job_end": 1}
UNNAMED = {**QUIET, "instance_id_missing": 1}


def statuses(job: dict[str, object]) -> list[str]:
    participants = job["participatingServers"]
    assert isinstance(participants, list)
    return [participant["launchStatus"] for participant in participants]


def test_job_goes_from_pending_over_started_to_completed_when_time_passes() -> None:
    world = World(scenario(2, times=SLOW_START))
    seen = []

    job_id = world.start(world.servers())
    world.clock.advance(2)
    for _ in range(300):
        seen.append(world.job(job_id)["status"])
        world.clock.advance(5)

    assert list(dict.fromkeys(seen)) == ["PENDING", "STARTED", "COMPLETED"]


def test_server_is_pending_then_in_progress_then_launched_when_its_job_runs() -> None:
    world = World(scenario(2, times=SLOW_START))
    seen = []

    job_id = world.start(world.servers()[:1])
    world.clock.advance(2)
    for _ in range(300):
        seen += statuses(world.job(job_id))
        world.clock.advance(5)

    assert list(dict.fromkeys(seen)) == ["PENDING", "IN_PROGRESS", "LAUNCHED"]


def test_job_is_completed_although_a_server_failed_when_its_launch_fails() -> None:
    world = World(scenario(3, faults=FAILING))

    job = world.finish(world.start(world.servers()))

    assert job["status"] == "COMPLETED"
    assert statuses(job) == ["LAUNCHED", "FAILED", "LAUNCHED"]


def test_job_log_holds_the_raw_error_when_a_launch_failed() -> None:
    world = World(scenario(2, faults=FAILING))
    job_id = world.start(world.servers())
    world.finish(job_id)

    items = world.drs("DescribeJobLogItems", jobID=job_id)["items"]

    failed = [item for item in items if item["event"] == "LAUNCH_FAILED"]
    assert [item["eventData"] for item in failed] == [{"sourceServerID": world.servers()[1], "rawError": "no capacity"}]


def test_launch_succeeds_when_it_is_tried_again_after_the_failures_of_the_scenario() -> None:
    world = World(scenario(2, faults=FAILING))
    failing = world.servers()[1:]
    world.finish(world.start(failing))

    job = world.finish(world.start(failing))

    assert statuses(job) == ["LAUNCHED"]


def test_server_is_still_in_progress_when_its_job_is_completed_and_it_is_late() -> None:
    world = World(scenario(1, oddities=LATE))
    job_id = world.start(world.servers())

    job = world.finish(job_id)
    world.clock.advance(3600)

    assert statuses(job) == ["IN_PROGRESS"]
    assert statuses(world.job(job_id)) == ["LAUNCHED"]


def test_others_are_launched_and_some_in_progress_when_a_job_with_late_servers_is_completed() -> None:
    world = World(scenario(20, oddities={**QUIET, "launching_after_job_end": 0.5}))

    job = world.finish(world.start(world.servers()))

    assert 5 <= statuses(job).count("IN_PROGRESS") <= 15
    assert statuses(job).count("LAUNCHED") == 20 - statuses(job).count("IN_PROGRESS")


def test_late_server_cannot_be_launched_again_when_its_job_is_completed() -> None:
    world = World(scenario(1, oddities=LATE))
    world.finish(world.start(world.servers()))

    with pytest.raises(EstateError) as refused:
        world.start(world.servers())

    assert refused.value.code == "ConflictException"


def test_job_never_names_the_recovery_instance_when_it_is_missing() -> None:
    world = World(scenario(1, oddities=UNNAMED))
    job_id = world.start(world.servers())

    participant = world.finish(job_id)["participatingServers"][0]
    found = world.drs("DescribeRecoveryInstances", filters={"sourceServerIDs": world.servers()})["items"]

    assert participant["launchStatus"] == "LAUNCHED"
    assert "recoveryInstanceID" not in participant
    assert [(item["sourceServerID"], item["jobID"]) for item in found] == [(world.servers()[0], job_id)]


def test_job_is_not_listed_at_once_when_it_was_just_started() -> None:
    world = World()
    job_id = world.start(world.servers())

    at_once = world.drs("DescribeJobs", filters={"jobIDs": [job_id]})["items"]
    world.clock.advance(10)

    assert at_once == []
    assert world.job(job_id)["jobID"] == job_id


def test_jobs_are_listed_newest_first_when_there_are_several() -> None:
    world = World()
    started = []
    for server in world.servers():
        started.append(world.start([server]))
        world.clock.advance(30)

    listed = [job["jobID"] for job in world.drs("DescribeJobs")["items"]]

    assert listed == started[::-1]


def test_jobs_are_only_those_of_the_dates_when_dates_are_given() -> None:
    world = World()
    first = world.start(world.servers()[:1])
    world.clock.advance(600)
    after = world.clock.now().isoformat().replace("+00:00", "Z")
    second = world.start(world.servers()[1:2])
    world.clock.advance(60)

    late = world.drs("DescribeJobs", filters={"fromDate": after})["items"]
    early = world.drs("DescribeJobs", filters={"toDate": after})["items"]

    assert [job["jobID"] for job in late] == [second]
    assert first in [job["jobID"] for job in early]


def test_job_keeps_its_tags_when_it_is_listed() -> None:
    world = World()
    job_id = world.start(world.servers(), tags={"groundswell:execution": "e-1"}, isDrill=True)
    world.clock.advance(10)

    job = world.job(job_id)

    assert job["tags"] == {"groundswell:execution": "e-1"}
    assert job["initiatedBy"] == "START_DRILL"


def test_jobs_of_another_account_are_not_seen_when_asked_from_there() -> None:
    other = "222222222202"
    world = World(scenario(2, accounts=[ACCOUNT, other]))
    world.start(world.servers())
    world.clock.advance(60)

    seen = world.call("drs", "DescribeJobs", {}, caller=Caller(other, "us-west-2"))["items"]

    assert seen == []


def test_too_many_job_ids_are_refused_when_filtering() -> None:
    world = World()

    with pytest.raises(EstateError) as refused:
        world.drs("DescribeJobs", filters={"jobIDs": [f"drsjob-{n:017}" for n in range(1001)]})

    assert refused.value.code == "ValidationException"


def test_server_is_skipped_and_failed_when_it_has_no_snapshot_yet() -> None:
    faults = {"throttling": [], "replication": [{"servers": "app-01", "state": "INITIAL_SYNC"}]}
    world = World(scenario(2, faults=faults))
    job_id = world.start(world.servers())

    job = world.finish(job_id)
    events = [item["event"] for item in world.drs("DescribeJobLogItems", jobID=job_id)["items"]]

    assert statuses(job) == ["FAILED", "LAUNCHED"]
    assert "SERVER_SKIPPED" in events
