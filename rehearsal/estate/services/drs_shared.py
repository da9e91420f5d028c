"""What all DRS operations have in common: their errors, pages and limits. Source: the service model, 2020-02-26."""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from rehearsal.estate.ask import Ask
from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply
from rehearsal.estate.paging import BadTokenError, page_of
from rehearsal.estate.state.world import Site

Item = TypeVar("Item")
_SERVER_ID = re.compile(r"s-[0-9a-zA-Z]{17}")


def invalid(message: str) -> EstateError:
    """ValidationException."""
    return EstateError("ValidationException", message, 400, {"reason": "other"})


def not_found(kind: str, resource_id: str) -> EstateError:
    """ResourceNotFoundException."""
    fields: dict[str, object] = {"resourceId": resource_id, "resourceType": kind}
    return EstateError("ResourceNotFoundException", f"{kind} {resource_id} not found.", 404, fields)


def conflict(message: str) -> EstateError:
    """ConflictException. DRS does not say which of several servers is at fault."""
    return EstateError("ConflictException", message, 409)


def over_quota(code: str, message: str) -> EstateError:
    """ServiceQuotaExceededException with the quota's code."""
    fields: dict[str, object] = {"serviceCode": "drs", "quotaCode": code}
    return EstateError("ServiceQuotaExceededException", message, 402, fields)


def ready_site(call: Call) -> Site:
    """The caller's site; an account and Region where DRS was never initialised refuses every call."""
    site = call.site
    if not site.drs_initialised:
        raise EstateError(
            "UninitializedAccountException",
            f"The account {call.caller.account} is not initialized for Elastic Disaster Recovery "
            f"in {call.caller.region}.",
        )
    return site


def at_most(values: Sequence[str], limit: int, name: str) -> Sequence[str]:
    """The values, or ValidationException when there are more than the model allows."""
    if len(values) > limit:
        raise invalid(
            f"Value at '{name}' failed to satisfy constraint: Member must have length less than or equal to {limit}"
        )
    return values


def server_ids(filters: Ask) -> Sequence[str]:
    """The ids of source servers that a filter names. One that can be none refuses the whole call (service model)."""
    names = at_most(filters.texts("sourceServerIDs"), 200, "filters.sourceServerIDs")
    for name in names:
        if not _SERVER_ID.fullmatch(name):
            raise invalid(
                f"Value '{name}' at 'filters.sourceServerIDs' failed to satisfy constraint: "
                f"Member must satisfy regular expression pattern: {_SERVER_ID.pattern}"
            )
    return names


def reply_page(call: Call, items: Sequence[Item], key: Callable[[Item], str], render: Callable[[Item], Reply]) -> Reply:
    """One page of `items` as DRS answers it: `items`, and `nextToken` if there is more."""
    asked = call.ask.number("maxResults")
    if asked is not None and asked < 1:
        raise invalid("Value at 'maxResults' failed to satisfy constraint: Member must be at least 1")
    size = min(asked or call.world.scenario.page_size, call.world.scenario.page_size)
    try:
        chosen, token = page_of(items, key, token=call.ask.text("nextToken"), size=size)
    except BadTokenError as error:
        raise invalid("Invalid nextToken") from error
    reply: Reply = {"items": [render(item) for item in chosen]}
    if token is not None:
        reply["nextToken"] = token
    return reply
