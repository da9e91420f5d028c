"""What a dry run says: every AWS call that would be made, in order, and what would need none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, computed_field

from groundswell.domain.errors import PermanentError
from groundswell.domain.events.facts import Remark
from groundswell.domain.ids import ResourceId
from groundswell.domain.operations import Phase

E = TypeVar("E", bound=BaseModel)

_PLACEHOLDER = re.compile(r"<[^<>]*, known (?:once it runs|after [A-Z]+)>")


class NotKnownYetError(PermanentError):
    """Something was to be read that a call which was not made would have told."""


def known_once_it_runs(what: str) -> str:
    """What stands for a value that AWS, or the execution, gives only then."""
    return f"<{what}, known once it runs>"


def placeholders_in(value: object) -> Iterator[str]:
    """The placeholders in a value, however deep."""
    if isinstance(value, str):
        yield from _PLACEHOLDER.findall(value)
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from placeholders_in(member)
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        for member in value:
            yield from placeholders_in(member)


class Foreseen(Mapping[str, JsonValue]):
    """The evidence of phases: as it was seen, and a placeholder for all else where a phase is still to come."""

    def __init__(self, seen: Mapping[str, JsonValue], pending: Phase | None = None) -> None:
        self.seen = seen
        self.pending = pending

    def __getitem__(self, name: str) -> JsonValue:
        """What was seen, or what stands for it until it is known."""
        if name in self.seen or self.pending is None:
            return self.seen[name]
        return f"<{name}, known after {self.pending}>"

    def __iter__(self) -> Iterator[str]:
        """The names of what was seen."""
        return iter(self.seen)

    def __len__(self) -> int:
        """How much was seen."""
        return len(self.seen)


class PlannedCall(BaseModel):
    """One call that would be made."""

    model_config = ConfigDict(frozen=True)

    wave: int
    technology: str
    phase: Phase | None = Field(default=None, description="None: a program that is not ours makes its own.")
    account: str
    region: str = Field(description="Where the call goes.")
    role: str = Field(description="The role in the account that makes it; empty where no role of ours does.")
    service: str
    operation: str
    parameters: dict[str, JsonValue] = Field(default_factory=dict, description="At most 2 KB: long lists shortened.")
    resources: tuple[ResourceId, ...] = Field(description="What it is made for.")
    condition: str = Field(default="", description="When it is made; empty: in any case.")
    note: str = Field(default="", description="What is not known of it, and why.")

    @computed_field  # type: ignore[prop-decorator] # pydantic's own way; mypy knows no decorated properties
    @property
    def count(self) -> int:
        """How many resources it is made for."""
        return len(self.resources)


class CallSheet(BaseModel):
    """All calls of a request, by wave, account and technology; those of a resource in the order of its phases."""

    model_config = ConfigDict(frozen=True)

    calls: tuple[PlannedCall, ...] = ()
    remarks: tuple[Remark, ...] = Field(default=(), description="What needs no call in a phase, or would fail there.")
    calls_count: int = Field(default=0, description="How many there are; more than are listed where it was cut.")
    remarks_count: int = 0

    @classmethod
    def of(cls, calls: Sequence[PlannedCall], remarks: Sequence[Remark]) -> CallSheet:
        """The whole sheet."""
        return cls(calls=tuple(calls), remarks=tuple(remarks), calls_count=len(calls), remarks_count=len(remarks))

    def within(self, size: int) -> CallSheet:
        """The first calls, then the first remarks, that `size` bytes of JSON can hold."""
        calls, used = _first_within(self.calls, size)
        remarks, _ = _first_within(self.remarks, size - used) if len(calls) == len(self.calls) else ((), 0)
        return self.model_copy(update={"calls": calls, "remarks": remarks})

    def parts(self, size: int) -> Iterator[CallSheet]:
        """The sheet in parts of about `size` bytes, of at least one call or remark each; one part where it is empty."""
        rest = self
        while True:
            part = rest.within(size)
            if not part.calls and not part.remarks:
                part = rest.model_copy(
                    update={"calls": rest.calls[:1], "remarks": () if rest.calls else rest.remarks[:1]}
                )
            yield part
            left = {"calls": rest.calls[len(part.calls) :], "remarks": rest.remarks[len(part.remarks) :]}
            rest = rest.model_copy(update=left)
            if not rest.calls and not rest.remarks:
                return


def _first_within(entries: Sequence[E], size: int) -> tuple[tuple[E, ...], int]:
    """The first entries that the bytes can hold, and how many bytes those take."""
    used = 0
    for place, entry in enumerate(entries):
        more = len(entry.model_dump_json().encode()) + 1
        if used + more > size:
            return tuple(entries[:place]), used
        used += more
    return tuple(entries), used
