"""EC2: reading instances and their status checks. Source: the service model, 2016-11-15, and the API's error codes."""

import re
from collections.abc import Callable, Sequence

from rehearsal.estate.ask import Ask
from rehearsal.estate.clock import to_datetime
from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.paging import BadTokenError, page_of
from rehearsal.estate.services.ec2_shared import any_match
from rehearsal.estate.state.ec2 import STATE_CODES, Instance

_KEPT_TERMINATED = 3600.0
_INSTANCE_ID = re.compile(r"i-([0-9a-f]{8}|[0-9a-f]{17})")


@operation("ec2", "DescribeInstances", subject=("InstanceIds", "Filters"))
def describe_instances(call: Call) -> Reply:
    """The caller's instances, one reservation each. Terminated ones show for about an hour."""
    return _answer(call, "Reservations", selected(call), lambda instance: _reservation(call, instance))


@operation("ec2", "DescribeInstanceStatus", subject=("InstanceIds", "Filters", "IncludeAllInstances"))
def describe_instance_status(call: Call) -> Reply:
    """Both status checks; only of running instances unless IncludeAllInstances is set."""
    if len(call.ask.texts("InstanceIds")) > 100:
        raise EstateError("InvalidParameterValue", "You can specify at most 100 instance IDs.")
    everything = call.ask.flag("IncludeAllInstances")
    shown = [item for item in selected(call) if everything or item.state.at(call.now) == "running"]
    return _answer(call, "InstanceStatuses", shown, lambda instance: _status(instance, call.now))


def selected(call: Call) -> list[Instance]:
    """The instances that the call names and its filters let through, by id."""
    named = call.ask.texts("InstanceIds")
    known = [find(call, name) for name in check_ids(call, named)] if named else _visible(call)
    filters = call.ask.nodes("Filters")
    return [instance for instance in known if all(_fits(instance, item, call.now) for item in filters)]


def check_ids(call: Call, ids: Sequence[str]) -> Sequence[str]:
    """The ids, or the error that EC2 answers to an id that is malformed or not there."""
    for name in ids:
        if not _INSTANCE_ID.fullmatch(name):
            raise EstateError("InvalidInstanceID.Malformed", f'Invalid id: "{name}"')
    visible = {instance.instance_id for instance in _visible(call)}
    missing = [name for name in ids if name not in visible]
    if missing:
        noun, verb = ("ID", "does") if len(missing) == 1 else ("IDs", "do")
        raise EstateError("InvalidInstanceID.NotFound", f"The instance {noun} '{', '.join(missing)}' {verb} not exist")
    return ids


def find(call: Call, instance_id: str) -> Instance:
    """An instance whose id was checked."""
    return call.site.instances[instance_id]


def _visible(call: Call) -> list[Instance]:
    kept = call.world.clock.shrink(_KEPT_TERMINATED)
    found = [
        instance
        for instance in call.site.instances.values()
        if instance.launched_at <= call.now
        and (instance.state.at(call.now) != "terminated" or call.now - instance.state.since(call.now) < kept)
    ]
    return sorted(found, key=lambda instance: instance.instance_id)


def _fits(instance: Instance, item: Ask, now: float) -> bool:
    name, patterns = item.text("Name"), item.texts("Values")
    if name == "tag-key":
        return any_match(instance.tags, patterns)
    if name.startswith("tag:"):
        key = name.removeprefix("tag:")
        return key in instance.tags and any_match([instance.tags[key]], patterns)
    value = {
        "instance-id": instance.instance_id,
        "instance-state-name": instance.state.at(now),
        "private-ip-address": instance.private_ip,
        "availability-zone": instance.zone,
    }.get(name)
    if value is None:
        raise EstateError("InvalidParameterValue", f"The filter '{name}' is invalid")
    return any_match([value], patterns)


def _answer(call: Call, name: str, found: list[Instance], render: Callable[[Instance], Reply]) -> Reply:
    asked = call.ask.number("MaxResults")
    if call.ask.texts("InstanceIds"):
        if asked is not None:
            message = "The parameter instancesSet cannot be used with the parameter maxResults"
            raise EstateError("InvalidParameterCombination", message)
        return {name: [render(instance) for instance in found]}
    if asked is not None and not 5 <= asked <= 1000:
        message = f"Value ( {asked} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000."
        raise EstateError("InvalidParameterValue", message)
    size = min(asked or call.world.scenario.page_size, call.world.scenario.page_size)
    try:
        chosen, token = page_of(found, lambda item: item.instance_id, token=call.ask.text("NextToken"), size=size)
    except BadTokenError as error:
        raise EstateError("InvalidParameterValue", "Invalid value for NextToken") from error
    reply: Reply = {name: [render(instance) for instance in chosen]}
    return reply if token is None else {**reply, "NextToken": token}


def state_of(name: str) -> Reply:
    """An instance state as EC2 spells it: a code and a name."""
    return {"Code": STATE_CODES[name], "Name": name}


def _reservation(call: Call, instance: Instance) -> Reply:
    shown: Reply = {
        "InstanceId": instance.instance_id,
        "InstanceType": instance.instance_type,
        "State": state_of(instance.state.at(call.now)),
        "PrivateIpAddress": instance.private_ip,
        "SubnetId": instance.subnet_id,
        "Placement": {"AvailabilityZone": instance.zone, "Tenancy": "default"},
        "LaunchTime": to_datetime(instance.launched_at),
        "Tags": [{"Key": key, "Value": value} for key, value in instance.tags.items()],
    }
    reservation = "r-" + instance.instance_id.removeprefix("i-")
    return {"ReservationId": reservation, "OwnerId": instance.account, "Instances": [shown]}


def _status(instance: Instance, now: float) -> Reply:
    state = instance.state.at(now)
    if state != "running":
        summary: Reply = {"Status": "not-applicable"}
    else:
        summary = _checks(instance, now - instance.state.since(now))
    return {
        "InstanceId": instance.instance_id,
        "AvailabilityZone": instance.zone,
        "InstanceState": state_of(state),
        "InstanceStatus": summary,
        "SystemStatus": {"Status": "ok", "Details": [{"Name": "reachability", "Status": "passed"}]}
        if instance.impaired and summary["Status"] == "impaired"
        else dict(summary),
    }


def _checks(instance: Instance, running_for: float) -> Reply:
    if running_for < instance.checks_pass_after:
        status, detail = "initializing", "initializing"
    elif instance.impaired:
        status, detail = "impaired", "failed"
    else:
        status, detail = "ok", "passed"
    return {"Status": status, "Details": [{"Name": "reachability", "Status": detail}]}
