"""The real functions survive hostile worlds: crashes, duplicates, delays, lost replies, forgeries, at every call."""

from __future__ import annotations

import pytest

from tests.simulation.judging import judged
from tests.simulation.shrinking import shrunk
from tests.simulation.stories import world_of

WORLDS = 1000
_TOGETHER = 25
_ONCE_WRONG = (75_965,)
"""Seeds of worlds, beyond the first, that went wrong once."""


@pytest.mark.parametrize("first", range(1, WORLDS, _TOGETHER))
def test_executions_end_rightly_whatever_their_worlds_do(first: int) -> None:
    wrong = [seed for seed in range(first, first + _TOGETHER) if judged(world_of(seed))]

    assert not wrong, f"worlds {wrong} go wrong\n{shrunk(wrong[0])}"


@pytest.mark.parametrize("seed", _ONCE_WRONG)
def test_world_that_went_wrong_once_goes_well(seed: int) -> None:
    assert judged(world_of(seed)) == []


def test_world_is_the_same_whenever_its_seed_is_told() -> None:
    stories = []
    for _ in range(2):
        world = world_of(7)
        judged(world)
        stories.append(world.story())

    assert stories[0] == stories[1]
    assert len(stories[0]) > 20
