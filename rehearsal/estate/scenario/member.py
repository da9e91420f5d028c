"""What all that a scenario protects has in common."""

from typing import Literal

from pydantic import Field

from rehearsal.estate.scenario.strict import Part, Wave
from rehearsal.estate.scenario.templates import Template


class Member(Part):
    """What every resource of an estate carries: its wave and its tags. `tags` adds to and overrides the dr:* ones."""

    wave: Wave
    priority: Literal["critical", "high", "medium", "low"] | None = None
    impact: Literal["critical", "optional"] | None = None
    rto_target: int | None = Field(None, ge=0, description="minutes")
    rpo_target: int | None = Field(None, ge=0, description="minutes")
    application: Template | None = None
    enabled: bool = True
    tags: dict[str, str] = Field(default_factory=dict)
