"""DRS: lists, pages, filters, termination, and what an outage of the primary Region shows."""

import pytest

from rehearsal.estate.errors import EstateError, UnreachableError
from tests.unit.estate.builders import THERE, World, scenario


def test_list_comes_in_pages_of_two_when_the_scenario_says_so_whatever_is_asked() -> None:
    world = World(scenario(5, page_size=2))

    first = world.drs("DescribeSourceServers", maxResults=200)
    everything = world.all_of("drs", "DescribeSourceServers", "items")

    assert len(first["items"]) == 2
    assert len({item["sourceServerID"] for item in everything}) == 5


def test_page_holds_no_more_than_was_asked_when_max_results_is_given() -> None:
    world = World(scenario(5))

    assert len(world.drs("DescribeSourceServers", maxResults=3)["items"]) == 3


def test_foreign_token_is_refused_when_paging() -> None:
    world = World()

    with pytest.raises(EstateError) as refused:
        world.drs("DescribeSourceServers", nextToken="bm9uc2Vuc2U=")

    assert refused.value.code == "ValidationException"


def test_filter_by_id_gives_only_those_when_ids_are_named() -> None:
    world = World()
    wanted = world.servers()[1:2]

    items = world.drs("DescribeSourceServers", filters={"sourceServerIDs": wanted})["items"]

    assert [item["sourceServerID"] for item in items] == wanted


def test_more_than_200_ids_are_refused_when_filtering() -> None:
    world = World()

    with pytest.raises(EstateError) as refused:
        world.drs("DescribeSourceServers", filters={"sourceServerIDs": [f"s-{n:017}" for n in range(201)]})

    assert refused.value.code == "ValidationException"


def test_server_is_stalled_and_falls_behind_when_its_region_is_down() -> None:
    world = World(scenario(1))
    world.estate.fail_region("us-east-1")
    world.clock.advance(7200)

    info = world.drs("DescribeSourceServers")["items"][0]["dataReplicationInfo"]

    assert info["dataReplicationState"] == "STALLED"
    assert info["lagDuration"].startswith("PT2H")
    assert info["dataReplicationError"] == {"error": "AGENT_NOT_SEEN"}


def test_server_launches_from_its_previous_snapshot_when_its_region_is_down() -> None:
    world = World(scenario(1))
    world.estate.fail_region("us-east-1")
    job_id = world.start(world.servers())

    job = world.finish(job_id)

    events = [item["event"] for item in world.drs("DescribeJobLogItems", jobID=job_id)["items"]]
    assert job["participatingServers"][0]["launchStatus"] == "LAUNCHED"
    assert "USING_PREVIOUS_SNAPSHOT" in events


def test_no_snapshot_is_younger_than_the_outage_when_the_region_is_down() -> None:
    world = World(scenario(1))
    failed_at = world.clock.now().isoformat()
    world.estate.fail_region("us-east-1")
    world.clock.advance(7200)

    items = world.drs("DescribeRecoverySnapshots", sourceServerID=world.servers()[0], order="DESC")["items"]

    assert items[0]["timestamp"] <= failed_at


def test_calls_to_a_region_do_not_arrive_when_it_is_down() -> None:
    world = World()
    world.estate.fail_region("us-east-1")

    with pytest.raises(UnreachableError):
        world.call("ec2", "DescribeInstances", {}, caller=THERE)


def test_recovery_instances_are_gone_from_drs_when_they_were_terminated() -> None:
    world = World(scenario(1))
    instance = world.launched()

    job = world.drs("TerminateRecoveryInstances", recoveryInstanceIDs=[instance])["job"]
    done = world.finish(job["jobID"])

    assert (job["type"], done["participatingServers"][0]["launchStatus"]) == ("TERMINATE", "TERMINATED")
    assert world.drs("DescribeRecoveryInstances")["items"] == []


def test_recovery_instance_is_listed_as_terminated_when_ec2_terminated_it() -> None:
    world = World(scenario(1))
    instance = world.launched()

    world.ec2("TerminateInstances", InstanceIds=[instance])
    world.clock.advance(300)

    assert [item["ec2InstanceState"] for item in world.drs("DescribeRecoveryInstances")["items"]] == ["TERMINATED"]


def test_lag_is_in_iso_8601_when_a_server_is_far_behind() -> None:
    faults = {"throttling": [], "replication": [{"servers": "*", "state": "BACKLOG", "lag": "26h3m"}]}
    world = World(scenario(1, faults=faults))

    info = world.drs("DescribeSourceServers")["items"][0]["dataReplicationInfo"]

    assert (info["dataReplicationState"], info["lagDuration"]) == ("BACKLOG", "P1DT2H3M0S")


def test_tags_are_those_of_the_scenario_when_listed_by_arn() -> None:
    world = World(scenario(1))
    arn = world.drs("DescribeSourceServers")["items"][0]["arn"]

    tags = world.drs("ListTagsForResource", resourceArn=arn)["tags"]

    assert tags["dr:enabled"] == "true"
    assert (tags["dr:wave"], tags["Customer"], tags["Environment"]) == ("1", "customer-a", "production")


def test_answer_can_be_changed_without_changing_the_estate_when_a_client_is_careless() -> None:
    world = World(scenario(1))

    world.drs("DescribeSourceServers")["items"][0]["tags"].clear()

    assert world.drs("DescribeSourceServers")["items"][0]["tags"]["dr:wave"] == "1"
