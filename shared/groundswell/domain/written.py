"""What people write into files, as it was read: the values, where each stands, and what is wrong with which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from pydantic import JsonValue

from groundswell.domain.errors import PermanentError

Place: TypeAlias = tuple[int | str, ...]
"""Names of keys and numbers of list entries, from the outside in."""


class UnreadableTextError(PermanentError):
    """A text of which nothing can be read; line and column where its parser knows them."""

    def __init__(self, told: str, line: int | None = None, column: int | None = None) -> None:
        self.told = told
        self.line = line
        self.column = column
        super().__init__(told if line is None else f"line {line}, column {column}: {told}")


@dataclass(frozen=True)
class Fault:
    """Why something in a text cannot be taken."""

    line: int
    column: int
    told: str
    place: Place = ()
    """Within what the fault is told of."""

    def __str__(self) -> str:
        at = f" ({path_of(self.place)})" if self.place else ""
        return f"line {self.line}, column {self.column}{at}: {self.told}"


@dataclass(frozen=True)
class Written:
    """A value in a text. What stands in two places by an alias is one object in both."""

    value: JsonValue
    line: int = 1
    column: int = 1
    within: Mapping[int | str, Written] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    """Those of everything in it."""
    size: int = 1
    """How many values it comes to, those behind aliases counted wherever they are used."""

    def at(self, place: Place, told: str) -> Fault:
        """A fault of something in it: where that stands, or the nearest thing around it that is in the text."""
        nearest = self
        for step in place:
            below = nearest.within.get(step)
            if below is None:
                break
            nearest = below
        return Fault(nearest.line, nearest.column, told, place)

    def with_wrong(self, wrong: Iterable[tuple[Place, str]]) -> list[Fault]:
        """Its faults, and those of what was made of it; what could not be read is not told a second time."""
        told = {fault.place[:length] for fault in self.faults for length in range(len(fault.place) + 1) if fault.place}
        return [*self.faults, *(self.at(place, what) for place, what in wrong if place not in told)]

    def told_within(self, step: int | str) -> tuple[Fault, ...]:
        """Its faults, as what it stands in at this step tells them."""
        return tuple(replace(fault, place=(step, *fault.place)) for fault in self.faults)


def path_of(place: Place) -> str:
    """A place as people write it, `waves[1].name`; what nobody would see in a name is written as its escape."""
    path = ""
    for step in place:
        path += f"[{step}]" if isinstance(step, int) else f".{_visible(step)}" if path else _visible(step)
    return path


def _visible(name: str) -> str:
    return name if name.isprintable() else repr(name)
