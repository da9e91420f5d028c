"""Whether a call is due for a resource in a phase, as far as looking tells; in doubt it is, under a condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from groundswell.domain.operations import Phase
from groundswell.technologies.contract import Done, Failed, InProgress, NotBegun, Observation, Step, Waiting


@dataclass(frozen=True)
class Unseen:
    """It could not be looked at, so that its call must be reckoned with."""

    why: str = ""
    """Empty where it is only that a call before was not made."""


Seen: TypeAlias = Observation | Unseen


@dataclass(frozen=True)
class Due:
    """A call is to be made, perhaps under a condition."""

    condition: str = ""
    note: str = ""


@dataclass(frozen=True)
class NotDue:
    """No call is to be made, now or after what comes before."""

    seen: Done | InProgress | Failed


def judge(step: Step, seen: Seen, pending: Phase | None) -> Due | NotDue:
    """What was seen of a resource, as a runner would take it.

    Args:
        step: the phase's step.
        seen: what was seen of the resource.
        pending: an earlier phase of which a call is still to be made: what is seen now may not last.
    """
    match seen:
        case NotBegun() | Failed(retry=True):
            return Due()
        case Waiting():
            return Due(f"once it may be done; now: {seen.note}")
        case Unseen():
            return Due(f"if needed: {step.only_if}" if step.only_if else "", seen.why)
    return Due(f"if needed; as things are now: {in_words(seen)}") if pending else NotDue(seen)


def in_words(seen: Done | InProgress | Failed) -> str:
    """What was seen, for a person."""
    match seen:
        case Done():
            return "it is done"
        case InProgress():
            return seen.note
        case Failed():
            return f"{seen.failure.cause}; {seen.failure.advice}"
