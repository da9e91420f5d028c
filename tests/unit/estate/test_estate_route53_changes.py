"""Route 53: change batches are carried out as a whole or not at all."""

import pytest

from rehearsal.estate.errors import EstateError
from rehearsal.estate.scenario.inventory import zone_id_of
from tests.unit.estate.builders import ACCOUNT, Json, World, dns_scenario

ZONE = zone_id_of(dns_scenario(), ACCOUNT)
APP = "app.customer-a.example."
API = "api.customer-a.example."


def simple(name: str = "new.example.", kind: str = "A", value: str = "192.0.2.1") -> Json:
    return {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}]}


def weighted(identifier: str = "us-west-2", **changes: object) -> Json:
    record = simple(APP, "CNAME", f"us-west-2.{APP}") | {"SetIdentifier": identifier, "Weight": 0}
    return record | changes


def change(world: World, *steps: tuple[str, Json]) -> None:
    changes = [{"Action": action, "ResourceRecordSet": record} for action, record in steps]
    world.route53("ChangeResourceRecordSets", HostedZoneId=ZONE, ChangeBatch={"Changes": changes})


def refusal(world: World, *steps: tuple[str, Json]) -> tuple[str, str]:
    with pytest.raises(EstateError) as refused:
        change(world, *steps)
    return refused.value.code, refused.value.message


def names(world: World) -> list[str]:
    found = world.route53("ListResourceRecordSets", HostedZoneId=ZONE)["ResourceRecordSets"]
    return [record["Name"] for record in found]


def test_nothing_is_changed_when_one_change_of_a_batch_is_refused() -> None:
    world = World(dns_scenario())
    before = names(world)

    code, message = refusal(world, ("CREATE", simple()), ("DELETE", simple("missing.example.")))

    assert code == "InvalidChangeBatch"
    assert "name='missing.example.', type='A'] but it was not found" in message
    assert names(world) == before


def test_create_is_refused_when_the_record_set_exists() -> None:
    world = World(dns_scenario())

    assert "but it already exists" in refusal(world, ("CREATE", weighted()))[1]


def test_delete_is_refused_when_its_values_are_others() -> None:
    world = World(dns_scenario())

    message = refusal(world, ("DELETE", weighted(Weight=7)))[1]

    assert "but the values provided do not match the current values" in message


def test_all_faults_are_named_when_a_batch_has_several() -> None:
    world = World(dns_scenario())

    message = refusal(world, ("CREATE", weighted()), ("CREATE", weighted("us-east-1")))[1]

    assert message.count("already exists") == 2


def test_same_record_set_twice_is_refused_when_it_is_not_replaced() -> None:
    world = World(dns_scenario())

    message = refusal(world, ("UPSERT", simple()), ("UPSERT", simple(value="192.0.2.2")))[1]

    assert "invalid set of changes for a resource record set 'A new.example.'" in message


def test_record_set_is_replaced_when_it_is_deleted_and_created_in_one_batch() -> None:
    world = World(dns_scenario())
    change(world, ("CREATE", simple()))

    change(world, ("DELETE", simple()), ("CREATE", simple(value="192.0.2.2")))

    assert names(world).count("new.example.") == 1


def test_weighted_record_set_is_refused_when_it_has_no_identifier() -> None:
    world = World(dns_scenario())
    record = weighted()
    del record["SetIdentifier"]

    code, message = refusal(world, ("UPSERT", record))

    assert code == "InvalidInput"
    assert "Missing field 'SetIdentifier'" in message


def test_identifier_is_refused_when_there_is_no_routing() -> None:
    world = World(dns_scenario())

    assert refusal(world, ("UPSERT", simple() | {"SetIdentifier": "x"}))[0] == "InvalidInput"


def test_record_set_is_refused_when_it_has_neither_values_nor_alias() -> None:
    world = World(dns_scenario())

    assert refusal(world, ("UPSERT", {"Name": "new.example.", "Type": "A"}))[0] == "InvalidInput"


def test_simple_record_set_is_refused_when_weighted_ones_have_the_name() -> None:
    world = World(dns_scenario())

    assert "another routing policy" in refusal(world, ("CREATE", simple(APP, "CNAME", "x.example.")))[1]


def test_address_is_refused_when_the_name_is_a_cname() -> None:
    world = World(dns_scenario())

    assert "conflicts with other records" in refusal(world, ("CREATE", simple(APP)))[1]


def test_second_primary_is_refused_when_there_is_one() -> None:
    world = World(dns_scenario())
    record = simple(API) | {"SetIdentifier": "third", "Failover": "PRIMARY"}

    assert "already has a PRIMARY" in refusal(world, ("CREATE", record))[1]


def test_roles_are_swapped_when_both_are_changed_in_one_batch() -> None:
    world = World(dns_scenario())
    listed = world.route53("ListResourceRecordSets", HostedZoneId=ZONE)["ResourceRecordSets"]
    east, west = (record for record in listed if record["Name"] == API)

    change(world, ("UPSERT", {**east, "Failover": "SECONDARY"}), ("UPSERT", {**west, "Failover": "PRIMARY"}))

    after = world.route53("ListResourceRecordSets", HostedZoneId=ZONE)["ResourceRecordSets"]
    assert [record["Failover"] for record in after if record["Name"] == API] == ["SECONDARY", "PRIMARY"]


def test_ttl_is_refused_when_it_differs_within_a_weighted_group() -> None:
    world = World(dns_scenario())

    assert "same TTL" in refusal(world, ("UPSERT", weighted(TTL=5)))[1]


def test_record_set_is_refused_when_its_name_is_not_in_the_zone() -> None:
    world = World(dns_scenario())

    assert "is not permitted in zone example." in refusal(world, ("CREATE", simple("www.example.org.")))[1]


def test_batch_is_refused_when_upserts_counted_twice_exceed_the_limit() -> None:
    world = World(dns_scenario())
    steps = [("UPSERT", simple(f"n{number}.example.")) for number in range(501)]

    assert refusal(world, *steps) == ("InvalidChangeBatch", "Number of records limit of 1000 exceeded.")


def test_name_is_stored_in_lower_case_with_a_dot_when_written_otherwise() -> None:
    world = World(dns_scenario())

    change(world, ("CREATE", simple("*.New.example")))

    assert "\\052.new.example." in names(world)
