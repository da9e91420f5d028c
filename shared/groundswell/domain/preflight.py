"""What is checked before anything happens, and what came of it: good, wrong, or not to be read."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Verdict(StrEnum):
    """What a check before the start came to."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """What it depends on could not be read: that blocks a switchover, and warns on a failover."""


class PreflightCheck(BaseModel):
    """One thing that was checked, for one account, subnet, key or the like."""

    model_config = ConfigDict(frozen=True)

    subject: str = Field(description="What it is about, e.g. `drs in account 222222222201/us-west-2`.")
    check: str = Field(description="What was checked, in two or three words, e.g. `servers in DRS jobs`.")
    verdict: Verdict
    found: str = Field(description="What was read and what is wanted, with numbers and units.")
    advice: str = Field(default="", description="What to do next; empty where it passed.")
