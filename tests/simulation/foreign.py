"""A technology that is not ours: a program of others that takes orders off the bus and answers with events."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from groundswell.ports.world import BusEntry

if TYPE_CHECKING:
    from tests.simulation.world import World

NAME = "mainframe"
_SOURCE = "groundswell.technology."
PLACE = "mainframe"

Answer = dict[str, Any]


class Mainframe:
    """Recovers mainframes: acts once for an (order, attempt), and answers whenever it is asked again."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._answers: dict[tuple[str, int, str], BusEntry] = {}
        self._begun: set[tuple[str, int, str]] = set()
        self.recovered: set[tuple[str, str]] = set()
        """What really runs: execution and resource."""

    def asked(self, event: Mapping[str, Any]) -> None:
        """An order came: begin what is new, and say again what is done."""
        if self._world.strikes("foreign_silent", PLACE):
            return
        order = event["detail"]["data"]
        for resource in order["resources"]:
            work = (order["order_id"], order["attempt"], resource["resource_id"])
            if work in self._answers:
                self._world.answer(self._answers[work])
            elif work not in self._begun:
                self._begun.add(work)
                delay = self._world.trouble.between(5, 900, PLACE)
                self._world.machine.after(delay, partial(self._finish, event, work))

    def _finish(self, event: Mapping[str, Any], work: tuple[str, int, str]) -> None:
        self.recovered.add((event["detail"]["metadata"]["execution_id"], work[2]))
        self._answers[work] = entry_of(event, answer_to(event, work[2]), self._world)
        self._world.answer(self._answers[work])


def answer_to(event: Mapping[str, Any], resource_id: str) -> Answer:
    """The data of a rightful answer to an order."""
    order = event["detail"]["data"]
    data = {name: order[name] for name in ("order_id", "attempt", "token", "technology", "wave")}
    return data | {"resource_id": resource_id, "evidence": {"seen": "running"}}


def entry_of(
    event: Mapping[str, Any], data: Answer, world: World, *, source: str = "", execution_id: str = ""
) -> BusEntry:
    """An answer as its technology puts it on the bus."""
    metadata = event["detail"]["metadata"]
    told = {
        "event_id": f"answer-{world.next_number()}",
        "schema_version": "1.0",
        "execution_id": execution_id or metadata["execution_id"],
        "correlation_id": metadata["correlation_id"],
        "causation_id": metadata["event_id"],
        "occurred_at": world.clock.now().isoformat(),
    }
    detail = json.dumps({"metadata": told, "data": data})
    return BusEntry(source or f"{_SOURCE}{data['technology']}", "ResourceRecovered", detail)


def forge(event: Mapping[str, Any], world: World) -> None:
    """Somebody answers an order who may not, or answers what was not asked."""
    order = event["detail"]["data"]
    resource_id = order["resources"][0]["resource_id"]
    lie = answer_to(event, resource_id)
    lies: list[Callable[[], BusEntry]] = [
        lambda: entry_of(event, lie | {"token": "guessed"}, world),
        lambda: entry_of(event, lie, world, source=f"{_SOURCE}other"),
        lambda: entry_of(event, lie, world, source="operator"),
        lambda: entry_of(event, lie | {"attempt": order["attempt"] + 1}, world),
        lambda: entry_of(event, lie | {"order_id": f"{order['order_id']}-other"}, world),
        lambda: entry_of(event, lie | {"resource_id": "mainframe/somebody-else/its-own"}, world),
        lambda: entry_of(event, lie | {"wave": order["wave"] + 1}, world),
        lambda: entry_of(event, lie, world, execution_id="an-execution-of-another-day"),
    ]
    told = lies[world.trouble.whole(0, len(lies) - 1, "forger")]()
    world.machine.after(world.trouble.between(0.1, 60, "forger"), lambda: world.put_on_bus([told]))
