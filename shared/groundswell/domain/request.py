"""`DRRequested`: what a person, a schedule or an alarm may ask, and every fault of it in words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from groundswell.domain.doubled_keys import doubled_in_words
from groundswell.domain.events.envelope import EventData
from groundswell.domain.events.facts import Scope
from groundswell.domain.identity import MAX_ID_BYTES
from groundswell.domain.ids import ResourceId, fingerprint
from groundswell.domain.named_plan import PLAN_NAME
from groundswell.domain.operations import Operation
from groundswell.domain.protection import MAX_WAVE

_MOST_FAULTS = 30
"""Faults that are named: a rejection must fit into an event and an item of the ledger."""
_SHOWN = 80
"""Characters of a wrong value or name that a fault shows."""

ALL_COPIES = "all"
"""What stands for every live copy."""

_Name = Annotated[str, Field(max_length=40)]


class DRRequested(EventData):
    """Ask for an operation on one customer's environment, or outright on all."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    detail_type: ClassVar[str] = "DRRequested"
    schema_version: ClassVar[str] = "1.2"
    operation: Operation = Field(strict=False)
    customer: str | None = Field(default=None, min_length=1, max_length=256)
    environment: str | None = Field(default=None, min_length=1, max_length=256)
    all: bool = Field(default=False, description="The whole estate, said outright.")
    request_id: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9._:-]{1,128}$",
        description="The identity of the request; EventBridge's id where there is none.",
    )
    target_region: str | None = Field(
        default=None, max_length=40, description="The Region to recover into; must be this hub's."
    )
    waves: tuple[Annotated[int, Field(ge=1, le=MAX_WAVE)], ...] | None = Field(
        default=None, max_length=MAX_WAVE, strict=False, description="Only these waves."
    )
    technologies: tuple[_Name, ...] | None = Field(
        default=None, max_length=50, strict=False, description="Only these technologies."
    )
    approval: tuple[Annotated[int, Field(ge=1, le=MAX_WAVE)], ...] = Field(
        default=(), max_length=MAX_WAVE, strict=False, description="Waves that begin only when a person approves them."
    )
    plan: str | None = Field(
        default=None,
        pattern=f"^{PLAN_NAME}(@[1-9][0-9]{{0,5}})?$",
        description="A named plan, its latest version or one that is said, e.g. erp@3; without it tags rule.",
    )
    max_resources: int | None = Field(
        default=None, ge=1, le=1_000_000, description="How many may be touched, whatever plan and hub allow."
    )
    dry_run: bool = Field(default=False, description="Plan and say so; change and hold nothing.")
    relaunch: tuple[Annotated[ResourceId, Field(max_length=MAX_ID_BYTES)], ...] = Field(
        default=(),
        max_length=200,
        strict=False,
        description="Resources whose live copy in the target Region may be replaced.",
    )
    accept_existing: tuple[Annotated[ResourceId, Field(max_length=MAX_ID_BYTES)], ...] = Field(
        default=(),
        max_length=200,
        strict=False,
        description="Resources whose live copy counts as recovered however old it is; `all` stands for every one.",
    )
    reason: str | None = Field(default=None, max_length=500)
    requested_by: str | None = Field(
        default=None, max_length=500, description="A claim of the sender's, kept and never believed."
    )

    @field_validator("operation", mode="before")
    @classmethod
    def _operation_is_known(cls, value: object) -> object:
        known = [operation.value for operation in Operation]
        if isinstance(value, str) and value.lower() in known:
            return value.lower()
        raise PydanticCustomError(
            "operation",
            "unknown operation {value}; known are {known}",
            {"value": _shown(value), "known": listed(known)},
        )

    @model_validator(mode="after")
    def _scope_is_said(self) -> DRRequested:
        fault = _scope_fault(self.customer, self.environment, everything=self.all)
        if fault:
            raise PydanticCustomError("scope", "{fault}", {"fault": fault})
        return self

    @property
    def scope(self) -> Scope:
        """Whose resources this is about."""
        return Scope(customer=self.customer, environment=self.environment, all=self.all)

    @property
    def content_hash(self) -> str:
        """What tells two requests of one id apart: everything asked, but not who claims to ask, nor why."""
        asked = self.model_dump(mode="json", exclude={"request_id", "requested_by", "reason"}, exclude_none=True)
        return fingerprint(json.dumps(asked, sort_keys=True))


