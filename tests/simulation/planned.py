"""Some worlds have a named plan that their first request follows; somebody may put another version meanwhile."""

from __future__ import annotations

import random
from functools import partial
from typing import Any

from groundswell.domain.named_plan import NamedPlan
from groundswell.ledger import plans
from tests.simulation import foreign
from tests.simulation.trouble import random_of
from tests.simulation.world import World

NAME = "sim"


def follow_a_plan(world: World, seed: int, asked: dict[str, Any]) -> None:
    """Let the request follow a plan, in one of four worlds. By dice of their own: other worlds stay as they were."""
    dice = random_of(2 * 10**9 + seed)
    if dice.random() < 0.75:
        return
    asked["plan"] = NAME
    put(world, _plan(dice), after=0)
    if dice.random() < 0.5:
        world.machine.after(dice.uniform(0, 60), partial(put, world, _plan(dice), after=1))


def put(world: World, plan: NamedPlan, *, after: int) -> None:
    """Keep the plan as its next version."""
    plans.put(world.ledger, plan, after=after, by="planner", at=world.clock.now(), reason=None)


def _plan(dice: random.Random) -> NamedPlan:
    """Servers, and all the rest: in either order, perhaps with checks by a program that is not ours."""
    servers = {
        "name": "servers",
        "resources": [{"technologies": ["drs"]}],
        "approval": dice.random() < 0.2,
        "on_failure": dice.choice(["hold", "continue", "stop"]),
        "least_success_percent": dice.choice([0, 50, 100]),
        "deadline_minutes": 15,
    }
    rest = {"name": "rest", "resources": [{"tags": {"dr:enabled": True}}], "deadline_minutes": 60}
    checks = {dice.choice(["checks_before", "checks_after"]): [{"name": "works", "technology": foreign.NAME}]}
    rest |= checks if dice.random() < 0.4 else {}
    return NamedPlan.model_validate({"plan": NAME, "waves": [servers, rest]})
