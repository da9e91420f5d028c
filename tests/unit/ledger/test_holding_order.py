"""In one order everywhere: of overlapping requests one gets ahead, whatever the order in which each found its own."""

from __future__ import annotations

from groundswell.adapters.memory_store import MemoryStore
from groundswell.ledger import executions, holding
from groundswell.ledger.holding import CHUNK
from groundswell.ports.store import Put, Write
from tests.unit.ledger.stories import at, planning, server


class Noting(MemoryStore):
    """A ledger that notes which holds each transaction takes, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[list[str]] = []

    def write(self, *writes: Write) -> None:
        held = [str(each.item["resource_id"]) for each in writes if isinstance(each, Put) and each.item["sk"] == "HOLD"]
        self.held += [held] if held else []
        super().write(*writes)


def test_holds_are_taken_by_id_within_a_transaction_and_from_one_to_the_next() -> None:
    store = Noting()
    executions.begin(store, planning())
    names = [f"s-{(11 * number) % (3 * CHUNK):03}" for number in range(3 * CHUNK)]
    assert names != sorted(names)

    holding.take(store, planning(), 1, [server(name) for name in names], at=at(3))

    taken = [name for transaction in store.held for name in transaction]
    assert len(store.held) == 3
    assert taken == sorted(taken)
    assert len(set(taken)) == 3 * CHUNK
