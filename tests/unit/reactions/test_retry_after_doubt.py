"""A call whose answer was lost bars nobody from trying again, once looking has shown what became of it."""

from __future__ import annotations

from groundswell.domain.events.commands import ResourceRetryRequested
from groundswell.domain.operations import Phase
from groundswell.ledger import orders
from groundswell.technologies.contract import Failed
from tests.unit.ledger.rulings import FAILURE, hold, mark
from tests.unit.ledger.stories import opened_wave, order_of, server
from tests.unit.reactions.bench import Bench
from tests.unit.reactions.control_room import Room
from tests.unit.reactions.fake_service import Service, technology_of
from tests.unit.reactions.workshop import Workshop


def test_call_whose_lost_answer_was_settled_by_looking_does_not_stand_in_the_way_of_a_retry() -> None:
    room, service = Room(), Service(lose_answers=True)
    shop = Workshop(service, technology_of(service), bench=Bench(store=room.store, clock=room.clock))
    opened_wave(room.store, server("a").model_copy(update={"technology": "fake"}))
    orders.cut(room.store, order_of("a", technology="fake"))
    room.clock.advance(60)
    shop.look()
    service.seen[Phase.INSTANTIATE, "a"] = Failed.because("the launch failed", advice="look")
    shop.look_until(shop.is_over)
    assert shop.outcomes() == {"a": "Failed"}
    mark(room.store, "a", FAILURE)
    hold(room.store, 100)

    room.say(ResourceRetryRequested)

    assert room.refusals == []
