"""Small worlds by seed: an estate of a few resources, who asks for what and when, and the trouble that there is."""

from __future__ import annotations

import random
from dataclasses import dataclass

from rehearsal.estate.scenario.model import Scenario
from tests.simulation.trouble import drawn
from tests.simulation.world import World


@dataclass(frozen=True)
class Story:
    """A world that is ready to live, and how many executions its requests begin."""

    world: World
    executions: int


def story_of(seed: int) -> Story:
    """The story of a seed; the same whenever it is told."""
    dice = random.Random(seed)  # noqa: S311 - chance that can be repeated
    world = World(_estate(dice), drawn(dice), seed)
    world.request(operation="failover", all=True, request_id="first")
    executions = 1
    if dice.random() < 0.5:
        world.request(after=dice.uniform(0, 300), operation="failover", all=True, request_id="first")
    if dice.random() < 0.5:
        asked = {"customer": "customer-a", "environment": "production", "request_id": "overlapping"}
        world.request(after=dice.uniform(0, 2), operation="failover", **asked)
        executions += 1
    if dice.random() < 0.2:
        world.request(after=dice.uniform(0, 300), operation="failover", all=True, request_id="first", dry_run=True)
        executions += 1
    return Story(world, executions)


def _estate(dice: random.Random) -> Scenario:
    """Two or three waves, three to eight resources."""
    faults: dict[str, object] = {}
    if dice.random() < 0.3:
        faults["launch_failures"] = [{"servers": "*-app-01", "times": dice.choice([1, 2, "always"])}]
    return Scenario.model_validate(
        {
            "accounts": ["222222222201", "222222222202"][: dice.choice([1, 2])],
            "customers": {"count": dice.choice([1, 2])},
            "page_size": dice.choice([1, 2, 100]),
            "servers": [
                {"name": "{customer}-dc-{n:02}", "wave": 1, "per_customer": 1, "priority": "critical"},
                {"name": "{customer}-app-{n:02}", "wave": 2, "per_customer": dice.choice([1, 2]), "priority": "high"},
            ],
            "aurora": [{"name": "{customer}-db", "wave": 1}] if dice.random() < 0.5 else [],
            "dns": {"records": [{"name": "app.{customer}", "wave": 3, "routing": "weighted"}]}
            if dice.random() < 0.5
            else {},
            "faults": faults,
        }
    )
