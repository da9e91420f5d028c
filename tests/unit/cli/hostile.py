"""Hostile text in every field that a model lets anybody fill: what a ledger, a preview or a door may come to say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.conditions import Item
from groundswell.domain.dry_run import CallSheet
from groundswell.domain.events import commands, facts
from groundswell.domain.events.envelope import EventData
from groundswell.domain.records import Execution, Resource, StoredEvent, Wave, WorkOrder
from groundswell.ledger.plans import KeptPlan
from groundswell.ports.store import Index, Key, Write
from groundswell_cli.record import Disbelieved

HOSTILE = (
    "\x1b[2J\x1b]8;;http://evil\x07\x9b31m\r\n\x0b\x08\u202e\u2066\u200b\u200d\u2028\u2029\ufeff\x7f"
    "[red][link=http://evil]press[/link][/red]\tdr: "
)
SIGN = "␛[2J"
"""What is seen where hostile text was."""
MARKUP = "[red][link=http://evil]press[/link][/red]"

M = TypeVar("M", bound=BaseModel)

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT.*")
_OURS = {
    "pk",
    "sk",
    "due_shard",
    "execution_id",
    "order_id",
    "resource_id",
    "plan",
    "causation_id",
    "event_id",
    "tell",
    "technologies",
}
"""What the reading itself goes by, and what names the kind of a fact."""
_MODELS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("META", Execution),
    ("WAVE#", Wave),
    ("RESOURCE#", Resource),
    ("WORK#", WorkOrder),
    ("EVENT#", StoredEvent),
    ("REFUSED#", Disbelieved),
    ("VERSION#", KeptPlan),
    ("LATEST", KeptPlan),
)
_TOLD: dict[str, type[EventData]] = {
    each.detail_type: each
    for module in (facts, commands)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, EventData) and hasattr(each, "detail_type")
}


def hostile(model: type[BaseModel], data: Mapping[str, Any], *, ours: set[str] = _OURS) -> dict[str, Any]:
    """The data with hostile text in each place, set or not, in which the model takes it."""
    found = json.loads(json.dumps(data, default=str))
    for name, field in model.model_fields.items():
        if found.get(name) is None and not field.is_required() and not name.endswith(("_at", "_until", "look")):
            _try(found, name, HOSTILE, model)
    for holder, place in list(_leaves(found, ours)):
        _try(holder, place, f"{holder[place]}{HOSTILE}", model, whole=found)
    return dict(found)


def _try(holder: Any, place: Any, text: str, model: type[BaseModel], *, whole: Any = None) -> None:
    before = holder[place] if isinstance(holder, list) else holder.get(place)
    holder[place] = text
    try:
        model.model_validate(whole or holder)
    except ValidationError:
        if before is None:
            del holder[place]
        else:
            holder[place] = before


def _leaves(value: Any, ours: set[str]) -> Iterator[tuple[Any, Any]]:
    """Where texts are that may be anybody's: the holder, and the place in it."""
    places = value.items() if isinstance(value, dict) else enumerate(value)
    for place, member in places:
        if place in ours:
            continue
        if isinstance(member, dict | list):
            yield from _leaves(member, ours)
        elif isinstance(member, str) and not _INSTANT.fullmatch(member):
            yield value, place


def hostile_model(value: M) -> M:
    """The same of an answer that comes as a whole."""
    return type(value).model_validate(hostile(type(value), value.model_dump(mode="json"), ours=set()))


def hostile_item(item: Item) -> Item:
    """An item of the ledger as somebody may have filled it."""
    if str(item["sk"]).startswith("CALLS#"):
        sheet = hostile_model(CallSheet.model_validate_json(str(item["sheet"])))
        return {**item, "sheet": sheet.model_dump_json()}
    model = next((model for prefix, model in _MODELS if str(item["sk"]).startswith(prefix)), None)
    if model is None:
        return item
    found = hostile(model, item)
    if model is StoredEvent:
        detail = json.loads(str(item["detail"]))
        detail["data"] = hostile(_TOLD[str(item["detail_type"])], detail["data"])
        found |= {"detail": json.dumps(detail), "detail_type": item["detail_type"]}
    return found


@dataclass(frozen=True)
class HostileStore:
    """A ledger in which every text that is not ours is hostile, as it is read."""

    store: MemoryStore

    def get(self, key: Key) -> Item | None:
        found = self.store.get(key)
        return hostile_item(found) if found else None

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        return [hostile_item(each) for each in self.store.get_many(keys)]

    def query(self, pk: str, sk_prefix: str = "") -> Iterator[Item]:
        return map(hostile_item, self.store.query(pk, sk_prefix))

    def query_index(self, index: Index, partition: str, *, up_to: str | None = None) -> Iterator[Item]:
        return map(hostile_item, self.store.query_index(index, partition, up_to=up_to))

    def latest(self, index: Index, partition: str, count: int) -> list[Item]:
        return [hostile_item(each) for each in self.store.latest(index, partition, count)]

    def write(self, *writes: Write) -> None:
        self.store.write(*writes)
