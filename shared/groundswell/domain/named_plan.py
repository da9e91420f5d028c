"""A named plan: which resources recover in which wave, under which rules, and what is checked before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from groundswell.domain.identity import MAX_ID_BYTES
from groundswell.domain.ids import ResourceId
from groundswell.domain.policy import OnFailure, WavePolicy, default_policy
from groundswell.domain.protection import MAX_MINUTES, MAX_WAVE, Finding

PLAN_NAME = r"[a-z0-9][a-z0-9-]{0,62}"
"""What a plan may be called: it is part of the ledger's keys and of what people type."""
_WAVE_NAME = r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$"


def _as_text(value: object) -> object:
    """A number or a truth value as a tag would spell it: YAML reads `1` and `true` as such."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


def _as_texts(value: object) -> object:
    """One value, or several of which any will do."""
    return [value] if isinstance(value, str | int) else value


_Text: TypeAlias = Annotated[str, BeforeValidator(_as_text), Field(min_length=1, max_length=1024)]
_AnyOf: TypeAlias = Annotated[tuple[_Text, ...], BeforeValidator(_as_texts), Field(strict=False, min_length=1)]
_Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=40)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Group(_Part):
    """A protection group: the resources of which all that is said here is true."""

    technologies: tuple[_Name, ...] = Field(default=(), strict=False, max_length=50)
    tags: dict[str, _AnyOf] = Field(default_factory=dict, max_length=50, description="Each with one of these values.")
    resource_ids: tuple[Annotated[ResourceId, Field(max_length=MAX_ID_BYTES)], ...] = Field(
        default=(), strict=False, max_length=1000
    )

    @model_validator(mode="after")
    def _says_something(self) -> Group:
        if not (self.technologies or self.tags or self.resource_ids):
            raise PydanticCustomError(
                "plan", "a group takes nothing that it does not name: give technologies, tags or resource_ids"
            )
        return self

    def takes(self, finding: Finding) -> bool:
        """Whether the group has what was found."""
        tags = finding.plain_tags
        return (
            (not self.technologies or finding.technology in self.technologies)
            and (not self.resource_ids or finding.resource_id in self.resource_ids)
            and all(tags.get(name) in values for name, values in self.tags.items())
        )


class Check(_Part):
    """Something to be seen working before a wave begins, or after it: a resource of a technology that checks."""

    name: str = Field(pattern=_WAVE_NAME)
    technology: _Name
    account: str | None = Field(default=None, pattern=r"^\d{12}$", description="Where; the hub's own if not said.")
    parameters: dict[str, _Text] = Field(default_factory=dict, max_length=50)


class WavePlan(_Part):
    """One wave of a plan."""

    name: str = Field(pattern=_WAVE_NAME)
    resources: tuple[Group, ...] = Field(default=(), strict=False, max_length=50, description="Those of any group.")
    deadline_minutes: int | None = Field(
        default=None, ge=1, le=MAX_MINUTES, description="From acceptance; the hub's own for its place if not said."
    )
    on_failure: OnFailure = Field(default=OnFailure.HOLD, strict=False)
    least_success_percent: int = Field(default=100, ge=0, le=100)
    approval: bool = False
    checks_before: tuple[Check, ...] = Field(default=(), strict=False, max_length=90)
    checks_after: tuple[Check, ...] = Field(default=(), strict=False, max_length=90)

    @model_validator(mode="after")
    def _has_something_to_do(self) -> WavePlan:
        if not (self.resources or self.checks_before or self.checks_after):
            raise PydanticCustomError("plan", "the wave has neither resources nor checks")
        return self


@dataclass(frozen=True)
class Stage:
    """A wave as the ledger has it: a plan's wave has up to three, checks before, resources, checks after."""

    number: int
    name: str
    of: WavePlan
    place: int
    """The place of that wave in the plan, from 1."""
    checks: tuple[Check, ...] = ()
    """Empty: this is the stage of its resources."""

    def policy(self, deadlines: tuple[int, ...]) -> WavePolicy:
        """Its rules; a failed check always asks a person. `deadlines` are the hub's, in seconds."""
        minutes = self.of.deadline_minutes
        seconds = minutes * 60 if minutes else default_policy(self.place, deadlines).deadline_seconds
        if self.checks:
            return WavePolicy(deadline_seconds=seconds)
        return WavePolicy(
            deadline_seconds=seconds,
            on_failure=self.of.on_failure,
            least_success_percent=self.of.least_success_percent,
            approval=self.of.approval,
        )


class NamedPlan(_Part):
    """What a request may name instead of leaving all to tags and default policies."""

    plan: str = Field(pattern=f"^{PLAN_NAME}$", description="Its name.")
    description: str = Field(default="", max_length=500)
    max_resources: int | None = Field(default=None, ge=1, description="More than these are not touched unasked.")
    four_eyes: bool = Field(default=False, description="Whoever asks may not approve; both come through the door.")
    tell: tuple[_Name, ...] = Field(
        default=(), strict=False, max_length=20, description="Whom its facts concern: rules on the bus go by it."
    )
    waves: tuple[WavePlan, ...] = Field(strict=False, min_length=1, max_length=MAX_WAVE)

    @model_validator(mode="after")
    def _holds_together(self) -> NamedPlan:
        fault = next(self._faults(), None)
        if fault:
            raise PydanticCustomError("plan", "{fault}", {"fault": fault})
        return self

    def _faults(self) -> Iterator[str]:
        names = [wave.name for wave in self.waves]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"two waves are called {name!r}: give each a name of its own"
        if len(self.stages) > MAX_WAVE:
            yield f"with its checks it comes to {len(self.stages)} waves, and {MAX_WAVE} is the most"
        if self.four_eyes and not any(wave.approval for wave in self.waves):
            yield "four_eyes asks that two people agree, but no wave has approval: true"
        yield from self._deadlines_that_go_back()
        for wave in self.waves:
            checks = [check.name for check in (*wave.checks_before, *wave.checks_after)]
            for name in sorted({name for name in checks if checks.count(name) > 1}):
                yield f"two checks of wave {wave.name!r} are called {name!r}: give each a name of its own"

    def _deadlines_that_go_back(self) -> Iterator[str]:
        latest = 0
        for wave in self.waves:
            if wave.deadline_minutes is not None and wave.deadline_minutes < latest:
                yield (
                    f"wave {wave.name!r} is to end {wave.deadline_minutes} min after acceptance, before an earlier "
                    f"one ({latest} min): deadlines count from acceptance, not from the wave's start"
                )
            latest = max(latest, wave.deadline_minutes or 0)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The waves as the ledger has them, numbered from 1."""
        return tuple(Stage(number, *part) for number, part in enumerate(self._parts(), 1))

    def _parts(self) -> Iterator[tuple[str, WavePlan, int, tuple[Check, ...]]]:
        for place, wave in enumerate(self.waves, 1):
            if wave.checks_before:
                yield f"{wave.name}: checks before", wave, place, wave.checks_before
            if wave.resources:
                yield wave.name, wave, place, ()
            if wave.checks_after:
                yield f"{wave.name}: checks after", wave, place, wave.checks_after

    def number_of(self, finding: Finding) -> int | None:
        """The number of the wave that takes what was found: the first that does; None where none does."""
        taking = (stage for stage in self.stages if not stage.checks)
        return next((each.number for each in taking if any(group.takes(finding) for group in each.of.resources)), None)
