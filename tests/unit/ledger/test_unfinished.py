from __future__ import annotations

from groundswell.domain.ids import Lane
from groundswell.ledger import executions, holding, reading
from groundswell.ports.store import Store
from tests.unit.ledger.stories import LANE, NOW, X, claimed_order, opened_wave, planning, server
from tests.unit.ledger.test_marking import mark, outcome


def unfinished(store: Store) -> list[str]:
    return [each.resource_id for each in reading.unfinished(store, reading.execution(store, X))]


def test_resources_of_all_waves_are_unfinished_when_nothing_has_ended(store: Store) -> None:
    opened_wave(store, server("a"), server("b"), server("c", 2))

    assert unfinished(store) == ["a", "b", "c"]


def test_resource_is_unfinished_no_more_when_it_has_ended(store: Store) -> None:
    claimed_order(store, server("a"), server("b"), server("c", 2))
    mark(store, outcome(store, "a"))

    assert unfinished(store) == ["b", "c"]


def test_resources_written_so_far_are_unfinished_when_the_execution_is_being_planned(store: Store) -> None:
    execution = planning()
    executions.begin(store, execution)
    executions.note_lanes(store, execution, 1, [LANE, Lane(X, 2, "drs")])
    holding.take(store, execution, 1, [server("a")], at=NOW)

    assert unfinished(store) == ["a"]
