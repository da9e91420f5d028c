"""What all operations of Systems Manager have in common. Source: the service model, 2014-11-06."""

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import TypeVar

from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply
from rehearsal.estate.paging import BadTokenError, page_of
from rehearsal.estate.scenario.systems import Document
from rehearsal.estate.state.ssm import Node, Runs

Item = TypeVar("Item")
_MOST_RESULTS = 50
_DOCUMENT = re.compile(r"[a-zA-Z0-9_\-.:/]{3,128}")


def runs_of(call: Call) -> Runs:
    """All that the caller has here."""
    return call.site.runs


def invalid(message: str) -> EstateError:
    """ValidationException: what the model does not allow."""
    return EstateError("ValidationException", f"1 validation error detected: {message}")


def find_document(call: Call, kind: str, code: str) -> Document:
    """The document that the call names, of this kind; the error `code` where there is none."""
    name = call.ask.text("DocumentName")
    if not _DOCUMENT.fullmatch(name):
        raise invalid(f"Value '{name}' at 'documentName' failed to satisfy constraint: it is no name of a document")
    for document in call.world.scenario.systems.documents:
        if document.name == name and document.kind == kind:
            return document
    raise EstateError(code, f"Document {name} of type {kind} does not exist in {call.caller.region}.")


def pages(
    call: Call, name: str, items: Sequence[Item], key: Callable[[Item], str], render: Callable[[Item], Reply]
) -> Reply:
    """One page of `items` (sorted by `key`)."""
    asked = call.ask.number("MaxResults")
    if asked is not None and not 1 <= asked <= _MOST_RESULTS:
        raise invalid(f"Value '{asked}' at 'maxResults' failed to satisfy constraint: 1 to {_MOST_RESULTS}")
    size = min(asked or _MOST_RESULTS, call.world.scenario.page_size)
    try:
        chosen, token = page_of(items, key, token=call.ask.text("NextToken"), size=size)
    except BadTokenError as error:
        raise EstateError("InvalidNextToken", "The specified token isn't valid.") from error
    reply: Reply = {name: [render(item) for item in chosen]}
    return reply if token is None else {**reply, "NextToken": token}


def nodes_of(call: Call) -> dict[str, Node]:
    """The nodes of the caller: those that are always there, and launched instances, whose agents come up later."""
    found = dict(runs_of(call).nodes)
    for instance in call.site.instances.values():
        if instance.state.at(call.now) == "running":
            agent = call.world.lasts(call.world.scenario.times.ssm.agent, "agent", instance.instance_id)
            is_online = call.now >= instance.state.since(call.now) + agent
            found[instance.instance_id] = Node(instance.instance_id, instance.tags, is_online)
    return found


def matching(nodes: dict[str, Node], call: Call) -> list[Node]:
    """The nodes that have one of the values of each tag that the call's targets name."""
    found = list(nodes.values())
    for target in call.ask.nodes("Targets"):
        key, values = target.text("Key"), target.texts("Values")
        if not key.startswith("tag:"):
            raise invalid(f"Value '{key}' at 'targets.1.member.key': the simulated estate knows tag: targets only")
        found = [node for node in found if node.tags.get(key.removeprefix("tag:")) in values]
    return sorted((node for node in found if node.online), key=lambda node: node.instance_id)


def is_hit(pattern: str, instance_id: str) -> bool:
    """Whether a pattern of a fault means this node."""
    return fnmatchcase(instance_id, pattern)
