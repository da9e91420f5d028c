"""The real functions survive hostile worlds: crashes, duplicates, delays, lost replies, conflicts, at every call."""

from __future__ import annotations

import pytest

from tests.simulation.judging import violations
from tests.simulation.stories import story_of

WORLDS = 60


@pytest.mark.parametrize("seed", range(1, WORLDS + 1))
def test_execution_ends_rightly_whatever_its_world_does(seed: int) -> None:
    story = story_of(seed)

    settled = story.world.live(requests=story.executions)

    wrong = violations(story.world)
    assert settled, "\n".join(story.world.story[-40:])
    assert not wrong, "\n".join([*wrong, *story.world.story[-60:]])
