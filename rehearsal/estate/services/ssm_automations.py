"""Automation: starting an execution, and how it is seen: by its id nearly at once, in lists seconds later.

Source: the service model, 2014-11-06, and the User Guide, "Understanding automation statuses".
"""

import uuid
from collections.abc import Callable

from rehearsal.estate.ask import Ask, parse_moment
from rehearsal.estate.clock import to_datetime
from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.scenario.systems import Document
from rehearsal.estate.services.ssm_shared import find_document, invalid, pages, runs_of
from rehearsal.estate.state.ssm import Automation
from rehearsal.estate.timeline import Timeline

_OPEN = ("Pending", "InProgress", "Waiting")
_MOST_TAGS = 5


@operation("ssm", "StartAutomationExecution", mutating=True, subject=("DocumentName", "ClientToken", "Parameters"))
def start_automation_execution(call: Call) -> Reply:
    """A new execution. A token that was used before gives the first one back, if all else is the same."""
    document = find_document(call, "Automation", "AutomationDefinitionNotFoundException")
    parameters, tags = _parameters(call.ask), _tags(call.ask)
    known = _by_token(call, call.ask.text("ClientToken"))
    if known is not None:
        if (known.document, known.parameters) != (document.name, parameters):
            raise EstateError("IdempotentParameterMismatch", "The token was used with other parameters before.")
        return {"AutomationExecutionId": known.execution_id}
    running = [one for one in runs_of(call).automations.values() if one.status.at(call.now) in _OPEN]
    if len(running) >= call.world.scenario.systems.automations:
        message = "The number of simultaneously running Automation executions exceeded the allowable limit."
        raise EstateError("AutomationExecutionLimitExceededException", message)
    made = _begin(call, document, parameters, tags)
    runs_of(call).automations[made.execution_id] = made
    call.effects["automation"] = made.execution_id
    return {"AutomationExecutionId": made.execution_id}


def _by_token(call: Call, token: str) -> Automation | None:
    """Tokens are case insensitive."""
    found = runs_of(call).automations.values()
    return next((one for one in found if token and one.token.lower() == token.lower()), None)


def _parameters(ask: Ask) -> dict[str, list[str]]:
    if "Parameters" in ask and not ask.node("Parameters").params:
        raise invalid("Value at 'parameters' failed to satisfy constraint: Map must have at least 1 entry")
    return {name: ask.node("Parameters").texts(name) for name in ask.node("Parameters").params}


def _tags(ask: Ask) -> dict[str, str]:
    tags = {tag.text("Key"): tag.text("Value") for tag in ask.nodes("Tags")}
    if len(tags) > _MOST_TAGS:
        raise invalid(f"Value at 'tags' failed to satisfy constraint: at most {_MOST_TAGS} when it is started")
    return tags


def _begin(call: Call, document: Document, parameters: dict[str, list[str]], tags: dict[str, str]) -> Automation:
    """The whole course of an execution, known when it begins."""
    world, times = call.world, call.world.scenario.times.ssm
    number = len(runs_of(call).automations)
    key = (call.caller.account, call.caller.region, "automation", number)
    failure = world.faults.document_failure(document.name, runs_of(call).failed.get(document.name, 0))
    if failure:
        runs_of(call).failed[document.name] = runs_of(call).failed.get(document.name, 0) + 1
    status, action = Timeline(call.now, "Pending"), Timeline(call.now, "")
    at = call.now + world.lasts(times.delivery, *key)
    if document.approval:
        status.then(at, "Waiting")
        action.then(at, "aws:approve")
        at += world.lasts(document.approval, "approval", *key)
    status.then(at, "InProgress")
    action.then(at, "aws:executeScript")
    over = at + world.lasts(document.takes or times.automation, "run", *key)
    ending = "Failed" if failure and failure.status == "Undeliverable" else failure.status if failure else "Success"
    return Automation(
        execution_id=str(uuid.UUID(world.dice.token(*key, length=32))),
        document=document.name,
        token=call.ask.text("ClientToken"),
        parameters=parameters,
        tags=tags,
        created=call.now,
        answers_at=call.now + world.lasts(times.answers_after, "answers", *key),
        listed_at=call.now + world.lasts(times.listed_after, "listed", *key),
        status=status.then(over, ending),
        action=action.then(over, ""),
        message=failure.message if failure else "",
    )


