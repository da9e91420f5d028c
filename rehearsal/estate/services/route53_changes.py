"""Route 53: ChangeResourceRecordSets. A batch is carried out as a whole or not at all; all its faults are named."""

from collections.abc import Sequence
from typing import cast

from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.services.route53_rules import describe, group_fault, read_record, shape_fault, zone_fault
from rehearsal.estate.services.route53_shared import change_info, find_zone, invalid_input
from rehearsal.estate.state.route53 import Change, RecordKey, RecordSet, Zone, key_of

_Step = tuple[str, RecordSet]
_MOST_ELEMENTS = 1000
_MOST_CHARACTERS = 32000


@operation("route53", "ChangeResourceRecordSets", mutating=True, subject=("HostedZoneId", "ChangeBatch"))
def change_resource_record_sets(call: Call) -> Reply:
    """Apply a change batch: at once in listings, and in DNS when it is INSYNC."""
    zone = find_zone(call, call.ask.text("HostedZoneId"))
    if call.now < zone.busy_until:
        message = "The request was rejected because Route 53 was still processing a prior request."
        raise EstateError("PriorRequestNotComplete", message)
    batch = call.ask.node("ChangeBatch")
    steps = [
        (change.text("Action"), read_record(change.node("ResourceRecordSet"))) for change in batch.nodes("Changes")
    ]
    _check_form(steps)
    zone.records = _apply(zone, steps)
    change = _publish(call, zone, batch.text("Comment"))
    call.effects.update(change=change.change_id, records=[describe(record) for _, record in steps])
    return {"ChangeInfo": change_info(change, call.now)}


def _check_form(steps: Sequence[_Step]) -> None:
    if not steps:
        raise invalid_input("Invalid request: Expected at least one Change in the ChangeBatch.")
    for action, record in steps:
        if action not in ("CREATE", "DELETE", "UPSERT"):
            raise invalid_input(f"Invalid request: the Action {action} is none of CREATE, DELETE, UPSERT.")
        fault = shape_fault(action, record)
        if fault is not None:
            raise invalid_input(fault)
    _check_size(steps)


def _check_size(steps: Sequence[_Step]) -> None:
    """UPSERT counts twice. Source: Developer Guide, "Maximums on API requests"."""
    elements = characters = 0
    for action, record in steps:
        values = cast(list[dict[str, str]], record.get("ResourceRecords", []))
        factor = 2 if action == "UPSERT" else 1
        elements += factor * max(1, len(values))
        characters += factor * sum(len(value.get("Value", "")) for value in values)
    if elements > _MOST_ELEMENTS:
        raise EstateError("InvalidChangeBatch", f"Number of records limit of {_MOST_ELEMENTS} exceeded.")
    if characters > _MOST_CHARACTERS:
        raise EstateError("InvalidChangeBatch", f"Number of characters limit of {_MOST_CHARACTERS} exceeded.")


def _apply(zone: Zone, steps: Sequence[_Step]) -> dict[RecordKey, RecordSet]:
    """The records after all steps; InvalidChangeBatch with every fault if one step cannot be done."""
    records = dict(zone.records)
    faults = _duplicates(steps)
    if not faults:
        for action, record in steps:
            fault = _delete(records, record) if action == "DELETE" else _put(zone, records, action, record)
            if fault is not None:
                faults.append(fault)
    faults = faults or _group_faults(zone, records, steps)
    if faults:
        raise EstateError("InvalidChangeBatch", f"[{', '.join(faults)}]")
    return records


def _duplicates(steps: Sequence[_Step]) -> list[str]:
    """A record set may come twice in a batch only to be deleted and then created."""
    seen: dict[RecordKey, list[str]] = {}
    for action, record in steps:
        seen.setdefault(key_of(record), []).append(action)
    records = {key_of(record): record for _, record in steps}
    return [
        "The request contains an invalid set of changes for a resource record set "
        f"'{records[key]['Type']} {records[key]['Name']}'"
        for key, actions in seen.items()
        if len(actions) > 1 and not (len(actions) == 2 and actions[0] == "DELETE" and actions[1] != "DELETE")
    ]


def _delete(records: dict[RecordKey, RecordSet], record: RecordSet) -> str | None:
    present = records.get(key_of(record))
    if present is None:
        return f"Tried to delete resource record set [{describe(record)}] but it was not found"
    if _comparable(present) != _comparable(record):
        return (
            f"Tried to delete resource record set [{describe(record)}] but the values provided do not match the "
            "current values"
        )
    del records[key_of(record)]
    return None


def _put(zone: Zone, records: dict[RecordKey, RecordSet], action: str, record: RecordSet) -> str | None:
    key = key_of(record)
    if action == "CREATE" and key in records:
        return f"Tried to create resource record set [{describe(record)}] but it already exists"
    records[key] = record
    return zone_fault(zone, record)


def _group_faults(zone: Zone, records: dict[RecordKey, RecordSet], steps: Sequence[_Step]) -> list[str]:
    """What does not go together when all steps are done: a batch may pass through states that are not allowed."""
    faults = []
    for key in {key_of(record) for action, record in steps if action != "DELETE"}:
        others = [other for known, other in records.items() if known[0] == key[0] and known != key]
        fault = group_fault(records[key], others, zone)
        if fault is not None:
            faults.append(fault)
    return sorted(faults)


def _comparable(record: RecordSet) -> RecordSet:
    """For comparison the order of values does not matter."""
    values = cast(list[dict[str, str]], record.get("ResourceRecords", []))
    return {**record, "ResourceRecords": sorted(value["Value"] for value in values)}


def _publish(call: Call, zone: Zone, comment: str) -> Change:
    world, times = call.world, call.world.scenario.times.route53
    change_id = "C" + world.dice.token("change", zone.zone_id, len(world.changes), length=20).upper()
    insync = max(call.now + world.lasts(times.insync, "insync", change_id), zone.published[-1][0])
    change = Change(change_id, call.now, insync, comment)
    world.changes[call.caller.account, change_id] = change
    zone.busy_until = call.now + world.lasts(times.busy, "busy", change_id)
    zone.published.append((insync, zone.records))
    return change
