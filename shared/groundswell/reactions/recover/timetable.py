"""When a work order is looked at: numbered looks that neither fork nor die, and wake-ups that hurry one of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

from groundswell.domain.ids import ExecutionId, OrderId
from groundswell.domain.instants import from_text
from groundswell.domain.records import WorkOrder
from groundswell.ports.world import Clock, LookQueue
from groundswell.reactions.recover.pace import Forecast, Pace

MAX_DELAY = 900
"""Seconds that a message can be put off (SQS); a look that is due later is looked at early."""


@dataclass(frozen=True)
class LookAt:
    """What a message asks for: the look of a number, or one at any time after `asked_at`."""

    execution_id: ExecutionId
    wave: int
    order_id: OrderId
    number: int | None = None
    asked_at: datetime | None = None
    is_request: bool = False
    """It came over the bus: somebody waits for the outcomes, and gets those of an order that has ended again."""
    comes_again: bool = False
    """It was given to a function before, which perhaps died with it."""

    @property
    def body(self) -> str:
        """The message in the technology's own queue."""
        look = {
            "execution_id": self.execution_id,
            "wave": self.wave,
            "order_id": self.order_id,
            "number": self.number,
            "asked_at": self.asked_at.isoformat() if self.asked_at else None,
        }
        return json.dumps({"look": look})


@dataclass(frozen=True)
class Timetable:
    """Decides whether a message leads to a look now, and sends those that lead to later ones."""

    queue: LookQueue
    clock: Clock
    pace: Pace

    def is_due(self, order: WorkOrder, wanted: LookAt) -> bool:
        """Whether to look at an open order now; a wake-up that comes too soon is sent on."""
        if wanted.number is None:
            return self._is_wake_up_due(order, wanted)
        return wanted.number == order.look

    def _is_wake_up_due(self, order: WorkOrder, wanted: LookAt) -> bool:
        """Many wake-ups are one look: those that come right after a look wait a little, unless it answered them."""
        if order.looked_at is None:
            return True
        looked_at = from_text(order.looked_at)
        if wanted.asked_at is not None and looked_at >= wanted.asked_at and order.claim_until is None:
            return False
        soonest = looked_at + self.pace.closest(Forecast(len(order.pending), len(order.resource_ids)))
        if self.clock.now() >= soonest:
            return True
        self._send(replace(wanted, asked_at=wanted.asked_at or self.clock.now(), is_request=False), at=soonest)
        return False

    def set_next(self, order: WorkOrder, *, at: datetime) -> None:
        """Set the timer after the look that was just saved."""
        self._send(LookAt(order.execution_id, order.wave, order.order_id, order.look + 1), at=at)

    def set_again(self, order: WorkOrder) -> None:
        """Set the timer of the awaited look once more, for a message that comes again and is no look itself.

        Whoever had it may have saved his look, and died or been refused before he set the timer. Where he did set it,
        the later of the two leads to nothing. A worker who has the order now will set the timer himself.
        """
        is_claimed = order.claim_until is not None and self.clock.now() < from_text(order.claim_until)
        if order.next_look is None or is_claimed:
            return
        awaited = LookAt(order.execution_id, order.wave, order.order_id, order.look)
        self._send(awaited, at=from_text(order.next_look))

    def _send(self, wanted: LookAt, *, at: datetime) -> None:
        delay = max(0, ceil((at - self.clock.now()).total_seconds()))
        self.queue.send(wanted.body, delay_seconds=min(delay, MAX_DELAY))
