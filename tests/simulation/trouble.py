"""What the world does to an execution, by seed: chances of a world, drawn once, and the dice that follow them."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Chances:
    """How likely each kind of trouble is, by occasion."""

    crash_before: float = 0.0
    """A process dies before a call to the outside takes effect."""
    crash_after: float = 0.0
    """A process dies after a call took effect, before it knows."""
    stall: float = 0.0
    """A process is frozen past its claim and visibility timeout, and wakes up unaware."""
    duplicate: float = 0.0
    """An event or a message arrives twice."""
    late: float = 0.0
    """An event or a message takes minutes."""
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


_MOST = Chances(
    crash_before=0.03,
    crash_after=0.03,
    stall=0.004,
    duplicate=0.15,
    late=0.05,
    store_conflict=0.03,
    store_lost=0.02,
    stale_index=0.2,
    bus_refusal=0.04,
    queue_refusal=0.05,
    lost_reply=0.15,
    throttle=0.2,
    unreachable=0.05,
    aws_event_lost=0.9,
)


def drawn(dice: random.Random) -> Chances:
    """The chances of a world: of each kind none, some or much, so that kinds meet in all combinations."""
    return Chances(
        **{each.name: dice.choice((0.0, 0.0, 0.3, 1.0)) * float(getattr(_MOST, each.name)) for each in fields(Chances)}
    )
