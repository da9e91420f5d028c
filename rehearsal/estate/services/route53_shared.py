"""What all Route 53 operations have in common. Source: the service model, 2013-04-01. Route 53 is global: no Region."""

from rehearsal.estate.clock import to_datetime
from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply
from rehearsal.estate.state.route53 import Change, Zone


def find_zone(call: Call, zone_id: str) -> Zone:
    """A hosted zone of the caller's account, with or without the prefix /hostedzone/."""
    name = zone_id.rpartition("/")[2]
    zone = call.world.zones.get(call.caller.account, {}).get(name)
    if zone is None:
        raise EstateError("NoSuchHostedZone", f"No hosted zone found with ID: {name}", 404)
    return zone


def invalid_input(message: str) -> EstateError:
    """InvalidInput."""
    return EstateError("InvalidInput", message)


def normal_name(name: str) -> str:
    """A DNS name as Route 53 stores it: lower case, a trailing dot, a wildcard as an escape code."""
    lowered = name.lower().replace("*", "\\052")
    return lowered if lowered.endswith(".") else lowered + "."


def change_info(change: Change, now: float) -> Reply:
    """PENDING until all DNS servers have it, then INSYNC."""
    reply: Reply = {
        "Id": f"/change/{change.change_id}",
        "Status": "INSYNC" if change.insync_at <= now else "PENDING",
        "SubmittedAt": to_datetime(change.submitted),
    }
    return {**reply, "Comment": change.comment} if change.comment else reply


def max_items(call: Call, limit: int) -> int:
    """How many items a page may hold: MaxItems is a string here."""
    asked = call.ask.number("MaxItems")
    if "MaxItems" in call.ask and not asked:
        raise invalid_input("MaxItems must be a positive number.")
    return min(asked or limit, limit, call.world.scenario.page_size)
