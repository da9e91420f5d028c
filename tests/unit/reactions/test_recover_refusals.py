"""What AWS refuses for now: asked again, for fewer, by few calls, and not for ever; its last words are never lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from groundswell.domain.operations import Phase
from groundswell.domain.states import ExecutionStatus
from groundswell.technologies.contract import InProgress
from tests.unit.reactions.fake_service import Call, Service, raising, refused
from tests.unit.reactions.workshop import Workshop, workshop

FIRST = Phase.INSTANTIATE
NO_ROOM = "NoRoom"


def without_room_for(*names: str, code: str = NO_ROOM) -> Service:
    """A service that answers 500 to every call as a whole that names one of these, and does nothing."""

    def refuse(call: Call) -> None:
        if set(call.names) & set(names):
            raise refused(code, "no room in this zone", status=500)

    return Service(before_call=refuse)


def shop_of(names: str, service: Service, **technology: Any) -> Workshop:
    return workshop(names, service=service, **{"later": {NO_ROOM: "choose another zone"}, **technology})


def calls_by_look(shop: Workshop, looks: int) -> list[int]:
    """How many calls each of the next looks makes."""
    made = []
    for _ in range(looks):
        before = len(shop.service.calls)
        shop.next_look() if shop.order.look else shop.look()
        made.append(len(shop.service.calls) - before)
    return made


def test_refusal_that_the_technology_knows_is_no_lost_answer_whatever_its_status() -> None:
    shop = shop_of("a", without_room_for("a"))

    shop.look()

    assert shop.intents() == [(FIRST, 1, "REFUSED")]
    assert "refused for now: An error occurred (NoRoom)" in shop.note("a")


def test_all_but_the_one_without_room_are_under_way_after_few_calls() -> None:
    shop = shop_of("abcdef", without_room_for("c"), refused_for=timedelta(hours=3))

    shop.look_until(lambda: len(shop.service.seen) == 5)

    assert len(shop.service.calls) <= 6
    assert shop.outcomes() == {}


def test_a_look_goes_on_only_as_long_as_some_call_is_taken() -> None:
    names = "abcdefghijklmnopqrstuvwxyz"
    shop = shop_of(names, without_room_for(*names))

    assert max(calls_by_look(shop, 30)) <= 5
    assert "AWS refused 5 calls for others for now" in {shop.note(name).partition(": ")[2] for name in names}


def test_each_has_its_turn_when_a_look_does_not_ask_for_all() -> None:
    names = "abcdefghij"
    shop = shop_of(names, without_room_for(*names[:-1]), refused_for=timedelta(hours=3))

    shop.look_until(lambda: (FIRST, "j") in shop.service.seen)

    assert len(shop.service.calls) < 25


def test_throttled_call_is_made_again_for_all_of_them() -> None:
    shop = shop_of("abcd", Service(before_call=raising(refused("ThrottlingException"))))

    calls_by_look(shop, 3)

    assert shop.service.named == [("a", "b", "c", "d")] * 3


def test_refusal_that_never_changes_is_final_with_awss_words_and_what_to_do() -> None:
    shop = shop_of("a", without_room_for("a"), refusals=4, refused_for=timedelta(minutes=20))
    begun = shop.bench.clock.now()

    shop.look_until(shop.is_over)

    assert timedelta(minutes=20) <= shop.bench.clock.now() - begun < timedelta(minutes=22)
    assert shop.failure("a").startswith("AWS has refused the call for 21 minutes, ")
    assert "in a row: An error occurred (NoRoom)" in shop.failure("a")
    (said,) = shop.bench.bus.said("ResourceFailed")
    assert said["advice"] == "choose another zone (account 222222222201); then retry the resource"


def test_refusal_is_not_final_before_it_was_said_often_enough() -> None:
    shop = shop_of("a", without_room_for("a"), refusals=50, refused_for=timedelta(minutes=1))

    calls_by_look(shop, 49)
    assert shop.outcomes() == {}
    shop.next_look()

    assert shop.outcomes() == {"a": "Failed"}


def test_refusals_are_counted_anew_when_another_kind_comes_between() -> None:
    shop = shop_of("a", without_room_for("a"), refusals=3, refused_for=timedelta(0), later={NO_ROOM: "", "Busy": ""})
    calls_by_look(shop, 2)
    shop.service.before_call = raising(refused("Busy"))

    calls_by_look(shop, 2)

    assert shop.outcomes() == {}


def test_throttling_is_never_final_by_itself() -> None:
    throttled = Service(before_call=raising(refused("ThrottlingException")))
    shop = shop_of("a", throttled, refusals=1, refused_for=timedelta(0))

    calls_by_look(shop, 20)

    assert shop.outcomes() == {}


def test_time_out_tells_how_often_it_was_refused_and_the_last_words() -> None:
    shop = shop_of("a", without_room_for("a"), patience=timedelta(minutes=10))

    shop.look_until(shop.is_over)

    refusals = len(shop.service.calls)
    assert shop.failure("a").startswith("INSTANTIATE was not over after 1")
    assert f"; the last refusal, {refusals} times in a row: An error occurred (NoRoom)" in shop.failure("a")


def test_time_out_tells_the_last_refusal_also_when_nothing_can_be_looked_at_since() -> None:
    shop = shop_of("a", without_room_for("a"), patience=timedelta(minutes=10))
    shop.look()
    shop.service.before_observing = raising(refused("AccessDenied"))

    shop.look_until(shop.is_over)

    assert "last seen: could not be looked at: An error occurred (AccessDenied)" in shop.failure("a")
    assert "; the last refusal: An error occurred (NoRoom)" in shop.failure("a")


def test_time_out_tells_of_no_refusal_when_aws_took_the_call_after_it() -> None:
    shop = shop_of("a", without_room_for("a"), patience=timedelta(minutes=10))
    shop.look()
    shop.service.before_call = lambda _: None
    shop.next_look()
    shop.service.seen[FIRST, "a"] = InProgress("slow")

    shop.look_until(shop.is_over)

    assert shop.failure("a").endswith("last seen: slow")


def test_cancel_tells_the_last_refusal_of_what_was_begun() -> None:
    shop = shop_of("a", without_room_for("a"))
    shop.look()
    shop.put_in(ExecutionStatus.CANCELLING)

    shop.next_look()

    assert "before INSTANTIATE was asked for; the last refusal: An error occurred (NoRoom)" in shop.failure("a")


@pytest.mark.parametrize("searchable", [True, False])
def test_last_answer_is_told_when_nothing_comes_of_a_call_that_aws_answers_with_a_fault(*, searchable: bool) -> None:
    fault = refused("InternalFailure", "we do not know", status=500)
    shop = workshop("a", service=Service(before_call=raising(fault)), tries=2, searchable=searchable)

    shop.look_until(shop.is_over)

    assert "; the last answer: An error occurred (InternalFailure)" in shop.failure("a")
    assert "we do not know" in shop.failure("a")


def test_room_is_not_used_up_by_what_is_refused() -> None:
    service = without_room_for("a", "b")
    service.is_room_for = [2]
    shop = shop_of("abcd", service, batch=1)

    shop.look()

    assert shop.service.named == [("a",), ("b",), ("c",), ("d",)]
