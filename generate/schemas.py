"""The JSON Schema of every event, from its model.

A schema describes the whole event as EventBridge delivers it, so that a program in any language can check what it gets;
what goes into PutEvents' `Detail` is its `properties/detail`. One file for each major version: `v1.json` of a type
whose model is at 2.x stays as it is, for those who still read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from groundswell.domain.events import commands, facts, work
from groundswell.domain.events.envelope import HUB_SOURCE, TECHNOLOGY_SOURCE, EventData, Metadata
from groundswell.domain.request import DRRequested

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / "events" / "schemas"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE = "#/$defs/{model}"

Schema = dict[str, Any]
"""A JSON Schema: any JSON object."""


def models() -> list[type[EventData]]:
    """Every event that travels on the bus, by name."""
    found = [each for module in (commands, facts, work) for each in vars(module).values() if _is_event(each)]
    return sorted([DRRequested, *found], key=lambda model: model.detail_type)


def _is_event(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, EventData) and "detail_type" in vars(value)


def path_of(model: type[EventData]) -> Path:
    """Where the schema of the model's major version is."""
    return SCHEMAS / model.detail_type / f"v{major(model)}.json"


def major(model: type[EventData]) -> str:
    """The major version of the model."""
    return model.schema_version.partition(".")[0]


def schema_of(model: type[EventData]) -> Schema:
    """The schema of the event as EventBridge delivers it."""
    metadata, data, definitions = _parts(model)
    detail = _either(data) if model is DRRequested else _object({"metadata": metadata, "data": data})
    properties: Schema = {"detail-type": {"const": model.detail_type}, "source": _source(model), "detail": detail}
    return {
        "$schema": _DIALECT,
        "title": model.detail_type,
        "description": " ".join((model.__doc__ or "").split()),
        **_object(properties),
        "$defs": definitions,
    }


def _parts(model: type[EventData]) -> tuple[Schema, Schema, Schema]:
    """References to metadata and data, and the definitions behind them."""
    wanted = [(Metadata, "validation"), (model, "validation")]
    references, definitions = models_json_schema(wanted, ref_template=_REFERENCE)  # type: ignore[arg-type] # literals
    return references[Metadata, "validation"], references[model, "validation"], definitions["$defs"]


def _either(data: Schema) -> Schema:
    """A request needs no envelope; in one, its metadata may say anything and decides nothing."""
    enveloped = {
        "type": "object",
        "properties": {"metadata": {"type": "object"}, "data": data},
        "required": ["data"],
        "additionalProperties": False,
    }
    return {"anyOf": [data, enveloped]}


def _source(model: type[EventData]) -> Schema:
    """Who may say it; anybody may ask, and the door alone tells decisions."""
    if model is DRRequested:
        return {"type": "string", "minLength": 1}
    if issubclass(model, commands.Command):
        return {"const": commands.DOOR_SOURCE}
    if issubclass(model, work.Outcome):
        return {"type": "string", "pattern": f"^{TECHNOLOGY_SOURCE.replace('.', '[.]')}[a-z][a-z0-9-]*$"}
    return {"const": HUB_SOURCE}


def _object(properties: Schema) -> Schema:
    """An object with all of these; what else it holds is ignored."""
    return {"type": "object", "properties": properties, "required": sorted(properties)}


def files() -> Iterator[tuple[Path, str]]:
    """Each schema file with the text that it should have."""
    for model in models():
        yield path_of(model), json.dumps(schema_of(model), indent=2, sort_keys=True) + "\n"


def stale() -> list[tuple[Path, str]]:
    """Those that are missing or differ."""
    return [(path, text) for path, text in files() if not path.exists() or path.read_text(encoding="utf-8") != text]
