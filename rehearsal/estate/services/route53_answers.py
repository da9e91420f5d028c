"""What DNS answers for a name: by weight, by health of a failover pair, or simply its values."""

import ipaddress
from typing import cast

from rehearsal.estate.state.route53 import RecordSet, Zone, reversed_name
from rehearsal.estate.state.world import World


def answer(world: World, zone: Zone, name: str, kind: str, now: float) -> list[str] | None:
    """The values; empty if the name has none of this type, None if there is no such name."""
    records = next(version for since, version in reversed(zone.published) if since <= now)
    there = [record for key, record in records.items() if key[0] == reversed_name(name)]
    if not there:
        return None
    of_kind = [record for record in there if record["Type"] == kind]
    chosen = _choose(world, zone, of_kind, now)
    return _values(world, chosen) if chosen is not None else []


def _choose(world: World, zone: Zone, records: list[RecordSet], now: float) -> RecordSet | None:
    if not records:
        return None
    if "Weight" in records[0]:
        return _by_weight(world, _answering(world, zone, records, now), now)
    if "Failover" in records[0]:
        return _by_health(world, zone, records, now)
    return records[0]


def _answering(world: World, zone: Zone, records: list[RecordSet], now: float) -> list[RecordSet]:
    """Those that are chosen from: the healthy that have weight; if there are none, the healthy of weight 0.

    Where nothing is healthy all count as healthy. Source: Developer Guide, "How Amazon Route 53 chooses records when
    health checking is configured".
    """
    healthy = [record for record in records if _healthy(world, zone, record, now)] or records
    return [record for record in healthy if _weight(record)] or healthy


def _weight(record: RecordSet) -> float:
    return float(str(record["Weight"]))


def _by_weight(world: World, records: list[RecordSet], now: float) -> RecordSet:
    """In proportion to the weights; if all are 0, each with the same probability (documentation of Weight)."""
    weights = [_weight(record) for record in records]
    weights = weights if sum(weights) else [1.0] * len(records)
    mark = world.dice.roll("dns", records[0]["Name"], now) * sum(weights)
    for record, weight in zip(records, weights, strict=True):
        mark -= weight
        if mark < 0:
            return record
    return records[-1]


def _by_health(world: World, zone: Zone, records: list[RecordSet], now: float) -> RecordSet:
    """PRIMARY unless its health check fails; a record set without a check counts as healthy."""
    primary = next((record for record in records if record["Failover"] == "PRIMARY"), None)
    secondary = next((record for record in records if record["Failover"] == "SECONDARY"), None)
    if primary is None or secondary is None:
        return cast(RecordSet, primary or secondary)
    if _healthy(world, zone, primary, now) or not _healthy(world, zone, secondary, now):
        return primary
    return secondary


def _healthy(world: World, zone: Zone, record: RecordSet, now: float) -> bool:
    region = zone.health_checks.get(str(record.get("HealthCheckId", "")))
    return region is None or not world.is_down(region, now)


def _values(world: World, record: RecordSet) -> list[str]:
    if "AliasTarget" in record:
        host = int(world.dice.roll("alias", str(record["AliasTarget"])) * 2**24)
        return [str(ipaddress.IPv4Address("10.0.0.0") + host)]
    values = cast(list[dict[str, str]], record.get("ResourceRecords", []))
    return [value["Value"] for value in values]
