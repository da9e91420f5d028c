"""Which function may set off which, by what the template lets it send, write or call; and where that comes back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from tests.template.callers import FUNCTION, bus, functions, telling
from tests.template.patterns import matches
from tests.template.policies import Caller, Context, Guarded, is_allowed, may
from tests.template.stack import ACCOUNT, Body, Stack, all_mappings

LEDGER = "the ledger's stream"
BUS = "the bus"
LEADING = "dynamodb:LeadingKeys"
OVER_TLS: Context = {"aws:SecureTransport": "true"}
_WRITES = tuple(f"dynamodb:{verb}Item" for verb in ("Put", "Update", "Delete"))
_SOURCES = {"SQS": "Queue", "SNS": "Topic", "DynamoDB": "Stream", "S3": "Bucket", "Kinesis": "Stream"}
"""The kinds of events that set off a function, with the property that names what they come from."""


class Step(NamedTuple):
    """One function may set off another, by way of something."""

    sender: str
    way: str
    receiver: str


def steps(stack: Stack, events: Iterable[Body]) -> set[Step]:
    """All that the template allows, the bus included as far as these events go."""
    heard = [(telling(event["source"], event["detail-type"]), list(_woken(stack, event))) for event in events]
    told = [(context, woken) for context, woken in heard if woken]
    return {step for name, caller in functions(stack).items() for step in _steps_of(stack, name, caller, told)}


def in_loops(found: Collection[Step], *, without: Collection[str] = ()) -> set[str]:
    """The functions that may set themselves off, if what goes by these ways is left aside."""
    followers: dict[str, set[str]] = {}
    for step in found:
        if step.way not in without:
            followers.setdefault(step.sender, set()).add(step.receiver)
    return {name for name in followers if name in _reached(followers, name)}


def _reached(followers: Mapping[str, set[str]], start: str) -> set[str]:
    reached, new = set[str](), followers[start]
    while new:
        reached |= new
        new = {name for each in new for name in followers.get(each, ())} - reached
    return reached


def _steps_of(stack: Stack, name: str, caller: Caller, told: Iterable[tuple[Context, list[str]]]) -> Iterator[Step]:
    for receiver, kind, origin in _set_off(stack):
        if _may_send(stack, caller, kind, origin):
            yield Step(name, LEDGER if kind == "DynamoDB" else kind, receiver)
    for receiver in stack.of_type(FUNCTION):
        if is_allowed(caller.rights, "lambda:InvokeFunction", stack.attribute(receiver, "Arn")):
            yield Step(name, "Lambda", receiver)
    guarded = bus(stack, "Bus")
    for context, woken in told:
        if may(caller, "events:PutEvents", guarded, context):
            yield from (Step(name, BUS, receiver) for receiver in woken)


def _set_off(stack: Stack) -> Iterator[tuple[str, str, str]]:
    """Each function with what sets it off: the kind, and the ARN."""
    for name, function in stack.of_type(FUNCTION).items():
        for source in function.get("Events", {}).values():
            if source["Type"] in _SOURCES:
                yield name, source["Type"], source["Properties"][_SOURCES[source["Type"]]]


def _may_send(stack: Stack, caller: Caller, kind: str, origin: str) -> bool:
    if kind == "DynamoDB":
        return _may_write(caller, origin.partition("/stream/")[0])
    action = {"SQS": "sqs:SendMessage", "SNS": "sns:Publish"}[kind]
    return may(caller, action, Guarded(origin, ACCOUNT, _policies(stack, origin)), OVER_TLS)


def _may_write(caller: Caller, table: str) -> bool:
    """Whether it may write anything there: under any of the keys that its rights name."""
    named = [mapping[LEADING] for mapping in all_mappings(caller.rights) if LEADING in mapping]
    keys = {key for each in named for key in ([each] if isinstance(each, str) else each)}
    under: list[Context] = [{}, *({LEADING: [key]} for key in keys)]
    return any(is_allowed(caller.rights, action, table, context) for action in _WRITES for context in under)


def _policies(stack: Stack, arn: str) -> list[Body]:
    queues = {stack.ref(name): stack.attribute(name, "Arn") for name in stack.of_type("AWS::SQS::Queue")}
    return [
        statement
        for policy in stack.of_type("AWS::SQS::QueuePolicy").values()
        if arn in [queues[queue] for queue in policy["Queues"]]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def _woken(stack: Stack, event: Body) -> Iterator[str]:
    targets = {
        target["Arn"]
        for rule in stack.of_type("AWS::Events::Rule").values()
        if rule.get("EventBusName") == stack.ref("Bus") and matches(rule["EventPattern"], event)
        for target in rule["Targets"]
    }
    return (name for name, _, origin in _set_off(stack) if origin in targets)
