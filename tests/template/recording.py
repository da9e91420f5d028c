"""What the functions ask of AWS when they run: simulated worlds, each request noted as IAM would see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import pytest

from groundswell.ports.store import Check, Delete, Put, Update, Write
from groundswell.ports.world import BusEntry
from tests.simulation import outside
from tests.simulation.machine import current_invocation
from tests.template.callers import telling
from tests.template.policies import Context
from tests.template.stack import Stack

_WRITES: dict[type[Write], str] = {
    Put: "dynamodb:PutItem",
    Update: "dynamodb:UpdateItem",
    Check: "dynamodb:ConditionCheckItem",
    Delete: "dynamodb:DeleteItem",
}
"""A transaction needs the right to each of its writes (DynamoDB: "Using IAM with DynamoDB transactions")."""
_READS = {"get": "dynamodb:GetItem", "get_many": "dynamodb:BatchGetItem", "query": "dynamodb:Query"}


class Use(NamedTuple):
    """A right that a function made use of: the logical id of the resource, and what follows in its ARN."""

    function: str
    action: str
    resource: str
    below: str = ""
    source: str = ""
    detail_type: str = ""

    def arn(self, stack: Stack) -> str:
        """The resource's ARN."""
        return stack.attribute(self.resource, "Arn") + self.below

    @property
    def context(self) -> Context:
        """The condition keys of the request."""
        return telling(self.source, self.detail_type) if self.source else {}


@dataclass
class Recording:
    """The rights that functions made use of until now."""

    uses: set[Use] = field(default_factory=set)

    def by(self, function: str) -> set[str]:
        """The actions of one function."""
        return {use.action for use in self.uses if use.function == function}

    def note(self, action: str, resource: str, below: str = "", **told: str) -> None:
        """Note what the running function does; whoever else reads the ledger is no function."""
        running = current_invocation()
        if running is not None:
            self.uses.add(Use(running.name, action, resource, below, **told))


def recording(patch: pytest.MonkeyPatch) -> Recording:
    """A recording of all worlds that live from now on, until the patch is undone."""
    kept = Recording()
    store = outside.TroubledStore
    for name, action in _READS.items():
        _noted(patch, store, name, lambda *_, action=action, **__: kept.note(action, "Ledger"))
    for name in ("query_index", "latest"):
        _noted(
            patch, store, name, lambda index, *_, **__: kept.note("dynamodb:Query", "Ledger", below=f"/index/{index}")
        )
    _noted(patch, store, "write", lambda *writes: _note_writes(kept, writes))
    _noted(patch, outside.TroubledBus, "publish", lambda entries: _note_entries(kept, entries))
    return kept


def _noted(patch: pytest.MonkeyPatch, owner: type, name: str, note: Callable[..., None]) -> None:
    """Let the method note its arguments before it does what it does."""
    method: Callable[..., object] = getattr(owner, name)

    def noting(self: object, *arguments: object, **named: object) -> object:
        note(*arguments, **named)
        return method(self, *arguments, **named)

    patch.setattr(owner, name, noting)


def _note_writes(kept: Recording, writes: Iterable[Write]) -> None:
    for write in writes:
        kept.note(_WRITES[type(write)], "Ledger")


def _note_entries(kept: Recording, entries: Iterable[BusEntry]) -> None:
    for entry in entries:
        kept.note("events:PutEvents", "Bus", source=entry.source, detail_type=entry.detail_type)
