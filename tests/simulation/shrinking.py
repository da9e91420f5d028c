"""Finds, in a world where something goes wrong, the little trouble that it takes, and tells it as a story."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.simulation.judging import judged
from tests.simulation.stories import world_of
from tests.simulation.trouble import Strike
from tests.simulation.world import World

MOST_TRIES = 400
_TOLD = 80
"""Lines of a story that are told, the last ones."""


@dataclass(frozen=True)
class Shrunk:
    """A world with as little trouble as it takes to go wrong."""

    seed: int
    strikes: Sequence[Strike]
    found: Sequence[str]
    story: Sequence[str]
    struck_before: int
    """Strikes in the world as it was found."""

    def __str__(self) -> str:
        strikes = "\n".join(f"  {strike}" for strike in self.strikes) or "  none: it goes wrong by itself"
        left_out = len(self.story) - _TOLD
        told = [*([f"  ... {left_out} lines before"] if left_out > 0 else []), *self.story[-_TOLD:]]
        return "\n".join(
            [
                f"World {self.seed} goes wrong:",
                *(f"  {each}" for each in self.found),
                f"Of {self.struck_before} strikes of trouble in it, these are enough:",
                strikes,
                "The story with these alone:",
                *(f"  {line}" for line in told),
                f"Replay it with: make simulate SEED={self.seed}",
            ]
        )


def shrunk(seed: int, *, make: Callable[[int, Sequence[Strike] | None], World] | None = None) -> Shrunk | None:
    """The world of a seed with its trouble shrunk; None where nothing is wrong in it."""
    make_world = make or (lambda number, only: world_of(number, only=only))
    world = make_world(seed, None)
    if not judged(world):
        return None
    strikes = _least(world.trouble.struck, lambda left: bool(judged(make_world(seed, left))))
    last = make_world(seed, strikes)
    found = judged(last)
    return Shrunk(seed, last.trouble.struck, found, last.story(), len(world.trouble.struck))


def _least(strikes: Sequence[Strike], goes_wrong: Callable[[Sequence[Strike]], bool]) -> Sequence[Strike]:
    """Leave out ever smaller parts for as long as it still goes wrong (delta debugging)."""
    left = list(strikes)
    if goes_wrong([]):
        return []
    size, tries = max(1, len(left) // 2), 0
    while size and tries < MOST_TRIES:
        start = 0
        while start < len(left) and tries < MOST_TRIES:
            without = left[:start] + left[start + size :]
            tries += 1
            if goes_wrong(without):
                left = without
            else:
                start += size
        size = size // 2 if size > 1 else 0
    return left
