"""Why something failed and what to do about it: every error that a person reads has both."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Failure(BaseModel):
    """A cause in plain words, and the advice that goes with it."""

    model_config = ConfigDict(frozen=True)

    cause: str
    advice: str
