"""How long the waves of a plan usually take, told beforehand from what technologies declare of their phases.

Waves follow each other; inside one all technologies and accounts work side by side, so that it takes as long as the
slowest of them. A service that takes on only so many resources of an account at a time is given turns. All figures
exclude waiting for people, as deadlines do.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeAlias

from groundswell.domain.operations import Operation
from groundswell.domain.protection import Protected


@dataclass(frozen=True)
class PhaseTime:
    """What one phase of a technology usually takes, and for how many resources at a time."""

    typical: timedelta
    at_once: int | None = None
    """Resources of one account that its service works on side by side; None: all of them."""

    def of(self, resources: int) -> timedelta:
        """For so many resources of one account."""
        return self.typical * (math.ceil(resources / self.at_once) if self.at_once else 1)


Times: TypeAlias = Callable[[str, Operation], Sequence[PhaseTime] | None]
"""The phases of a technology in an operation; None where nobody declares them (a foreign technology)."""


def nobody_knows(_: str, __: Operation) -> None:
    """No technology's times are known."""


GroupTimes: TypeAlias = Mapping[tuple[str, str], timedelta | None]
"""How long each technology and account of a wave takes; None where nobody declares it."""


@dataclass(frozen=True)
class WaveEstimate:
    """When a wave usually is over; waiting for people excluded."""

    wave: int
    seconds: int
    """From its start to its end."""
    ends_seconds: int
    """From acceptance to its end, the waves before it included."""
    without: tuple[str, ...] = ()
    """Technologies, of it and of the waves before, whose times nobody declares: it takes longer by theirs."""
    times: GroupTimes = field(default_factory=dict)
    """Of its technologies and accounts, from its start."""

    @property
    def begins_seconds(self) -> int:
        """From acceptance to its start."""
        return self.ends_seconds - self.seconds

    @property
    def unknown(self) -> tuple[str, ...]:
        """Its own technologies whose times nobody declares."""
        return tuple(sorted({technology for (technology, _), time in self.times.items() if time is None}))


def estimate_waves(
    waves: Mapping[int, Sequence[Protected]], operation: Operation, times: Times
) -> Iterator[WaveEstimate]:
    """The estimate of each wave, in their order."""
    ends, without = 0, set[str]()
    for wave, resources in sorted(waves.items()):
        taken = _group_times(resources, operation, times)
        seconds = math.ceil(max((time.total_seconds() for time in taken.values() if time is not None), default=0))
        ends += seconds
        own = WaveEstimate(wave, seconds, ends, times=taken)
        without.update(own.unknown)
        yield replace(own, without=tuple(sorted(without)))


def _group_times(resources: Sequence[Protected], operation: Operation, times: Times) -> GroupTimes:
    counts = Counter((each.technology, each.account) for each in resources)
    phases = {technology: times(technology, operation) for technology in {technology for technology, _ in counts}}
    return {group: _all_phases(phases[group[0]], count) for group, count in counts.items()}


def _all_phases(phases: Sequence[PhaseTime] | None, resources: int) -> timedelta | None:
    return None if phases is None else sum((phase.of(resources) for phase in phases), timedelta(0))
