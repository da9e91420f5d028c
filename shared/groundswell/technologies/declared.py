"""What checks and runs have in common, which people declare: their parameters read, and what to know of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic_core import ErrorDetails

from groundswell.domain.protection import Finding


class Declared(BaseModel):
    """Parameters as a technology understands them; one that it does not know is an error, for it would go unheeded."""

    model_config = ConfigDict(frozen=True, extra="forbid")


D = TypeVar("D", bound=Declared)


def read(model: type[D], parameters: Mapping[str, JsonValue]) -> D | tuple[str, ...]:
    """The parameters, or all that is wrong with them."""
    try:
        return model.model_validate(dict(parameters))
    except ValidationError as error:
        return tuple(_in_words(model, each) for each in error.errors(include_url=False))


def _in_words(model: type[Declared], error: ErrorDetails) -> str:
    name = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden":
        return f"there is no parameter {name}: known are {', '.join(model.model_fields)}"
    message = error["msg"].removeprefix("Value error, ")
    return f"parameter {name}: {message}" if name else message


def warn_if_optional(finding: Finding) -> tuple[str, ...]:
    """A check that holds nothing up when it fails is seldom meant."""
    if finding.tags.get("dr:impact", "").strip().lower() != "optional":
        return ()
    return ("it is optional: its wave goes on all the same if this fails",)
