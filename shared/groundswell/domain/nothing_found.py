"""Why a request finds nothing to recover, as near as can be said."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.domain.events.facts import Remark
from groundswell.domain.protection import Protected
from groundswell.domain.request import DRRequested, listed

_MOST_NAMED = 30
"""Customers or environments that are named."""


def nothing_found(
    request: DRRequested, protected: Sequence[Protected], left_out: Sequence[Remark], *, unread: Sequence[Remark] = ()
) -> str:
    """Why there is nothing, as near as can be said; what was left out may well be the reason.

    Where a place could not be looked at, nobody knows what is there: then nothing is called unknown.
    """
    if unread:
        first = f"{unread[0].subject}: {unread[0].reason}"
        places = "1 place" if len(unread) == 1 else f"{len(unread)} places"
        return f"nothing was found for {request.scope}, and {places} where it may be could not be read, first {first}"
    if not left_out:
        return _unknown_scope(request, protected)
    first = f"{left_out[0].subject}: {left_out[0].reason}"
    return f"{_unknown_scope(request, protected)}; {len(left_out)} were left out, the first: {first}"


def _unknown_scope(request: DRRequested, protected: Sequence[Protected]) -> str:
    if request.customer and request.customer not in {resource.customer for resource in protected}:
        known = sorted({resource.customer for resource in protected})
        return f"unknown customer {request.customer!r}: {_known('customers with protected resources are', known)}"
    environments = sorted({each.environment for each in protected if each.customer == request.customer})
    if request.environment and request.environment not in environments:
        return (
            f"{request.customer} has no protected resource in environment {request.environment!r}: "
            f"{_known('its environments are', environments)}"
        )
    of = " with these waves and technologies" if request.waves or request.technologies else ""
    return f"nothing to recover in {request.scope}{of}: is dr:enabled=true set in the target Region?"


def _known(phrase: str, names: list[str]) -> str:
    if not names:
        return "there are none; tag resources with dr:enabled=true in the target Region"
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{phrase} {listed(names[:_MOST_NAMED])}{more}"
