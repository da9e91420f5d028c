"""Run Command: sending a command, and the list of commands. It takes no token: a second call is a second command.

Source: the service model, 2014-11-06, and the User Guide, "Understanding command statuses".
"""

import uuid
from collections.abc import Callable, Iterator

from rehearsal.estate.ask import parse_moment
from rehearsal.estate.clock import to_datetime
from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.scenario.faults import FailingDocument
from rehearsal.estate.scenario.systems import Document
from rehearsal.estate.services.ssm_shared import find_document, invalid, is_hit, matching, nodes_of, pages, runs_of
from rehearsal.estate.state.ssm import Command, Invocation
from rehearsal.estate.timeline import Timeline

_MOST_COMMENT, _MOST_INSTANCES, _LEAST_SECONDS = 100, 50, 30
_DETAILS = {
    "Failed": "Failed",
    "TimedOut": "ExecutionTimedOut",
    "Cancelled": "Cancelled",
    "Undeliverable": "Undeliverable",
}


@operation("ssm", "SendCommand", mutating=True, subject=("DocumentName", "InstanceIds", "Targets", "Comment"))
def send_command(call: Call) -> Reply:
    """A new command. Named instances must be online; of tags only what is online then is counted."""
    document = find_document(call, "Command", "InvalidDocument")
    _check_form(call)
    instances = _named(call) or [node.instance_id for node in matching(nodes_of(call), call)]
    command = _begin(call, document, instances)
    runs_of(call).commands[command.command_id] = command
    call.effects.update(command=command.command_id, instances=instances)
    return {"Command": render(command, call.now)}


def _check_form(call: Call) -> None:
    comment, seconds = call.ask.text("Comment"), call.ask.number("TimeoutSeconds")
    if len(comment) > _MOST_COMMENT:
        raise invalid(
            f"Value '{comment}' at 'comment' failed to satisfy constraint: at most {_MOST_COMMENT} characters"
        )
    if seconds is not None and seconds < _LEAST_SECONDS:
        raise invalid(f"Value '{seconds}' at 'timeoutSeconds' failed to satisfy constraint: at least {_LEAST_SECONDS}")
    if len(call.ask.texts("InstanceIds")) > _MOST_INSTANCES:
        raise invalid(f"Value at 'instanceIds' failed to satisfy constraint: at most {_MOST_INSTANCES}")
    if bool(call.ask.texts("InstanceIds")) == bool(call.ask.nodes("Targets")):
        raise EstateError("InvalidTarget", "Give either InstanceIds or Targets.")


def _named(call: Call) -> list[str]:
    """The instances that the call names: each an instance with an agent that is online, or the call is refused."""
    named, nodes = call.ask.texts("InstanceIds"), nodes_of(call)
    if len(set(named)) < len(named):
        raise EstateError("DuplicateInstanceId", "You can't specify a managed node ID in more than one association.")
    absent = [name for name in named if name not in nodes or not nodes[name].online]
    if absent:
        message = f"Instances [[{', '.join(absent)}]] not in a valid state for account {call.caller.account}"
        raise EstateError("InvalidInstanceId", message)
    return named


def _begin(call: Call, document: Document, instances: list[str]) -> Command:
    """The whole course of a command, known when it is sent."""
    world, times, runs = call.world, call.world.scenario.times.ssm, runs_of(call)
    key = (call.caller.account, call.caller.region, "command", len(runs.commands))
    failure = world.faults.document_failure(document.name, runs.failed.get(document.name, 0))
    if failure:
        runs.failed[document.name] = runs.failed.get(document.name, 0) + 1
    sent = call.now + world.lasts(times.delivery, *key)
    invocations = list(_invocations(call, document, instances, sent, failure))
    return Command(
        command_id=str(uuid.UUID(world.dice.token(*key, length=32))),
        document=document.name,
        comment=call.ask.text("Comment"),
        parameters={name: call.ask.node("Parameters").texts(name) for name in call.ask.node("Parameters").params},
        instance_ids=call.ask.texts("InstanceIds"),
        targets=[{"Key": one.text("Key"), "Values": one.texts("Values")} for one in call.ask.nodes("Targets")],
        created=call.now,
        listed_at=call.now + world.lasts(times.listed_after, "listed", *key),
        timeout=call.ask.number("TimeoutSeconds") or 3600,
        status=_course(call.now, sent, invocations),
        invocations=invocations,
    )


