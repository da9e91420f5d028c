"""What a message may leave behind once its function has done with it: nothing that only the sweep would notice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from groundswell.domain.decisions import Nothing, WindDown, close_due, next_due
from groundswell.domain.events.commands import DOOR_SOURCE
from groundswell.domain.events.facts import DRCancelling, ResourcesSkipped
from groundswell.domain.ids import ExecutionId, OrderId
from groundswell.domain.policy import OnFailure
from groundswell.domain.records import OrderStatus, Wave
from groundswell.domain.states import WORKED_WAVE, ExecutionStatus, ResourceState, WaveStatus
from groundswell.ledger import reading
from tests.simulation.deployment import Queue
from tests.simulation.queues import Message

if TYPE_CHECKING:
    from tests.simulation.world import World

_CLOSING = ("record_outcome", "control_execution")
"""Functions that close the wave that their message names."""

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
            "control_execution": self._of_command,
        }

    def left_undone(self, queue: Queue, message: Message) -> Iterator[str]:
        """What should have been done with the message, and was not."""
        rule = self._rules.get(queue.handler)
        if rule is not None and not self._world.queues.dead_letters[queue.name]:
            yield from rule(queue, json.loads(message.body))

    def _of_outcome(self, queue: Queue, told: Told) -> Iterator[str]:
        """Whoever marks, or meets a duplicate, tries to close; only who comes after him may be left to do it."""
        del queue
        execution_id, number = told["detail"]["metadata"]["execution_id"], told["detail"]["data"]["wave"]
        wave = next((one for one in reading.waves(self._world.ledger, execution_id) if one.wave == number), None)
        if wave is None or self._close_due(wave) is None or self._is_answered_later(execution_id, number):
            return
        yield f"wave {number} could be closed, and the last message that would have done it is gone"

    def _close_due(self, wave: Wave) -> WaveStatus | None:
        """As what the wave is to be closed by a message; past its deadline, where nobody is asked, that is the sweep's.

        The sweep then gives up whatever is left, also right after a message found that nothing was to be closed yet.
        """
        execution = reading.execution(self._world.ledger, wave.execution_id)
        is_asked = wave.policy.on_failure is OnFailure.HOLD and execution.status is not ExecutionStatus.CANCELLING
        if wave.deadline_missed_at and not is_asked:
            return None
        return close_due(execution, wave)

    def _has_pending(self, wave: Wave) -> bool:
        resources = reading.resources(self._world.ledger, wave.lanes)
        return any(resource.state is ResourceState.PENDING for resource in resources)

    def _of_command(self, queue: Queue, told: Told) -> Iterator[str]:
        """A command that came through the door is answered."""
        metadata, kind = told["detail"]["metadata"], told["detail-type"]
        if ResourcesSkipped.detail_type in answers(self._world, metadata["execution_id"], metadata["event_id"]):
            yield from self._left_open(metadata["execution_id"], told["detail"]["data"]["wave"])
        if told["source"] == DOOR_SOURCE and not answers(self._world, metadata["execution_id"], metadata["event_id"]):
            yield f"{kind} {metadata['event_id']} was taken from {queue.name}, and nobody answered it"

    def _of_advance(self, queue: Queue, told: Told) -> Iterator[str]:
        execution_id = told["detail"]["metadata"]["execution_id"]
        execution = reading.execution(self._world.ledger, execution_id)
        due = next_due(execution, reading.waves(self._world.ledger, execution_id))
        if isinstance(due, WindDown) and not self._has_pending(due.wave):
            return
        if isinstance(due, Nothing) or self._awaits(queue, execution_id) or self._unsaid(execution_id):
            return
        yield f"{type(due).__name__} is due for {execution_id}, and the last message that would have done it is gone"

    def _of_fan_out(self, queue: Queue, told: Told) -> Iterator[str]:
        execution_id, number = told["detail"]["metadata"]["execution_id"], told["detail"]["data"]["wave"]
        wave = reading.wave(self._world.ledger, execution_id, number)
        if wave.status not in WORKED_WAVE:
            return
        for resource in reading.resources(self._world.ledger, wave.lanes):
            if resource.order_id is None and not self._awaits(queue, execution_id, wave=number):
                yield f"{resource.resource_id} is in no order, and nobody is left to cut its wave"

    def _of_look(self, queue: Queue, told: Told) -> Iterator[str]:
        """Timers do not die: an open order has a message on its way.

        But for a worker that was frozen and saved its look long after: then the sweep asks for the next one.
        """
        if any(strike.kind == "stall" and strike.place == queue.function for strike in self._world.trouble.struck):
            return
        execution_id, number, order_id = _order_of(told)
        orders = reading.orders(self._world.ledger, reading.wave(self._world.ledger, execution_id, number).lanes)
        if not any(order.order_id == order_id and order.status is OrderStatus.OPEN for order in orders):
            return
        coming = (_order_of(json.loads(message.body)) for message in self._world.queues.unfinished(queue.name))
        if not any(other == (execution_id, number, order_id) for other in coming):
            yield f"order {order_id} is open, and no message will ever look at it again"

    def _left_open(self, execution_id: ExecutionId, number: int) -> Iterator[str]:
        """Whoever moves a counter then tries to close the wave."""
        wave = next((one for one in reading.waves(self._world.ledger, execution_id) if one.wave == number), None)
        if wave and self._close_due(wave) is not None and not self._is_answered_later(execution_id, number):
            yield f"wave {number} could be closed after resources were skipped, and nobody is left to do it"

    def _is_answered_later(self, execution_id: ExecutionId, wave: int) -> bool:
        """Whether something that will try to close the wave is still to be worked on, or to be said.

        A cancelled execution's waves are closed by whoever hears of `DRCancelling`.
        """
        if DRCancelling.detail_type in self._unsaid(execution_id):
            return True
        for queue in self._world.deployment.queues.values():
            if queue.handler == "advance_execution" and self._awaits(queue, execution_id):
                return True
            if queue.handler in _CLOSING and self._awaits(queue, execution_id, wave=wave):
                return True
        return False

    def _awaits(self, queue: Queue, execution_id: str, *, wave: int | None = None) -> bool:
        """Whether another message about the execution, or its wave, is still to be worked on."""
        for message in self._world.queues.unfinished(queue.name):
            detail = json.loads(message.body)["detail"]
            same_wave = wave is None or detail["data"].get("wave") == wave
            if detail["metadata"]["execution_id"] == execution_id and same_wave:
                return True
        return False

    def _unsaid(self, execution_id: ExecutionId) -> list[str]:
        """The types of the execution's facts that are still to be put on the bus."""
        facts = reading.facts(self._world.ledger, execution_id)
        return [fact.detail_type for fact in facts if fact.event_id not in self._world.said]


def answers(world: World, execution_id: ExecutionId, command_id: str) -> list[str]:
    """The types of the facts that answer a command."""
    facts = reading.facts(world.ledger, execution_id)
    return [fact.detail_type for fact in facts if json.loads(fact.detail)["metadata"]["causation_id"] == command_id]


def _order_of(told: Told) -> tuple[ExecutionId, int, OrderId]:
    if "look" in told:
        return told["look"]["execution_id"], told["look"]["wave"], told["look"]["order_id"]
    detail = told["detail"]
    return detail["metadata"]["execution_id"], detail["data"]["wave"], detail["data"]["order_id"]
