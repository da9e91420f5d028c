"""Route 53: order, paging, propagation and answers."""

import pytest

from rehearsal.estate.caller import Caller
from rehearsal.estate.errors import EstateError
from rehearsal.estate.scenario.inventory import inventory_of, zone_id_of
from tests.unit.estate.builders import ACCOUNT, Json, World, dns_scenario

ZONE = zone_id_of(dns_scenario(), ACCOUNT)
APP = "app.customer-a.example."
API = "api.customer-a.example."


def records(world: World, **params: object) -> list[Json]:
    found: list[Json] = world.route53("ListResourceRecordSets", HostedZoneId=ZONE, **params)["ResourceRecordSets"]
    return found


def all_records(world: World) -> list[Json]:
    found, start = list[Json](), dict[str, object]()
    while True:
        page = world.route53("ListResourceRecordSets", HostedZoneId=ZONE, **start)
        found += page["ResourceRecordSets"]
        if not page["IsTruncated"]:
            return found
        start = {
            "StartRecordName": page["NextRecordName"],
            "StartRecordType": page["NextRecordType"],
            "StartRecordIdentifier": page.get("NextRecordIdentifier"),
        }


def upsert(world: World, weights: dict[str, int]) -> str:
    present = {record["SetIdentifier"]: record for record in records(world) if record["Name"] == APP}
    changes = [
        {"Action": "UPSERT", "ResourceRecordSet": {**present[name], "Weight": weight}}
        for name, weight in weights.items()
    ]
    reply = world.route53("ChangeResourceRecordSets", HostedZoneId=ZONE, ChangeBatch={"Changes": changes})
    return str(reply["ChangeInfo"]["Id"])


def answer(world: World, name: str, kind: str) -> list[str]:
    found: list[str] = world.route53("TestDNSAnswer", HostedZoneId=ZONE, RecordName=name, RecordType=kind)["RecordData"]
    return found


def test_record_sets_are_sorted_by_reversed_name_when_listed() -> None:
    world = World(dns_scenario())

    listed = [(record["Name"], record["Type"], record.get("SetIdentifier")) for record in records(world)]

    assert listed == [
        ("example.", "NS", None),
        ("example.", "SOA", None),
        (API, "A", "us-east-1"),
        (API, "A", "us-west-2"),
        (APP, "CNAME", "us-east-1"),
        (APP, "CNAME", "us-west-2"),
    ]


def test_every_record_set_comes_once_when_pages_hold_one() -> None:
    world = World(dns_scenario(page_size=1))

    assert len(all_records(world)) == 6
    assert len({str(record) for record in all_records(world)}) == 6


def test_type_without_name_is_refused_when_listing() -> None:
    world = World(dns_scenario())

    with pytest.raises(EstateError) as refused:
        records(world, StartRecordType="A")

    assert refused.value.code == "InvalidInput"


def test_change_is_pending_then_insync_when_time_passes() -> None:
    world = World(dns_scenario())

    change = upsert(world, {"us-west-2": 100})
    at_once = world.route53("GetChange", Id=change)["ChangeInfo"]["Status"]
    world.clock.advance(120)

    assert (at_once, world.route53("GetChange", Id=change)["ChangeInfo"]["Status"]) == ("PENDING", "INSYNC")


def test_change_is_listed_at_once_and_answered_later_when_it_is_pending() -> None:
    world = World(dns_scenario())

    upsert(world, {"us-east-1": 0, "us-west-2": 100})
    listed = [record["Weight"] for record in records(world) if record["Name"] == APP]
    old = answer(world, APP, "CNAME")
    world.clock.advance(120)

    assert listed == [0, 100]
    assert old == [f"us-east-1.{APP}"]
    assert answer(world, APP, "CNAME") == [f"us-west-2.{APP}"]


def test_failover_pair_answers_with_the_secondary_when_the_primary_region_is_down() -> None:
    world = World(dns_scenario())

    well = answer(world, API, "A")
    world.estate.fail_region("us-east-1")

    assert (well, answer(world, API, "A")) == (["203.0.113.1"], ["203.0.113.2"])


def test_name_is_not_there_when_nobody_made_it() -> None:
    world = World(dns_scenario())

    reply = world.route53("TestDNSAnswer", HostedZoneId=ZONE, RecordName="x.example", RecordType="A")

    assert (reply["ResponseCode"], reply["RecordData"]) == ("NXDOMAIN", [])


def test_zone_is_not_found_when_another_account_asks() -> None:
    world = World(dns_scenario())

    with pytest.raises(EstateError) as refused:
        world.call("route53", "GetHostedZone", {"Id": ZONE}, caller=Caller("222222222299", "us-east-1"))

    assert (refused.value.code, refused.value.http_status) == ("NoSuchHostedZone", 404)


def test_second_change_is_refused_when_the_zone_is_still_busy() -> None:
    world = World(dns_scenario(times={"route53": {"busy": "5s"}}))
    upsert(world, {"us-west-2": 1})

    with pytest.raises(EstateError) as refused:
        upsert(world, {"us-west-2": 2})
    world.clock.advance(5)
    upsert(world, {"us-west-2": 2})

    assert refused.value.code == "PriorRequestNotComplete"


def test_sixth_request_in_a_second_is_throttled_when_the_scenario_is_the_default() -> None:
    world = World(dns_scenario(faults={}))
    for _ in range(5):
        records(world)

    with pytest.raises(EstateError) as refused:
        records(world)
    world.clock.advance(1)
    records(world)

    assert (refused.value.code, refused.value.message) == ("Throttling", "Rate exceeded")


def test_zone_shows_its_tags_and_count_when_asked() -> None:
    world = World(dns_scenario())

    tags = world.route53("ListTagsForResource", ResourceType="hostedzone", ResourceId=ZONE)["ResourceTagSet"]["Tags"]
    zones = world.route53("ListHostedZones")["HostedZones"]

    assert {"Key": "Environment", "Value": "production"} in tags
    assert [(zone["Id"], zone["ResourceRecordSetCount"]) for zone in zones] == [(f"/hostedzone/{ZONE}", 6)]


def test_inventory_names_the_records_that_the_estate_holds_when_generated() -> None:
    of = dns_scenario()
    world = World(of)

    entries = inventory_of(of)

    held = {(record["Name"], record["Type"]) for record in records(world) if "SetIdentifier" in record}
    named = [entry["parameters"] for entry in entries]
    assert {(item["record_name"], item["record_type"]) for item in named if isinstance(item, dict)} == held
    assert {item["hosted_zone_id"] for item in named if isinstance(item, dict)} == {ZONE}
