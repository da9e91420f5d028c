"""Zones of Route 53 with the record sets that a scenario declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pydantic import JsonValue, TypeAdapter

from groundswell.domain.operations import Operation, Phase
from groundswell.technologies.contract import Target
from groundswell.technologies.route53 import TECHNOLOGY
from rehearsal.estate.scenario.inventory import inventory_of
from tests.unit.technologies.bench import ACCOUNT, Bench, bench, target_of

CHECK = TECHNOLOGY.steps[Operation.FAILOVER, Phase.INSTANTIATE]
MOVE = TECHNOLOGY.steps[Operation.FAILOVER, Phase.ACTIVATE]
NAME = "shop.customer-a.example."


def records(routing: str = "weighted", **more: object) -> Bench:
    """A name for each customer, with a record set to each Region."""
    return bench({"dns": {"records": [{"name": "shop.{customer}", "wave": 1, "routing": routing}]}, **more})


def declared(at: Bench) -> list[Target]:
    """What the scenario's inventory declares."""
    parameters = TypeAdapter(dict[str, JsonValue])
    entries = inventory_of(at.estate.scenario)
    return [target_of(str(one["resource_id"]), parameters.validate_python(one["parameters"])) for one in entries]


def with_parameters(target: Target, **changed: str) -> Target:
    return replace(target, parameters={**target.parameters, **changed})


def sets_of(at: Bench, name: str = NAME) -> dict[str, Mapping[str, object]]:
    """The record sets of a name, by identifier."""
    (zone,) = at.estate.world.zones[ACCOUNT].values()
    return {str(one["SetIdentifier"]): one for one in zone.records.values() if one["Name"] == name}


def answer(at: Bench) -> list[str]:
    """What DNS says of the name."""
    zone = declared(at)[0].text("hosted_zone_id")
    asked = {"HostedZoneId": zone, "RecordName": NAME, "RecordType": "CNAME"}
    return list(at.clients.client("route53").test_dns_answer(**asked)["RecordData"])


def fill(at: Bench, count: int) -> None:
    """So many other names in the zone, between those of customer-a and customer-b."""
    (zone,) = at.estate.world.zones[ACCOUNT].values()
    for number in range(count):
        name = f"n{number:04}.customer-aa.example."
        record = {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "203.0.113.9"}]}
        zone.records[f"example.customer-aa.n{number:04}.", "A", ""] = record
