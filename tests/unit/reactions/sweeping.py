"""The sweep, over the ledger that people decide about."""

from __future__ import annotations

from datetime import timedelta

from groundswell.reactions.relay_events import Relay
from groundswell.reactions.sweep import Sweeper
from tests.unit.ledger.stories import at
from tests.unit.reactions.bench import Bench
from tests.unit.reactions.control_room import Room


def sweep(room: Room) -> None:
    """Sweep once, without an error."""
    bench = Bench(store=room.store, clock=room.clock)
    sweeper = Sweeper(
        store=room.store,
        bus=bench.bus,
        clock=room.clock,
        ordering=bench.ordering,
        relay=Relay(room.store, bench.bus),
        fan_out=lambda *_: None,
        silence=timedelta(seconds=60),
    )
    assert sweeper.sweep(cause="tick-1").errors == {}


def sweep_at(room: Room, *seconds: float) -> None:
    """Sweep at each of these seconds."""
    for each in seconds:
        room.clock.move_to(at(each))
        sweep(room)
