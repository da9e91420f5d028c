"""What the world does to an execution, by seed: chances of a world, drawn once, and the dice that follow them."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Self


@dataclass(frozen=True)
class Chances:
    """How likely each kind of trouble is, by occasion."""

    crash_before: float = 0.0
    """A process dies before a call to the outside takes effect."""
    crash_after: float = 0.0
    """A process dies after a call took effect, before it knows."""
    stall: float = 0.0
    """A process is frozen past its claim and visibility timeout, and wakes up unaware."""
    slow: float = 0.0
    """A call takes many seconds."""
    duplicate: float = 0.0
    """An event or a message arrives twice."""
    late: float = 0.0
    """An event or a message takes minutes."""
    tick_lost: float = 0.0
    """A tick of the schedule does not come."""
    redrive: float = 0.0
    """Somebody sends dead letters back to their queue."""
    store_conflict: float = 0.0
    """A transaction conflicts until the store gives up; nothing was written."""
    store_lost: float = 0.0
    """A transaction was written, and the store never answers."""
    stale_index: float = 0.0
    """An index does not show an item yet."""
    bus_refusal: float = 0.0
    """The bus does not take an event."""
    queue_refusal: float = 0.0
    """A queue does not take a message."""
    lost_reply: float = 0.0
    """AWS carries a call out and its answer is lost."""
    throttle: float = 0.0
    """AWS refuses a call as too many."""
    unreachable: float = 0.0
    """AWS cannot be reached for a call."""
    aws_event_lost: float = 0.0
    """AWS's own event does not come."""
    foreign_silent: float = 0.0
    """A foreign technology does not answer an order at all."""
    forged: float = 0.0
    """Somebody answers who may not, or for what he was not asked."""


CALM = Chances()
"""No trouble at all."""

_MOST = Chances(
    crash_before=0.03,
    crash_after=0.03,
    stall=0.004,
    slow=0.02,
    duplicate=0.15,
    late=0.05,
    tick_lost=1.0,
    redrive=0.2,
    store_conflict=0.03,
    store_lost=0.02,
    stale_index=0.2,
    bus_refusal=0.04,
    queue_refusal=0.05,
    lost_reply=0.15,
    throttle=0.2,
    unreachable=0.05,
    aws_event_lost=0.9,
    foreign_silent=0.3,
    forged=0.5,
)


_PLANNER = "PlanExecution"
_DEADLY = ("crash_before", "crash_after", "stall")
_SPARED = 0.25
"""The part of its deadly chances that a planner has at each call: it makes many times the calls of any other function,
and with everybody's chances few worlds would come any further than its death."""


def drawn(dice: random.Random) -> Chances:
    """The chances of a world: of each kind none, some, much or very much, so that kinds meet in all combinations."""
    return Chances(
        **{
            each.name: dice.choice((0.0, 0.0, 0.0, 0.3, 1.0, 3.0)) * float(getattr(_MOST, each.name))
            for each in fields(Chances)
        }
    )


@dataclass(frozen=True, order=True)
class Strike:
    """Trouble on one occasion: the `number`th of its kind at its place, from 1."""

    kind: str
    place: str
    number: int

    def __str__(self) -> str:
        return f"{self.kind}@{self.place}#{self.number}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The strike that `str` wrote."""
        kind, _, rest = text.partition("@")
        place, _, number = rest.rpartition("#")
        return cls(kind, place, int(number))


class _Die:
    """The dice of one place for one kind of trouble, and how often they were thrown."""

    __slots__ = ("chance", "dice", "thrown")

    def __init__(self, chance: float, dice: random.Random) -> None:
        self.chance = chance
        self.dice = dice
        self.thrown = 0


class Trouble:
    """Decides on each occasion whether trouble strikes.

    Every place has dice of its own for every kind of trouble: taking one strike out leaves the others where they are,
    as far as the world goes on as before.
    """

    def __init__(self, seed: int, chances: Chances, *, only: Collection[Strike] | None = None) -> None:
        """`only`: these strikes and no others, whatever the chances."""
        self.struck: list[Strike] = []
        self._seed = seed
        self._chances: dict[str, float] = {each.name: getattr(chances, each.name) for each in fields(Chances)}
        self._only = None if only is None else frozenset(only)
        self._dice: dict[tuple[str, str], _Die] = {}

    def strikes(self, kind: str, place: str) -> bool:
        """Whether trouble of a kind strikes now, at a place."""
        if not self._chances[kind]:
            return False
        die = self._die(kind, place)
        die.thrown += 1
        if self._only is None and die.dice.random() >= die.chance:
            return False
        strike = Strike(kind, place, die.thrown)
        if self._only is not None and strike not in self._only:
            return False
        self.struck.append(strike)
        return True

    def between(self, least: float, most: float, place: str) -> float:
        """An amount by chance: seconds, mostly."""
        return self._die("between", place).dice.uniform(least, most)

    def whole(self, least: int, most: int, place: str) -> int:
        """A whole number by chance, both ends included."""
        return self._die("whole", place).dice.randint(least, most)

    def _die(self, kind: str, place: str) -> _Die:
        die = self._dice.get((kind, place))
        if die is None:
            spared = _SPARED if place == _PLANNER and kind in _DEADLY else 1.0
            chance = self._chances.get(kind, 0.0) * spared
            die = self._dice[kind, place] = _Die(chance, random_of(f"{self._seed} {kind} {place}"))
        return die


def random_of(seed: int | str) -> random.Random:
    """Chance that can be repeated."""
    return random.Random(seed)  # noqa: S311 - a seed is to tell the same world again; nothing here is secret
