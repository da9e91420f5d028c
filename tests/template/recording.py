"""What the functions ask of AWS when they run: simulated worlds, each request noted as IAM would see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

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


class Use(NamedTuple):
    """A right that a function made use of: the logical id of the resource, and what follows in its ARN."""

    function: str
    action: str
    resource: str
    below: str = ""
    source: str = ""
    detail_type: str = ""
    leading_keys: tuple[str, ...] = ()

    def arn(self, stack: Stack) -> str:
        """The resource's ARN."""
        return stack.attribute(self.resource, "Arn") + self.below

    @property
    def context(self) -> Context:
        """The condition keys of the request."""
        if self.source:
            return telling(self.source, self.detail_type)
        return {"dynamodb:LeadingKeys": list(self.leading_keys)} if self.leading_keys else {}


@dataclass
class Recording:
    """The rights that functions made use of until now."""

    uses: set[Use] = field(default_factory=set)

    def note(self, action: str, resource: str, below: str = "", **told: Any) -> None:
        """Note what the running function does; whoever else reads the ledger is no function."""
        running = current_invocation()
        if running is not None:
            self.uses.add(Use(running.name, action, resource, below, **told))

    def note_ledger(self, action: str, *leading_keys: str, below: str = "") -> None:
        """Note a request to the ledger: the partition keys of the items that it is about."""
        self.note(action, "Ledger", below, leading_keys=tuple(sorted(set(leading_keys))))


def recording(patch: pytest.MonkeyPatch) -> Recording:
    """A recording of all worlds that live from now on, until the patch is undone."""
    kept = Recording()
    store = outside.TroubledStore
    _noted(patch, store, "get", lambda key: kept.note_ledger("dynamodb:GetItem", key.pk))
    _noted(patch, store, "get_many", lambda keys: kept.note_ledger("dynamodb:BatchGetItem", *(key.pk for key in keys)))
    _noted(patch, store, "query", lambda pk, *_: kept.note_ledger("dynamodb:Query", pk))
    for name in ("query_index", "latest"):
        _noted(patch, store, name, lambda index, partition, *_, **__: _note_index(kept, index, partition))
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
        pk = str(write.item["pk"]) if isinstance(write, Put) else write.key.pk
        kept.note_ledger(_WRITES[type(write)], pk)


def _note_index(kept: Recording, index: str, partition: str) -> None:
    kept.note_ledger("dynamodb:Query", partition, below=f"/index/{index}")


def _note_entries(kept: Recording, entries: Iterable[BusEntry]) -> None:
    for entry in entries:
        kept.note("events:PutEvents", "Bus", source=entry.source, detail_type=entry.detail_type)
