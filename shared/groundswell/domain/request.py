"""`DRRequested`: what a person, a schedule or an alarm may ask, and every fault of it in words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from groundswell.domain.events.envelope import EventData
from groundswell.domain.events.facts import Scope
from groundswell.domain.ids import ResourceId, fingerprint
from groundswell.domain.operations import Operation


class DRRequested(EventData):
    """Ask for an operation on one customer's environment, or outright on all."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    detail_type: ClassVar[str] = "DRRequested"
    operation: Operation = Field(strict=False)
    customer: str | None = Field(default=None, min_length=1)
    environment: str | None = Field(default=None, min_length=1)
    all: bool = Field(default=False, description="The whole estate, said outright.")
    request_id: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9._:-]{1,128}$",
        description="The identity of the request; EventBridge's id where there is none.",
    )
    target_region: str | None = Field(default=None, description="The Region to recover into; must be this hub's.")
    waves: tuple[int, ...] | None = Field(default=None, strict=False, description="Only these waves.")
    technologies: tuple[str, ...] | None = Field(default=None, strict=False, description="Only these technologies.")
    dry_run: bool = Field(default=False, description="Plan and say so; change and hold nothing.")
    relaunch: tuple[ResourceId, ...] = Field(
        default=(), strict=False, description="Resources whose live copy in the target Region may be replaced."
    )
    reason: str | None = Field(default=None, max_length=500)
    requested_by: str | None = Field(default=None, description="A claim of the sender's, kept and never believed.")

    @field_validator("operation", mode="before")
    @classmethod
    def _operation_is_known(cls, value: object) -> object:
        known = [operation.value for operation in Operation]
        if isinstance(value, str) and value.lower() in known:
            return value.lower()
        raise PydanticCustomError(
            "operation", "unknown operation {value}; known are {known}", {"value": repr(value), "known": listed(known)}
        )

    @model_validator(mode="after")
    def _scope_is_said(self) -> DRRequested:
        if self.all and (self.customer or self.environment):
            raise PydanticCustomError("scope", 'give either "all": true or a customer and environment, not both')
        if not self.all and not (self.customer and self.environment):
            raise PydanticCustomError("scope", _missing_scope(self.customer, self.environment))
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


def listed(names: list[str]) -> str:
    """The names as a sentence holds them."""
    return ", ".join(names)


def read_request(detail: Mapping[str, JsonValue]) -> DRRequested | InvalidRequest:
    """The request in an event's detail: bare, or as the data of an envelope; in snake_case or the seeds' spelling."""
    body = detail["data"] if isinstance(detail.get("data"), dict) else detail
    assert isinstance(body, Mapping)  # noqa: S101 - narrows the type; the line above decided it
    fields, faults = _in_snake_case(body)
    try:
        request = DRRequested.model_validate(fields)
    except ValidationError as error:
        faults += [_in_words(fault) for fault in error.errors()]
        faults += _scope_faults(fields, faults)
    if not faults:
        return request
    request_id = fields.get("request_id")
    return InvalidRequest(
        faults=tuple(dict.fromkeys(faults)),
        content_hash=fingerprint(json.dumps(body, sort_keys=True)),
        request_id=request_id if isinstance(request_id, str) else None,
    )


def _missing_scope(customer: str | None, environment: str | None) -> str:
    if customer:
        return f'environment is missing: say which environment of {customer}, e.g. "environment": "production"'
    if environment:
        return f'customer is missing: say whose {environment}, or "all": true for every customer and environment'
    return 'the scope is missing: give "customer" and "environment", or "all": true for the whole estate'


def _scope_faults(fields: Mapping[str, JsonValue], faults: list[str]) -> list[str]:
    """The scope's fault also where another field is wrong: pydantic checks the whole only after each part."""
    if any(word in fault for fault in faults for word in ("scope", "customer", "environment", "all:")):
        return []
    customer, environment = fields.get("customer"), fields.get("environment")
    if fields.get("all") is True or (customer and environment):
        return []
    return [
        _missing_scope(
            customer if isinstance(customer, str) else None, environment if isinstance(environment, str) else None
        )
    ]


def _in_snake_case(body: Mapping[str, JsonValue]) -> tuple[dict[str, JsonValue], list[str]]:
    fields: dict[str, JsonValue] = {}
    faults = []
    for name, value in body.items():
        plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()
        if plain in fields and fields[plain] != value:
            faults.append(f"{plain} is given twice with different values ({name!r} is one spelling of it)")
        fields[plain] = value
    return fields, faults


def _in_words(fault: ErrorDetails) -> str:
    """A fault of pydantic's as a person would say it."""
    name = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        near = get_close_matches(name, list(DRRequested.model_fields), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        return f"unknown field {name}{hint} (known are {listed(sorted(DRRequested.model_fields))})"
    if fault["type"] == "missing":
        return f"{name} is missing"
    if fault["type"] in ("operation", "scope"):
        return fault["msg"]
    given = json.dumps(fault["input"], default=str)
    return f"{name}: {fault['msg'][0].lower()}{fault['msg'][1:]}, but {given} was given"
