"""What Route 53 requires of one record set in a change. Messages as Route 53 words them, where that is known."""

from rehearsal.estate.ask import Ask
from rehearsal.estate.services.route53_shared import normal_name
from rehearsal.estate.state.route53 import RecordSet, Zone

ROUTINGS = (
    "Weight",
    "Region",
    "Failover",
    "GeoLocation",
    "MultiValueAnswer",
    "CidrRoutingConfig",
    "GeoProximityLocation",
)


def describe(record: RecordSet) -> str:
    """A record set in a message about its existence."""
    text = f"name='{record['Name']}', type='{record['Type']}'"
    return text + (f", set-identifier='{record['SetIdentifier']}'" if "SetIdentifier" in record else "")


def routing_of(record: RecordSet) -> str:
    """The member that says how queries are routed; "" is simple routing."""
    return next((name for name in ROUTINGS if record.get(name) is not None), "")


def read_record(asked: Ask) -> RecordSet:
    """The record set of a change as Route 53 stores it."""
    record = {name: value for name, value in asked.params.items() if value is not None and name != "Name"}
    return {"Name": normal_name(asked.text("Name")), **record}


def shape_fault(action: str, record: RecordSet) -> str | None:
    """Why the request is not even well formed (InvalidInput), or None."""
    identifier = record.get("SetIdentifier")
    where = f"Change with [Action={action}, Name={record['Name']}, Type={record['Type']}, SetIdentifier={identifier}]"
    plain = "TTL" in record and bool(record.get("ResourceRecords"))
    alias = "AliasTarget" in record
    if plain == alias or (alias and ("TTL" in record or record.get("ResourceRecords"))):
        found = "more than one" if plain and alias else "none"
        wanted = "[AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]"
        return f"Invalid request: Expected exactly one of {wanted}, but found {found} in {where}"
    chosen = [name for name in ROUTINGS if record.get(name) is not None]
    if chosen and "SetIdentifier" not in record:
        return f"Invalid request: Missing field 'SetIdentifier' in {where}"
    if len(chosen) > 1 or ("SetIdentifier" in record and not chosen):
        found = "more than one" if chosen else "none"
        return f"Invalid request: Expected exactly one of [{', '.join(ROUTINGS)}], but found {found} in {where}"
    return None


def zone_fault(zone: Zone, record: RecordSet) -> str | None:
    """Why the record set cannot be in this zone, or None."""
    name, kind = str(record["Name"]), record["Type"]
    if name != zone.name and not name.endswith("." + zone.name):
        return f"RRSet with DNS name {name} is not permitted in zone {zone.name}"
    if kind == "CNAME" and name == zone.name:
        return f"RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {zone.name}"
    weight = record.get("Weight")
    if isinstance(weight, int) and not 0 <= weight <= 255:
        return f"Invalid weight {weight}: a weight is from 0 to 255"
    values = record.get("ResourceRecords")
    if "Weight" in record and isinstance(values, list) and len(values) > 1:
        return f"RRSet with DNS name {name}, type {kind}: a weighted record set holds one ResourceRecord"
    return None


def group_fault(record: RecordSet, others: list[RecordSet], zone: Zone) -> str | None:
    """Why the record set cannot stand beside the others of its name, or None."""
    name, kind = record["Name"], record["Type"]
    if any((other["Type"] == "CNAME") != (kind == "CNAME") for other in others):
        return (
            f"RRSet of type {kind} with DNS name {name} is not permitted as it conflicts with other records with the "
            f"same DNS name in zone {zone.name}"
        )
    same = [other for other in others if other["Type"] == kind]
    if any(routing_of(other) != routing_of(record) for other in same):
        return (
            f"RRSet with DNS name {name}, type {kind}, SetIdentifier {record.get('SetIdentifier')} cannot be created "
            "because a record set with another routing policy exists with the same name and type"
        )
    if "Failover" in record and any(other.get("Failover") == record["Failover"] for other in same):
        return f"RRSet with DNS name {name}, type {kind} already has a {record['Failover']} failover record set"
    if "Weight" in record and any(other.get("TTL") != record.get("TTL") for other in same):
        return f"RRSet with DNS name {name}, type {kind}: all weighted record sets must have the same TTL"
    return None
