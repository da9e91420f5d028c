"""StartRecovery: accepted or refused as a whole."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from rehearsal.estate.errors import EstateError
from tests.unit.estate.builders import THERE, World, scenario


def refusal(world: World, ids: list[str]) -> EstateError:
    with pytest.raises(EstateError) as refused:
        world.start(ids)
    return refused.value


def test_whole_call_is_refused_without_naming_the_culprit_when_one_server_is_in_a_job() -> None:
    world = World()
    busy, free, other = world.servers()
    world.start([busy])

    error = refusal(world, [free, busy, other])

    assert (error.code, error.http_status) == ("ConflictException", 409)
    assert busy not in error.message
    assert "resourceId" not in error.fields
    assert world.estate.launches() == {busy: 1}


def test_servers_are_free_again_when_their_job_has_ended() -> None:
    world = World()
    world.finish(world.start(world.servers()))

    world.start(world.servers())

    assert set(world.estate.launches().values()) == {2}


def test_call_is_refused_with_the_quota_code_when_it_names_more_servers_than_a_job_may_hold() -> None:
    world = World(scenario(101))

    error = refusal(world, world.servers())

    assert (error.code, error.fields["quotaCode"]) == ("ServiceQuotaExceededException", "L-B827C881")


def test_call_is_refused_with_the_quota_code_when_too_many_jobs_run() -> None:
    world = World(scenario(3, quotas={"L-D88FAC3A": 2}))
    first, second, third = world.servers()
    world.start([first])
    world.start([second])

    error = refusal(world, [third])

    assert error.fields["quotaCode"] == "L-D88FAC3A"


def test_call_is_refused_with_the_quota_code_when_too_many_servers_are_in_jobs() -> None:
    world = World(scenario(3, quotas={"L-05AFA8C6": 2}))
    world.start(world.servers()[:2])

    error = refusal(world, world.servers()[2:])

    assert error.fields["quotaCode"] == "L-05AFA8C6"


def test_quota_is_free_again_when_the_jobs_have_ended() -> None:
    world = World(scenario(2, quotas={"L-D88FAC3A": 1}))
    first, second = world.servers()
    world.finish(world.start([first]))

    world.start([second])

    assert world.estate.launches() == {first: 1, second: 1}


def test_nothing_is_launched_when_a_server_is_unknown() -> None:
    world = World()

    error = refusal(world, [*world.servers(), "s-00000000000000000"])

    assert error.code == "ResourceNotFoundException"
    assert world.estate.launches() == {}


def test_call_is_refused_when_it_names_a_server_twice() -> None:
    world = World()
    server = world.servers()[0]

    assert refusal(world, [server, server]).code == "ValidationException"


def test_call_is_refused_when_it_names_more_than_200_servers() -> None:
    world = World(scenario(201))

    assert refusal(world, world.servers()).code == "ValidationException"


def test_every_operation_is_refused_when_the_region_is_not_initialised() -> None:
    world = World()

    for operation in ("DescribeSourceServers", "DescribeJobs", "DescribeRecoveryInstances", "StartRecovery"):
        with pytest.raises(EstateError) as refused:
            world.call("drs", operation, {}, caller=THERE)
        assert refused.value.code == "UninitializedAccountException"


def test_new_launch_cleans_up_the_previous_instance_when_the_server_was_launched_before() -> None:
    world = World(scenario(1))
    old = world.launched()

    new = world.launched()
    world.clock.advance(300)

    listed = world.drs("DescribeRecoveryInstances")["items"]
    state = world.ec2("DescribeInstances", InstanceIds=[old])["Reservations"][0]["Instances"][0]["State"]["Name"]
    assert [item["recoveryInstanceID"] for item in listed] == [new]
    assert state == "terminated"
    assert world.estate.log.select("drs", "StartRecovery")[-1].effects["cleaned_up"] == [old]


def test_instance_is_launched_from_the_snapshot_when_one_is_named() -> None:
    world = World(scenario(1))
    server = world.servers()[0]
    snapshot = world.drs("DescribeRecoverySnapshots", sourceServerID=server)["items"][0]
    asked = [{"sourceServerID": server, "recoverySnapshotID": snapshot["snapshotID"]}]

    job_id = world.drs("StartRecovery", sourceServers=asked)["job"]["jobID"]
    world.finish(job_id)

    instance = world.drs("DescribeRecoveryInstances")["items"][0]
    assert instance["pointInTimeSnapshotDateTime"] == snapshot["timestamp"]


def test_exactly_one_call_wins_when_many_start_the_same_server_at_once() -> None:
    world = World(scenario(1))
    servers = world.servers()

    def attempt(_: int) -> str:
        try:
            return world.start(servers)
        except EstateError as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(40)))

    assert outcomes.count("ConflictException") == 39
    assert world.estate.launches() == {servers[0]: 1}


def test_log_tells_job_and_servers_when_a_launch_was_accepted() -> None:
    world = World()
    job_id = world.start(world.servers(), isDrill=True)

    record = world.estate.log.select(mutating=True)[-1]

    assert (record.outcome, record.effects["job"], record.effects["servers"]) == ("ok", job_id, world.servers())


def test_source_server_shows_its_last_launch_when_it_succeeded() -> None:
    world = World(scenario(1))
    instance = world.launched()

    server = world.drs("DescribeSourceServers")["items"][0]

    assert server["lastLaunchResult"] == "SUCCEEDED"
    assert server["recoveryInstanceId"] == instance
    assert server["lifeCycle"]["lastLaunch"]["initiated"]["type"] == "RECOVERY"