def _invocations(
    call: Call, document: Document, instances: list[str], sent: float, failure: FailingDocument | None
) -> Iterator[Invocation]:
    world, times = call.world, call.world.scenario.times.ssm
    for instance in instances:
        key = (instance, len(runs_of(call).commands))
        status = Timeline(sent, ("Pending", "Pending")).then(sent, ("InProgress", "InProgress"))
        over = sent + world.lasts(document.takes or times.command, "run", *key)
        ending = ("Success", "Success")
        if failure and is_hit(failure.nodes, instance):
            details = _DETAILS[failure.status]
            ending = ("Failed" if details == "Undeliverable" else failure.status, details)
        yield Invocation(instance, sent + world.lasts(times.listed_after, "invoked", *key), status.then(over, ending))


def _course(created: float, sent: float, invocations: list[Invocation]) -> Timeline[tuple[str, str]]:
    """Undeliverable invocations do not count: with no others a command is a success all the same.

    Nor is a command a failure whose tags no instance has: its status is Success, its details say why.
    """
    status = Timeline(created, ("Pending", "Pending"))
    if not invocations:
        return status.then(sent, ("Success", "NoInstancesInTag"))
    over = max(one.status.last()[0] for one in invocations)
    counted = [ending for one in invocations if (ending := one.status.last()[1])[1] != "Undeliverable"]
    bad = next((ending for ending in counted if ending[0] != "Success"), None)
    return status.then(sent, ("InProgress", "InProgress")).then(over, bad or ("Success", "Success"))


def render(command: Command, now: float) -> Reply:
    """A command as lists show it; what its tags come to is counted when it is under way."""
    status, details = command.status.at(now)
    endings = [one.status.at(now)[0] for one in command.invocations]
    shown: Reply = {
        "CommandId": command.command_id,
        "DocumentName": command.document,
        "DocumentVersion": "1",
        "Comment": command.comment,
        "Parameters": command.parameters,
        "InstanceIds": command.instance_ids,
        "Targets": command.targets,
        "RequestedDateTime": to_datetime(command.created),
        "ExpiresAfter": to_datetime(command.created + command.timeout),
        "Status": status,
        "StatusDetails": details,
        "MaxConcurrency": "50",
        "MaxErrors": "0",
        "TargetCount": 0 if status == "Pending" and command.targets else len(endings),
        "CompletedCount": sum(ending not in ("Pending", "InProgress") for ending in endings),
        "ErrorCount": sum(ending in ("Failed", "TimedOut") for ending in endings),
        "TimeoutSeconds": command.timeout,
    }
    return shown


@operation("ssm", "ListCommands", subject=("CommandId", "Filters"))
def list_commands(call: Call) -> Reply:
    """The commands that all filters let through, newest first; the newest come late."""
    commands = runs_of(call).commands
    wanted = call.ask.text("CommandId")
    if wanted and (wanted not in commands or call.now < commands[wanted].listed_at):
        raise EstateError("InvalidCommandId", "The specified command ID isn't valid.")
    found = [commands[wanted]] if wanted else [one for one in commands.values() if one.listed_at <= call.now]
    for key, value in [_checked(item.text("key"), item.text("value")) for item in call.ask.nodes("Filters")]:
        found = [one for one in found if _FILTERS[key](one, value, call.now)]
    return pages(
        call, "Commands", sorted(found, key=Command.sort_key), Command.sort_key, lambda one: render(one, call.now)
    )


_TIMES = ("InvokedAfter", "InvokedBefore")
_FILTERS: dict[str, Callable[[Command, str, float], bool]] = {
    "DocumentName": lambda command, value, _: command.document == value,
    "InvokedAfter": lambda command, value, _: command.created > parse_moment(value),
    "InvokedBefore": lambda command, value, _: command.created < parse_moment(value),
    "Status": lambda command, value, now: value in command.status.at(now),
}


def _checked(key: str, value: str) -> tuple[str, str]:
    """A filter that there is, with a value that it takes."""
    try:
        if key not in _FILTERS or (key in _TIMES and not parse_moment(value)):
            raise ValueError(key)
    except ValueError as error:
        raise EstateError("InvalidFilterKey", f"The specified filter isn't valid: {key}={value}") from error
    return key, value
