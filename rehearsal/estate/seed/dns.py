"""The hosted zones of a scenario and the record sets in them: for each name one set to each Region."""

import uuid

from rehearsal.estate.scenario.inventory import record_name, zone_id_of
from rehearsal.estate.scenario.model import RecordGroup
from rehearsal.estate.state.route53 import RecordSet, Zone, key_of
from rehearsal.estate.state.world import World


def add_zones(world: World) -> None:
    """A zone in each account, all of the same name; none if the scenario has no records."""
    scenario = world.scenario
    if not scenario.dns.records:
        return
    for account in scenario.accounts:
        zone = _zone(world, account)
        for customer, home in scenario.homes():
            if home == account:
                _add_names(world, zone, customer)
        zone.published = [(0.0, dict(zone.records))]
        world.zones[account] = {zone.zone_id: zone}


def _zone(world: World, account: str) -> Zone:
    name = world.scenario.dns.zone
    own: list[RecordSet] = [
        {"Name": name, "Type": "NS", "TTL": 172800, "ResourceRecords": [{"Value": "ns-1.example.net."}]},
        {"Name": name, "Type": "SOA", "TTL": 900, "ResourceRecords": [{"Value": "ns-1.example.net. host. 1 2 3 4 5"}]},
    ]
    scenario = world.scenario
    return Zone(
        zone_id=zone_id_of(scenario, account, world.seed),
        name=name,
        account=account,
        tags={"Environment": scenario.environment},
        records={key_of(record): record for record in own},
        published=[],
        health_checks={
            _health_check(world, region): region for region in (scenario.primary_region, scenario.target_region)
        },
    )


def _health_check(world: World, region: str) -> str:
    return str(uuid.UUID(world.dice.token("health check", region, length=32)))


def _add_names(world: World, zone: Zone, customer: str) -> None:
    scenario = world.scenario
    for group in scenario.dns.records:
        name = record_name(scenario, group, customer, zone.account)
        for region in (scenario.primary_region, scenario.target_region):
            record = _record(world, group, name, region)
            zone.records[key_of(record)] = record


def _record(world: World, group: RecordGroup, name: str, region: str) -> RecordSet:
    primary = region == world.scenario.primary_region
    value = f"{region}.{name}" if group.type == "CNAME" else f"203.0.113.{1 if primary else 2}"
    record: RecordSet = {
        "Name": name,
        "Type": group.type,
        "SetIdentifier": region,
        "TTL": group.ttl,
        "ResourceRecords": [{"Value": value}],
    }
    if group.routing == "weighted":
        checked = {"HealthCheckId": _health_check(world, region)} if group.health_checks else {}
        return {**record, "Weight": 100 if primary else 0, **checked}
    role = "PRIMARY" if primary else "SECONDARY"
    return {**record, "Failover": role, "HealthCheckId": _health_check(world, region)}
