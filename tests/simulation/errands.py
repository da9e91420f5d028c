"""What a message may leave behind once its function has done with it: nothing that only the sweep would notice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from groundswell.domain.decisions import Nothing, close_due, next_due
from groundswell.domain.ids import ExecutionId, OrderId
from groundswell.domain.records import OrderStatus
from groundswell.domain.states import WORKED_WAVE
from groundswell.ledger import reading
from tests.simulation.deployment import Queue
from tests.simulation.queues import Message

if TYPE_CHECKING:
    from tests.simulation.world import World

Told = Mapping[str, Any]


class Errands:
    """Judges each message that is deleted from its queue."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rules: Mapping[str, Callable[[Queue, Told], Iterator[str]]] = {
            "record_outcome": self._of_outcome,
            "advance_execution": self._of_advance,
            "fan_out_wave": self._of_fan_out,
            "recover": self._of_look,
        }

    def left_undone(self, queue: Queue, message: Message) -> Iterator[str]:
        """What should have been done with the message, and was not."""
        rule = self._rules.get(queue.handler)
        if rule is not None and not self._world.queues.dead_letters[queue.name]:
            yield from rule(queue, json.loads(message.body))

    def _of_outcome(self, queue: Queue, told: Told) -> Iterator[str]:
        """Whoever marks, or meets a duplicate, tries to close; only who comes after him may be left to do it."""
        execution_id, number = told["detail"]["metadata"]["execution_id"], told["detail"]["data"]["wave"]
        wave = next((one for one in reading.waves(self._world.ledger, execution_id) if one.wave == number), None)
        if wave is None or close_due(wave) is None or self._awaits(queue, execution_id, wave=number):
            return
        yield f"wave {number} could be closed, and the last message that would have done it is gone"

    def _of_advance(self, queue: Queue, told: Told) -> Iterator[str]:
        execution_id = told["detail"]["metadata"]["execution_id"]
        execution = reading.execution(self._world.ledger, execution_id)
        due = next_due(execution, reading.waves(self._world.ledger, execution_id))
        if isinstance(due, Nothing) or self._awaits(queue, execution_id) or self._is_to_be_said(execution_id):
            return
        yield f"{type(due).__name__} is due for {execution_id}, and the last message that would have done it is gone"

    def _of_fan_out(self, queue: Queue, told: Told) -> Iterator[str]:
        execution_id, number = told["detail"]["metadata"]["execution_id"], told["detail"]["data"]["wave"]
        if reading.wave(self._world.ledger, execution_id, number).status not in WORKED_WAVE:
            return
        for resource in reading.resources(self._world.ledger, execution_id, number):
            if resource.order_id is None and not self._awaits(queue, execution_id, wave=number):
                yield f"{resource.resource_id} is in no order, and nobody is left to cut its wave"

    def _of_look(self, queue: Queue, told: Told) -> Iterator[str]:
        """Timers do not die: an open order has a message on its way.

        But for a worker that was frozen and saved its look long after: then the sweep asks for the next one.
        """
        if any(strike.kind == "stall" and strike.place == queue.function for strike in self._world.trouble.struck):
            return
        execution_id, number, order_id = _order_of(told)
        order = reading.find_order(self._world.ledger, execution_id, number, order_id)
        if order is None or order.status is not OrderStatus.OPEN:
            return
        coming = (_order_of(json.loads(message.body)) for message in self._world.queues.unfinished(queue.name))
        if not any(other == (execution_id, number, order_id) for other in coming):
            yield f"order {order_id} is open, and no message will ever look at it again"

    def _awaits(self, queue: Queue, execution_id: str, *, wave: int | None = None) -> bool:
        """Whether another message about the execution, or its wave, is still to be worked on."""
        for message in self._world.queues.unfinished(queue.name):
            detail = json.loads(message.body)["detail"]
            same_wave = wave is None or detail["data"].get("wave") == wave
            if detail["metadata"]["execution_id"] == execution_id and same_wave:
                return True
        return False

    def _is_to_be_said(self, execution_id: ExecutionId) -> bool:
        """Whether a fact of the execution is still to be put on the bus."""
        return any(fact.event_id not in self._world.said for fact in reading.facts(self._world.ledger, execution_id))


def _order_of(told: Told) -> tuple[ExecutionId, int, OrderId]:
    if "look" in told:
        return told["look"]["execution_id"], told["look"]["wave"], told["look"]["order_id"]
    detail = told["detail"]
    return detail["metadata"]["execution_id"], detail["data"]["wave"], detail["data"]["order_id"]
