"""Calls whose answers were lost, or that came to nothing: what is repeated, and when."""

from __future__ import annotations

import pytest

from groundswell.domain.instants import to_text
from groundswell.domain.operations import Phase
from groundswell.technologies.contract import Failed, InProgress
from tests.unit.ledger.stories import resource
from tests.unit.reactions.fake_service import LOST, Service, raising
from tests.unit.reactions.workshop import workshop

FIRST = Phase.INSTANTIATE
TRANSIENT = Failed.because("the launch failed", advice="look", retry=True)


@pytest.mark.parametrize("searchable", [True, False])
def test_call_whose_answer_was_lost_is_not_repeated_when_its_effect_is_seen(searchable: bool) -> None:
    shop = workshop("a", service=Service(lose_answers=True), searchable=searchable)
    shop.look()

    shop.next_look()

    assert (len(shop.service.calls), shop.intents()) == (1, [(FIRST, 1, "OPEN")])
    assert shop.note("a") == "at work"


def test_call_whose_answer_was_lost_is_not_repeated_before_its_effect_must_show() -> None:
    shop = workshop("a", service=Service(before_call=raising(LOST)))
    shop.look()
    shop.bench.clock.advance(119)

    shop.look(shop.order.look)

    assert len(shop.service.calls) == 1
    assert shop.note("a") == "asked for; its effect is not to be seen yet"


def test_call_whose_answer_was_lost_is_repeated_when_nothing_came_of_it() -> None:
    shop = workshop("a", service=Service(before_call=raising(LOST)))
    shop.look()
    shop.bench.clock.advance(120)
    shop.service.before_call = lambda _: None

    shop.look(shop.order.look)

    assert shop.intents() == [(FIRST, 1, "OPEN"), (FIRST, 2, "SETTLED")]
    assert shop.service.calls[0].key != shop.service.calls[1].key


def test_resource_fails_as_unknown_when_a_lost_call_leaves_nothing_to_find_it_by() -> None:
    shop = workshop("a", service=Service(before_call=raising(LOST)), searchable=False)

    shop.look_until(shop.is_over)

    assert len(shop.service.calls) == 1
    assert shop.failure("a").startswith("unknown: the answer to a call was lost")
    assert shop.service.calls[0].key in shop.failure("a")


def test_resource_fails_when_nothing_comes_of_as_many_calls_as_are_allowed() -> None:
    shop = workshop("a", service=Service(before_call=raising(LOST)), tries=3)

    shop.look_until(shop.is_over)

    assert len(shop.service.calls) == 3
    assert shop.failure("a").startswith(
        "the call was made 3 times and nothing came of it; the last answer: Read timeout"
    )


def test_call_is_made_again_when_its_effect_failed_and_may_succeed() -> None:
    shop = workshop("a", tries=3)
    shop.look()
    shop.service.seen[FIRST, "a"] = TRANSIENT

    shop.next_look()

    assert len(shop.service.calls) == 2
    assert shop.outcomes() == {}


def test_resource_fails_and_says_how_often_it_was_tried_when_every_call_fails() -> None:
    shop = workshop("a", tries=3)
    shop.look()

    while not shop.is_over():
        shop.service.seen[FIRST, "a"] = TRANSIENT
        shop.next_look()

    assert len(shop.service.calls) == 3
    assert shop.failure("a") == "the launch failed (tried 3 times)"


def test_failure_of_an_earlier_call_is_not_believed_while_the_latest_may_still_show() -> None:
    shop = workshop("a", tries=3)
    shop.look()
    shop.service.seen[FIRST, "a"] = TRANSIENT
    shop.service.before_call = raising(LOST)
    shop.next_look()
    assert len(shop.service.calls) == 2

    shop.next_look()

    assert (len(shop.service.calls), shop.note("a")) == (2, "asked for again; its effect is not to be seen yet")


def test_resource_fails_at_once_when_its_failure_cannot_be_helped() -> None:
    shop = workshop("a")
    shop.look()
    shop.service.seen[FIRST, "a"] = Failed.because("gone for good", advice="look")

    shop.next_look()

    assert (shop.failure("a"), len(shop.service.calls)) == ("gone for good", 1)


def test_resource_keeps_when_its_first_call_was_begun() -> None:
    shop = workshop("a", service=Service(before_call=raising(LOST)))
    shop.look()
    begun = to_text(shop.bench.clock.now())
    shop.bench.clock.advance(120)

    shop.look(shop.order.look)

    assert (len(shop.service.calls), resource(shop.bench.store, "a").started_at) == (2, begun)


def test_late_effect_of_a_call_thought_lost_is_taken_for_what_it_is() -> None:
    shop = workshop("a", service=Service(before_call=raising(LOST)))
    shop.look()
    shop.service.seen[FIRST, "a"] = InProgress("seen late")
    shop.bench.clock.advance(600)

    shop.look(shop.order.look)

    assert (len(shop.service.calls), shop.note("a")) == (1, "seen late")


def test_doubt_about_a_call_is_over_when_its_effect_was_seen_to_the_end() -> None:
    shop = workshop("a", service=Service(lose_answers=True))
    shop.look()
    shop.service.done_all("a")

    shop.next_look()

    assert (shop.outcomes(), shop.intents()) == ({"a": "Recovered"}, [(FIRST, 1, "SETTLED")])


def test_doubt_about_a_call_is_over_when_its_resource_failed_after_its_effect_had_to_show() -> None:
    shop = workshop("a", service=Service(lose_answers=True))
    shop.look()
    shop.service.seen[FIRST, "a"] = Failed.because("the launch failed", advice="look")

    shop.look_until(shop.is_over)

    assert (shop.outcomes(), shop.intents()) == ({"a": "Failed"}, [(FIRST, 1, "SETTLED")])


def test_doubt_about_a_call_remains_while_one_of_its_resources_goes_on() -> None:
    shop = workshop("ab", service=Service(lose_answers=True), batch=2)
    shop.look()
    shop.service.seen[FIRST, "a"] = Failed.because("the launch failed", advice="look")
    shop.bench.clock.advance(120)

    shop.next_look()

    assert (FIRST, 1, "OPEN") in shop.intents()


def test_doubt_about_a_call_remains_when_it_leaves_nothing_to_find_it_by() -> None:
    shop = workshop("a", service=Service(before_call=raising(LOST)), searchable=False)

    shop.look_until(shop.is_over)

    assert shop.intents() == [(FIRST, 1, "OPEN")]