class InvalidRequest(BaseModel):
    """A request that cannot be read, with all its faults."""

    model_config = ConfigDict(frozen=True)

    faults: tuple[str, ...]
    content_hash: str
    request_id: str | None
    """None also where it is none that a request may have: then EventBridge's id stands for it."""


def listed(names: list[str]) -> str:
    """The names as a sentence holds them."""
    return ", ".join(names)


def read_request(detail: Mapping[str, JsonValue], doubled: tuple[str, ...] = ()) -> DRRequested | InvalidRequest:
    """The request in an event's detail: bare, or as the data of an envelope; in snake_case or the seeds' spelling.

    Args:
        detail: what is asked, as it was read.
        doubled: keys that its text had twice, of which `detail` has one value each.
    """
    body, faults = _body(detail)
    fields, respelt = _in_snake_case(body)
    faults += [*doubled_in_words(doubled), *respelt]
    errors: Sequence[ErrorDetails] = ()
    try:
        request = DRRequested.model_validate(fields)
    except ValidationError as error:
        errors = error.errors()
        faults += [*map(_in_words, errors), *_scope_faults(fields, errors)]
    if not faults:
        return request
    return InvalidRequest(
        faults=_named(faults),
        content_hash=fingerprint(json.dumps(body, sort_keys=True)),
        request_id=None if "request_id" in _faulty(errors) else _text(fields.get("request_id")),
    )


def _body(detail: Mapping[str, JsonValue]) -> tuple[Mapping[str, JsonValue], list[str]]:
    """What is asked, and a fault for each field that stands outside it: overlooked, it might have said `dry_run`."""
    data = detail.get("data")
    if not isinstance(data, dict):
        return detail, []
    outside = sorted(detail.keys() - {"metadata", "data"})
    return data, [f"{name[:_SHOWN]} stands beside data, where it is not read: move it into data" for name in outside]


def _named(faults: list[str]) -> tuple[str, ...]:
    distinct = list(dict.fromkeys(faults))
    more = [f"and {len(distinct) - _MOST_FAULTS} more faults"] if len(distinct) > _MOST_FAULTS else []
    return (*distinct[:_MOST_FAULTS], *more)


def _scope_fault(customer: str | None, environment: str | None, *, everything: bool) -> str | None:
    if everything:
        both = 'give either "all": true or a customer and environment, not both'
        return both if customer or environment else None
    if customer and environment:
        return None
    if customer:
        return f'environment is missing: say which environment of {customer}, e.g. "environment": "production"'
    if environment:
        return f'customer is missing: say whose {environment}, or "all": true for every customer and environment'
    return 'the scope is missing: give "customer" and "environment", or "all": true for the whole estate'


def _scope_faults(fields: Mapping[str, JsonValue], errors: Sequence[ErrorDetails]) -> list[str]:
    """The scope's fault also where another field is wrong: pydantic checks the whole only after each part."""
    faulty = _faulty(errors)
    if not faulty or "all" in faulty:
        return []
    customer, environment = (
        f"the {name} that is meant" if name in faulty else fields.get(name) for name in ("customer", "environment")
    )
    fault = _scope_fault(_text(customer), _text(environment), everything=fields.get("all") is True)
    return [fault] if fault else []


def _faulty(errors: Sequence[ErrorDetails]) -> set[int | str]:
    return {error["loc"][0] for error in errors if error["loc"]}


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None


def _in_snake_case(body: Mapping[str, JsonValue]) -> tuple[dict[str, JsonValue], list[str]]:
    fields: dict[str, JsonValue] = {}
    faults = []
    for name, value in body.items():
        plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()
        if plain in fields and fields[plain] != value:
            spelling = repr(name[:_SHOWN])
            faults.append(f"{plain[:_SHOWN]} is given twice with different values ({spelling} is one spelling of it)")
        fields[plain] = value
    return fields, faults


def _in_words(fault: ErrorDetails) -> str:
    """A fault of pydantic's as a person would say it."""
    name = ".".join(str(part) for part in fault["loc"])[:_SHOWN]
    if fault["type"] == "extra_forbidden":
        near = get_close_matches(name, list(DRRequested.model_fields), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        return f"unknown field {name}{hint} (known are {listed(sorted(DRRequested.model_fields))})"
    if fault["type"] == "missing":
        return f"{name} is missing"
    if fault["type"] in ("operation", "scope"):
        return fault["msg"]
    return f"{name}: {fault['msg'][0].lower()}{fault['msg'][1:]}, but {_shown(fault['input'])} was given"


def _shown(value: object) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