@operation("ssm", "GetAutomationExecution", subject=("AutomationExecutionId",))
def get_automation_execution(call: Call) -> Reply:
    """One execution with its step; one that was started just now may not be there yet."""
    found = runs_of(call).automations.get(call.ask.text("AutomationExecutionId"))
    if found is None or call.now < found.answers_at:
        message = "There is no automation execution information for the requested automation execution ID."
        raise EstateError("AutomationExecutionNotFoundException", message)
    status = found.status.at(call.now)
    step: Reply = {
        "StepName": "check",
        "Action": found.action.at(call.now) or "aws:executeScript",
        "StepStatus": status,
    }
    if status not in (*_OPEN, "Success"):
        step["FailureMessage"] = found.message
    shown = {**_metadata(found, call.now), "StepExecutions": [step], "StepExecutionsTruncated": False}
    return {"AutomationExecution": shown}


def _metadata(found: Automation, now: float) -> Reply:
    status = found.status.at(now)
    shown: Reply = {
        "AutomationExecutionId": found.execution_id,
        "DocumentName": found.document,
        "DocumentVersion": "1",
        "AutomationExecutionStatus": status,
        "ExecutionStartTime": to_datetime(found.created),
        "ExecutedBy": "arn:aws:sts::000000000000:assumed-role/somebody/session",
        "Mode": "Auto",
    }
    if status in ("InProgress", "Waiting"):
        shown |= {"CurrentStepName": "check", "CurrentAction": found.action.at(now)}
    if status not in _OPEN:
        shown["ExecutionEndTime"] = to_datetime(found.status.since(now))
    if status not in (*_OPEN, "Success"):
        shown["FailureMessage"] = f"Step fails when it is Execute/Cancelling action. {found.message}"
    return shown


_FILTERS: dict[str, Callable[[Automation, list[str], float], bool]] = {
    "DocumentNamePrefix": lambda found, values, _: any(found.document.startswith(value) for value in values),
    "ExecutionStatus": lambda found, values, now: found.status.at(now) in values,
    "ExecutionId": lambda found, values, _: found.execution_id in values,
    "StartTimeAfter": lambda found, values, _: all(found.created > parse_moment(value) for value in values),
    "StartTimeBefore": lambda found, values, _: all(found.created < parse_moment(value) for value in values),
}


@operation("ssm", "DescribeAutomationExecutions", subject=("Filters",))
def describe_automation_executions(call: Call) -> Reply:
    """The executions that all filters let through, newest first. A list shows no tags, and the newest come late."""
    filters = [_checked(item.text("Key"), item.texts("Values")) for item in call.ask.nodes("Filters")]
    listed = [one for one in runs_of(call).automations.values() if one.listed_at <= call.now]
    found = [one for one in listed if all(_FILTERS[key](one, values, call.now) for key, values in filters)]
    found.sort(key=Automation.sort_key)
    name = "AutomationExecutionMetadataList"
    return pages(call, name, found, Automation.sort_key, lambda one: _metadata(one, call.now))


def _checked(key: str, values: list[str]) -> tuple[str, list[str]]:
    """A filter that there is, with values that it takes."""
    if key not in _FILTERS:
        raise EstateError("InvalidFilterKey", f"The specified key isn't valid: {key}")
    try:
        if key.startswith("StartTime"):
            list(map(parse_moment, values))
    except ValueError as error:
        raise EstateError("InvalidFilterValue", f"The filter value isn't valid: {error}") from error
    return key, values


@operation("ssm", "ListTagsForResource", subject=("ResourceType", "ResourceId"))
def list_tags_for_resource(call: Call) -> Reply:
    """The tags of an automation execution; the estate knows no other resource with tags here."""
    if call.ask.text("ResourceType") != "Automation":
        raise EstateError("InvalidResourceType", "The simulated estate knows the tags of Automation only.")
    found = runs_of(call).automations.get(call.ask.text("ResourceId"))
    if found is None or call.now < found.answers_at:
        raise EstateError("InvalidResourceId", "The resource ID isn't valid.")
    return {"TagList": [{"Key": key, "Value": value} for key, value in found.tags.items()]}
