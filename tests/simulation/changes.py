"""What must be so of the changes of one transaction, whatever else is in the world."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from groundswell.domain.conditions import Item
from groundswell.domain.records import Resource, Wave
from groundswell.domain.states import OPEN_RESOURCE, ResourceState
from groundswell.ledger import keys
from groundswell.ports.store import Key


@dataclass(frozen=True)
class Change:
    """An item before and after a transaction."""

    key: Key
    old: Item | None
    new: Item | None


def rewritten(change: Change) -> Iterator[str]:
    """A fact stays as it was told."""
    if change.old is not None and change.new is not None and change.old["detail"] != change.new["detail"]:
        yield f"the fact {change.key.sk} was rewritten"


def untold(changes: Sequence[Change]) -> Iterator[str]:
    """State and fact are one transaction: a status that changes comes with the fact that tells of it."""
    if any(change.old is None and change.key.sk.startswith(keys.EVENT_PREFIX) for change in changes):
        return
    for change in changes:
        is_told = change.key.sk == "META" or change.key.sk.startswith(keys.WAVE_PREFIX)
        if is_told and change.old and change.new and change.old["status"] != change.new["status"]:
            yield f"{change.key.sk} went to {change.new['status']} without a fact that tells of it"


def wrong_counts(wave: Wave, resources: Sequence[Resource]) -> Iterator[str]:
    """What a wave counts, against its resources."""
    states = [resource.state for resource in resources]
    counted = (wave.total, wave.remaining, wave.recovered, wave.failed + wave.failed_optional, wave.skipped)
    are = (
        len(states),
        sum(state in OPEN_RESOURCE for state in states),
        states.count(ResourceState.RECOVERED),
        states.count(ResourceState.FAILED),
        states.count(ResourceState.SKIPPED),
    )
    if counted != are:
        yield f"wave {wave.wave} counts {counted} (total, remaining, recovered, failed, skipped), and they are {are}"
