"""The story of a demonstration: which moments an engineer waits for, and what he types then."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from rehearsal.estate.scenario.durations import Seconds
from rehearsal.estate.scenario.strict import Part, Wave

Name = Annotated[str, Field(min_length=1)]

_TAKES: dict[str, tuple[str, ...]] = {
    "approve": ("wave", "reason"),
    "reject": ("wave", "reason"),
    "retry": ("wave", "resources", "reason"),
    "skip": ("wave", "resources", "reason"),
    "pause": ("reason",),
    "resume": ("reason",),
    "cancel": ("reason",),
    "resources": ("wave", "states"),
}
"""What each command of `dr` may be given in a story."""
_CONFIRMED = ("cancel", "reject", "skip")


class Moment(Part):
    """How the execution, or one of its waves, must stand; PAUSED is told of the execution, all else of a wave."""

    wave: Wave | None = None
    status: Literal["AWAITING_APPROVAL", "RUNNING", "HELD", "COMPLETED", "PAUSED"]

    @model_validator(mode="after")
    def _is_of_what_can_stand_so(self) -> "Moment":
        if (self.status == "PAUSED") is not (self.wave is None):
            wanted = "the execution: name no wave" if self.wave else "a wave: name it"
            raise ValueError(f"{self.status} is a status of {wanted}")
        return self

    def __str__(self) -> str:
        """In words."""
        return f"wave {self.wave} is {self.status}" if self.wave else f"the execution is {self.status}"


class Typed(Part):
    """A command of `dr` about the execution of the story."""

    command: Literal["approve", "reject", "retry", "skip", "pause", "resume", "cancel", "resources"]
    wave: Wave | None = None
    resources: tuple[Name, ...] = ()
    states: tuple[Literal["PENDING", "IN_PROGRESS", "RECOVERED", "FAILED", "SKIPPED"], ...] = ()
    reason: Name | None = None

    @model_validator(mode="after")
    def _is_given_what_the_command_takes(self) -> "Typed":
        takes = _TAKES[self.command]
        given = [name for name in ("wave", "resources", "states", "reason") if getattr(self, name)]
        if unknown := [name for name in given if name not in takes]:
            raise ValueError(f"dr {self.command} takes no {', '.join(unknown)}; it takes {', '.join(takes)}")
        if self.command == "skip" and not self.reason:
            raise ValueError("dr skip needs a reason: whoever reads the report must learn why it was right")
        return self

    def words(self, execution_id: str) -> list[str]:
        """What follows `dr` on the command line."""
        words = [self.command, execution_id]
        words += ["--wave", str(self.wave)] if self.wave else []
        words += [word for name in self.resources for word in ("--resource", name)]
        words += [word for state in self.states for word in ("--state", state)]
        words += ["--reason", self.reason] if self.reason else []
        return [*words, "--yes"] if self.command in _CONFIRMED else words


class Step(Part):
    """What is done when a moment has come: tell of it, mend something in the estate, type a command."""

    when: Moment
    tell: Name
    after: Seconds = Field(3.0, ge=0, description="real seconds between moment and deed: time to read")
    mend: tuple[Name, ...] = Field((), description="launch failures that are over, by their `servers`")
    dr: Typed | None = None


class Story(Part):
    """Steps in order, and what the failover is asked for with."""

    approval: tuple[Wave, ...] = Field((), description="waves that begin only when somebody approves them")
    deadlines: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (), description="real seconds from acceptance, for waves 1, 2, …; the hub's own where none are given"
    )
    reason: Name = "rehearsal"
    steps: tuple[Step, ...]

    @model_validator(mode="after")
    def _has_steps(self) -> "Story":
        if not self.steps:
            raise ValueError("a story has at least one step")
        return self

    @property
    def mended(self) -> set[str]:
        """All that is mended in it."""
        return {name for step in self.steps for name in step.mend}
