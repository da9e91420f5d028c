"""AWS's own events: their envelope, when they are due, and that some never come."""

import datetime as dt

from rehearsal.estate.events import Envelope
from tests.unit.estate.builders import ACCOUNT, QUIET, World, database_scenario, scenario


def ids(events: list[Envelope]) -> list[object]:
    return [event["detail"]["EventID"] for event in events if isinstance(event["detail"], dict)]


def test_launch_result_has_the_envelope_of_the_documentation_when_a_server_is_launched() -> None:
    world = World(scenario(1))
    arn = world.drs("DescribeSourceServers")["items"][0]["arn"]
    job_id = world.start(world.servers(), isDrill=True)
    world.finish(job_id)

    event = world.estate.due_events()[0]

    assert {name: value for name, value in event.items() if name not in ("id", "time")} == {
        "version": "0",
        "detail-type": "DRS Source Server Launch Result",
        "source": "aws.drs",
        "account": ACCOUNT,
        "region": "us-west-2",
        "resources": [arn],
        "detail": {"state": "RECOVERY_LAUNCH_SUCCEEDED", "job-id": job_id, "is-drill": "TRUE"},
    }
    assert dt.datetime.strptime(str(event["time"]), "%Y-%m-%dT%H:%M:%S%z") <= world.clock.now()


def test_launch_result_says_failed_when_the_launch_fails() -> None:
    world = World(scenario(1, faults={"launch_failures": [{"servers": "*"}]}))
    world.finish(world.start(world.servers()))

    details = [event["detail"] for event in world.estate.due_events()]

    assert [detail["state"] for detail in details if isinstance(detail, dict)] == ["RECOVERY_LAUNCH_FAILED"]


def test_event_is_given_out_only_when_it_is_due_and_once() -> None:
    world = World(scenario(1))
    world.start(world.servers())

    early = world.estate.due_events()
    due_at = world.estate.next_event_at()
    assert due_at is not None
    world.clock.move_to(due_at)

    assert early == []
    assert len(world.estate.due_events()) == 1
    assert world.estate.due_events() == []


def test_no_event_comes_when_all_are_dropped() -> None:
    world = World(scenario(3, oddities={**QUIET, "events_dropped": 1}))
    world.finish(world.start(world.servers()))

    assert world.estate.due_events() == []
    assert world.estate.next_event_at() is None


def test_events_tell_the_course_of_a_switchover_when_it_runs() -> None:
    world = World(database_scenario())
    target = f"arn:aws:rds:us-west-2:{ACCOUNT}:cluster:customer-a-db-us-west-2"
    asked = {"GlobalClusterIdentifier": "customer-a-db", "TargetDbClusterIdentifier": target}

    world.rds("SwitchoverGlobalCluster", **asked)
    world.clock.advance(900)

    events = world.estate.due_events()
    assert ids(events) == [f"RDS-EVENT-{number}" for number in ("0181", "0182", "0184", "0185", "0397")]
    assert {str(event["detail-type"]) for event in events} == {"RDS DB Cluster Event"}
    assert {str(event["resources"]) for event in events} == {str([target])}


def test_events_tell_of_failover_and_resync_when_both_regions_are_up() -> None:
    world = World(database_scenario())
    target = f"arn:aws:rds:us-west-2:{ACCOUNT}:cluster:customer-a-db-us-west-2"
    asked = {"GlobalClusterIdentifier": "customer-a-db", "TargetDbClusterIdentifier": target}

    world.rds("FailoverGlobalCluster", **asked, AllowDataLoss=True)
    world.clock.advance(3 * 3600)

    assert set(ids(world.estate.due_events())) == {f"RDS-EVENT-{n}" for n in ("0238", "0397", "0240", "0241")}


def test_resync_events_wait_for_the_region_when_it_is_down() -> None:
    world = World(database_scenario())
    world.estate.fail_region("us-east-1")
    target = f"arn:aws:rds:us-west-2:{ACCOUNT}:cluster:customer-a-db-us-west-2"
    asked = {"GlobalClusterIdentifier": "customer-a-db", "TargetDbClusterIdentifier": target}
    world.rds("FailoverGlobalCluster", **asked, AllowDataLoss=True)
    world.clock.advance(3 * 3600)

    during = set(ids(world.estate.due_events()))
    world.estate.restore_region("us-east-1")
    world.clock.advance(3 * 3600)

    assert during == {"RDS-EVENT-0238", "RDS-EVENT-0397"}
    assert ids(world.estate.due_events()) == ["RDS-EVENT-0240", "RDS-EVENT-0241"]
