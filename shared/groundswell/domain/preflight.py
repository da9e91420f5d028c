"""What is checked before anything happens, and what came of it: good, wrong, or not to be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Verdict(StrEnum):
    """What a check before the start came to."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """What it depends on could not be read: that blocks a switchover, and warns on a failover."""


_GRAVITY = (Verdict.FAILED, Verdict.UNKNOWN, Verdict.PASSED)


def _cut_to(most: int) -> Callable[[str], str]:
    return lambda text: text if len(text) <= most else f"{text[: most - 1]}…"


class PreflightCheck(BaseModel):
    """One thing that was checked, for one account, subnet, key or the like; endless words are cut."""

    model_config = ConfigDict(frozen=True)

    subject: Annotated[str, AfterValidator(_cut_to(150))] = Field(
        description="What it is about, e.g. `drs in account 222222222201/us-west-2`."
    )
    check: Annotated[str, AfterValidator(_cut_to(60))] = Field(
        description="What was checked, in two or three words, e.g. `servers in DRS jobs`."
    )
    verdict: Verdict
    found: Annotated[str, AfterValidator(_cut_to(300))] = Field(
        description="What was read and what is wanted, with numbers and units."
    )
    advice: Annotated[str, AfterValidator(_cut_to(250))] = Field(
        default="", description="What to do next; where it passed, empty or a warning."
    )

    @classmethod
    def judged(cls, subject: str, check: str, found: str, *, advice: str) -> Self:
        """Failed where there is advice to give, passed where there is none."""
        verdict = Verdict.FAILED if advice else Verdict.PASSED
        return cls(subject=subject, check=check, verdict=verdict, found=found, advice=advice)

    @classmethod
    def warned(cls, subject: str, check: str, found: str, *, advice: str) -> Self:
        """Passed, with something that a person should know: no operation is rejected for it."""
        return cls(subject=subject, check=check, verdict=Verdict.PASSED, found=found, advice=advice)

    @classmethod
    def unknown(cls, subject: str, check: str, found: str, *, advice: str) -> Self:
        """It could not be found out."""
        return cls(subject=subject, check=check, verdict=Verdict.UNKNOWN, found=found, advice=advice)

    def __str__(self) -> str:
        """One sentence of it, as a rejection or a warning says it."""
        said = f"{self.check}: {self.found}"
        return f"{said}; {self.advice}" if self.advice else said


class VerdictCounts(BaseModel):
    """How many checks came to what."""

    model_config = ConfigDict(frozen=True)

    failed: int = 0
    unknown: int = 0
    passed: int = 0

    @classmethod
    def of(cls, checks: Iterable[PreflightCheck]) -> Self:
        """The counts of these."""
        counts = Counter(check.verdict for check in checks)
        return cls(failed=counts[Verdict.FAILED], unknown=counts[Verdict.UNKNOWN], passed=counts[Verdict.PASSED])


def by_gravity(checks: Iterable[PreflightCheck]) -> list[PreflightCheck]:
    """What failed first, then what is unknown, then what passed; each by subject."""
    return sorted(checks, key=lambda each: (_GRAVITY.index(each.verdict), each.subject, each.check))
