"""The base of all scenario parts: closed, frozen, and able to say which keys it knows."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1, description="a share from 0 (never) to 1 (always)")]
Wave = Annotated[int, Field(ge=1, le=90)]


class Part(BaseModel):
    """A part of a scenario. An unknown key is an error that lists the known ones."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def _only_known_keys(cls, value: object) -> object:
        if isinstance(value, Mapping):
            unknown = sorted(str(key) for key in value if key not in cls.model_fields)
            if unknown:
                known = ", ".join(sorted(cls.model_fields))
                raise ValueError(f"unknown: {', '.join(unknown)}; allowed here: {known}")
        return value
