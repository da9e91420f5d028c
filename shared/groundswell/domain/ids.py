"""Ids, and how those that must come out the same twice are derived."""

from __future__ import annotations

import hashlib
from typing import NamedTuple, NewType

ExecutionId = NewType("ExecutionId", str)
ResourceId = NewType("ResourceId", str)
OrderId = NewType("OrderId", str)
EventId = NewType("EventId", str)


class Lane(NamedTuple):
    """The resources of one technology in one wave: what one technology's workers may write."""

    execution_id: ExecutionId
    wave: int
    technology: str


_EXECUTION_DIGITS = 16
_EVENT_DIGITS = 32


def fingerprint(*parts: str) -> str:
    """64 hex digits that stand for these parts in this order; a separator keeps ("a", "bc") from ("ab", "c")."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def execution_id_of(request_id: str) -> ExecutionId:
    """The one execution of a request, so that a request delivered twice finds what its first delivery began."""
    return ExecutionId(f"dr-{fingerprint('execution', request_id)[:_EXECUTION_DIGITS]}")


def event_id_of(*parts: str) -> EventId:
    """The id of an event that is told again under the same id when it is told again for the same reason."""
    return EventId(fingerprint("event", *parts)[:_EVENT_DIGITS])


def order_id_of(execution_id: ExecutionId, wave: int, technology: str, place: str, number: int) -> OrderId:
    """The id of the numbered work order of a wave at a place (account and Region); the same cut gives the same id."""
    return OrderId(f"{execution_id}.w{wave:03d}.{technology}.{place}.{number:03d}")


def retry_id_of(execution_id: ExecutionId, wave: int, technology: str, command_id: str, first: ResourceId) -> OrderId:
    """The id of the work order by which a command tries resources again; the same command gives the same id."""
    return OrderId(f"{execution_id}.w{wave:03d}.{technology}.retry.{fingerprint(command_id, first)[:12]}")
