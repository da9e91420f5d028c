"""Route 53: zones, record sets in their own order and paging, changes, and what DNS would answer."""

from bisect import bisect_left

from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.services.rds_shared import tag_list
from rehearsal.estate.services.route53_answers import answer
from rehearsal.estate.services.route53_shared import change_info, find_zone, invalid_input, max_items, normal_name
from rehearsal.estate.state.route53 import RecordKey, Zone, reversed_name


@operation("route53", "ListHostedZones")
def list_hosted_zones(call: Call) -> Reply:
    """The account's zones, by id; a Marker names the zone that the page begins with."""
    zones = sorted(call.world.zones.get(call.caller.account, {}).values(), key=lambda zone: zone.zone_id)
    size, marker = max_items(call, 100), call.ask.text("Marker")
    ids = [zone.zone_id for zone in zones]
    if marker and marker not in ids:
        raise invalid_input(f"The marker {marker} names no hosted zone.")
    start = ids.index(marker) if marker else 0
    reply: Reply = {
        "HostedZones": [_zone(zone) for zone in zones[start : start + size]],
        "Marker": marker,
        "IsTruncated": start + size < len(zones),
        "MaxItems": str(size),
    }
    return {**reply, "NextMarker": ids[start + size]} if start + size < len(zones) else reply


@operation("route53", "GetHostedZone", subject=("Id",))
def get_hosted_zone(call: Call) -> Reply:
    """One zone."""
    zone = find_zone(call, call.ask.text("Id"))
    return {"HostedZone": _zone(zone), "DelegationSet": {"NameServers": ["ns-1.example.net", "ns-2.example.org"]}}


def _zone(zone: Zone) -> Reply:
    return {
        "Id": f"/hostedzone/{zone.zone_id}",
        "Name": zone.name,
        "CallerReference": f"estate-{zone.zone_id}",
        "Config": {"PrivateZone": False},
        "ResourceRecordSetCount": len(zone.records),
    }


@operation("route53", "ListResourceRecordSets", subject=("HostedZoneId", "StartRecordName"))
def list_resource_record_sets(call: Call) -> Reply:
    """Record sets by reversed name, then type, then set identifier, including those still PENDING."""
    zone = find_zone(call, call.ask.text("HostedZoneId"))
    keys = sorted(zone.records)
    start = bisect_left(keys, _start_key(call))
    size = max_items(call, 300)
    reply: Reply = {
        "ResourceRecordSets": [dict(zone.records[key]) for key in keys[start : start + size]],
        "IsTruncated": start + size < len(keys),
        "MaxItems": str(size),
    }
    if start + size < len(keys):
        following = zone.records[keys[start + size]]
        reply |= {"NextRecordName": following["Name"], "NextRecordType": following["Type"]}
        if "SetIdentifier" in following:
            reply["NextRecordIdentifier"] = following["SetIdentifier"]
    return reply


def _start_key(call: Call) -> RecordKey:
    name, kind = call.ask.text("StartRecordName"), call.ask.text("StartRecordType")
    identifier = call.ask.text("StartRecordIdentifier")
    if (kind and not name) or (identifier and not kind):
        raise invalid_input("StartRecordType needs StartRecordName, and StartRecordIdentifier needs StartRecordType.")
    return (reversed_name(normal_name(name)) if name else "", kind, identifier)


@operation("route53", "GetChange", subject=("Id",))
def get_change(call: Call) -> Reply:
    """How far a change has got; the id may carry the prefix /change/."""
    name = call.ask.text("Id").rpartition("/")[2]
    change = call.world.changes.get((call.caller.account, name))
    if change is None:
        raise EstateError("NoSuchChange", f"Could not find resource with ID: {name}", 404)
    return {"ChangeInfo": change_info(change, call.now)}


@operation("route53", "ListTagsForResource", subject=("ResourceType", "ResourceId"))
def list_tags_for_resource(call: Call) -> Reply:
    """The tags of a hosted zone. Record sets cannot be tagged."""
    if call.ask.text("ResourceType") != "hostedzone":
        raise invalid_input("The simulated estate knows tags of hostedzone only.")
    zone = find_zone(call, call.ask.text("ResourceId"))
    tags = {"ResourceType": "hostedzone", "ResourceId": zone.zone_id, "Tags": tag_list(zone.tags)}
    return {"ResourceTagSet": tags}


@operation("route53", "TestDNSAnswer", subject=("HostedZoneId", "RecordName", "RecordType"))
def test_dns_answer(call: Call) -> Reply:
    """What a DNS server would say now: a change counts only when it is INSYNC."""
    zone = find_zone(call, call.ask.text("HostedZoneId"))
    name, kind = normal_name(call.ask.text("RecordName")), call.ask.text("RecordType")
    values = answer(call.world, zone, name, kind, call.now)
    return {
        "Nameserver": "ns-1.example.net",
        "RecordName": name.rstrip("."),
        "RecordType": kind,
        "RecordData": values or [],
        "ResponseCode": "NXDOMAIN" if values is None else "NOERROR",
        "Protocol": "UDP",
    }
