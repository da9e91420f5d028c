from __future__ import annotations

import pytest

from groundswell.domain.ids import ResourceId
from groundswell.domain.operations import Phase
from groundswell.domain.states import ExecutionStatus, ResourceState
from groundswell.ledger import reading
from groundswell.technologies.contract import Failed, NotBegun
from tests.unit.ledger.stories import resource
from tests.unit.reactions.fake_service import Call, Service, refused
from tests.unit.reactions.workshop import Workshop, workshop

FIRST = Phase.INSTANTIATE
TRANSIENT = Failed.because("the launch failed", advice="look", retry=True)


def refusing(*culprits: str, code: str = "ValidationException") -> Service:
    """A service that refuses every call as a whole that names a culprit."""

    def refuse(call: Call) -> None:
        if set(call.names) & set(culprits):
            raise refused(code, f"{sorted(set(call.names) & set(culprits))[0]} is at fault")

    return Service(before_call=refuse)


def handles(shop: Workshop) -> list[str | None]:
    return [intent.handle for intent in reading.intents(shop.bench.store, shop.order)]


def test_call_is_written_down_before_it_is_made() -> None:
    shop = workshop()
    written: list[tuple[str, str]] = []
    shop.service.before_call = lambda call: written.extend(
        (intent.key, intent.state) for intent in reading.intents(shop.bench.store, shop.order) if intent.key == call.key
    )

    shop.look()

    assert written == [(shop.service.calls[0].key, "OPEN")]
    assert resource(shop.bench.store, "a").state is ResourceState.IN_PROGRESS


def test_call_has_a_key_that_begins_with_the_execution_and_no_other_call_has() -> None:
    shop = workshop("abcdef", batch=2)

    shop.look()

    keys = [call.key for call in shop.service.calls]
    assert len(set(keys)) == 3
    assert all(key.startswith("dr-1.") and len(key) <= 256 for key in keys)


def test_answer_of_a_call_is_kept_as_its_handle() -> None:
    shop = workshop()

    shop.look()

    assert (handles(shop), shop.intents()) == (["job-1"], [(FIRST, 1, "SETTLED")])


def test_service_sees_the_calls_that_were_made_for_a_resource_and_no_others() -> None:
    shop = workshop("ab", batch=1)
    shop.look()

    shop.next_look()

    assert [[intent.handle for intent in target.intents] for target in shop.service.targets] == [["job-1"], ["job-2"]]


@pytest.mark.parametrize(("batch", "sizes"), [(1, [1, 1, 1, 1, 1]), (2, [2, 2, 1]), (5, [5]), (90, [5])])
def test_calls_take_as_many_resources_as_one_may(batch: int, sizes: list[int]) -> None:
    shop = workshop("abcde", batch=batch)

    shop.look()

    assert [len(names) for names in shop.service.named] == sizes


def test_calls_take_resources_of_one_group_only() -> None:
    shop = workshop("abcde", group=lambda target: "early" if target.resource_id < ResourceId("c") else "late")

    shop.look()

    assert shop.service.named == [("a", "b"), ("c", "d", "e")]


def test_call_takes_no_more_than_the_service_has_room_for() -> None:
    shop = workshop("abcde", service=Service(is_room_for=[3]), batch=2)

    shop.look()

    assert shop.service.named == [("a", "b"), ("c",)]
    assert shop.note("e") == "waiting for room: the service's quota is used up"


def test_the_rest_is_called_for_when_there_is_room_again() -> None:
    shop = workshop("abc", service=Service(is_room_for=[1, 0, 5]))
    shop.look()
    shop.next_look()
    assert shop.service.named == [("a",)]

    shop.next_look()

    assert shop.service.named == [("a",), ("b", "c")]


def test_nothing_is_called_twice_while_it_is_at_work() -> None:
    shop = workshop()

    shop.look()
    for _ in range(20):
        shop.next_look()

    assert shop.service.named == [("a", "b")]


def test_resource_fails_with_awss_words_when_its_own_call_is_refused() -> None:
    shop = workshop("a", service=refusing("a"))

    shop.look()

    assert "AWS refused the call: An error occurred (ValidationException)" in shop.failure("a")
    assert "a is at fault" in shop.failure("a")
    assert shop.intents() == [(FIRST, 1, "REFUSED")]


@pytest.mark.parametrize("code", ["ThrottlingException", "Conflict"])
def test_call_is_made_again_later_when_it_is_refused_for_now(code: str) -> None:
    shop = workshop("ab", service=refusing("a", code=code), later={"Conflict": "wait"}, tries=1, batch=1)
    for _ in range(5):
        shop.next_look() if shop.order.look else shop.look()
    assert "refused for now: " in shop.note("a")
    shop.service.before_call = lambda _: None

    shop.next_look()

    assert shop.outcomes() == {}
    assert shop.service.named == [("a",), ("b",)] + [("a",)] * 5


def test_call_refused_for_one_is_made_again_without_it() -> None:
    names = "abcdefgh"
    shop = workshop(names, service=refusing("f"))

    shop.look_until(lambda: len(shop.service.seen) == len(names) - 1)

    assert shop.outcomes() == {"f": "Failed"}
    assert max(len(call) for call in shop.service.named[1:]) == 4
    assert len(shop.service.calls) <= 9


def test_calls_refused_for_several_are_made_again_without_those() -> None:
    names = "abcdefghijklmnop"
    shop = workshop(names, service=refusing("c", "d", "p"))

    shop.look_until(lambda: len(shop.service.seen) == len(names) - 3)

    assert shop.outcomes() == {"c": "Failed", "d": "Failed", "p": "Failed"}


def test_refused_call_counts_as_no_try() -> None:
    shop = workshop("ab", service=refusing("a"), tries=1)
    shop.look()

    shop.next_look()

    assert shop.service.named == [("a", "b"), ("a",), ("b",)]
    assert shop.outcomes() == {"a": "Failed"}


def test_no_call_is_begun_when_the_execution_is_paused_between_the_look_and_the_call() -> None:
    shop = workshop("abcd", batch=2)
    shop.service.before_observing = lambda: shop.put_in(ExecutionStatus.PAUSED)

    shop.look()

    assert (shop.service.calls, shop.intents(), shop.order.look) == ([], [], 1)


def test_no_further_call_is_begun_when_the_execution_is_paused_between_two_calls() -> None:
    shop = workshop("abcd", batch=2)
    shop.service.before_call = lambda _: shop.put_in(ExecutionStatus.PAUSED)

    shop.look()

    assert shop.service.named == [("a", "b")]
    assert resource(shop.bench.store, "c").state is ResourceState.PENDING


def in_a_hurry() -> Workshop:
    """A worker whose invocation has 30 seconds, of which each call takes ten."""
    shop = workshop("abcd", batch=1)
    shop.seconds_left = lambda: 30.0 - 10.0 * len(shop.service.calls)
    return shop


def test_no_call_is_begun_that_could_outlive_the_invocation() -> None:
    shop = in_a_hurry()

    shop.look()

    assert shop.service.named == [("a",), ("b",)]


def test_nothing_is_looked_at_when_there_is_no_time_for_a_call() -> None:
    shop = workshop("a")
    shop.seconds_left = lambda: 11.9

    shop.look()

    assert (shop.service.targets, shop.service.calls) == ([], [])


def test_rest_follows_at_once_in_the_next_look_when_time_ran_out() -> None:
    shop = in_a_hurry()
    shop.look()
    assert shop.bench.queue.sent[-1][1] == 0
    shop.seconds_left = lambda: 30.0

    shop.next_look()

    assert shop.service.named == [("a",), ("b",), ("c",), ("d",)]


def test_nothing_is_called_in_a_phase_that_only_checks() -> None:
    shop = workshop("a", acts=False)
    shop.service.seen[FIRST, "a"] = NotBegun("to be checked")

    shop.look()

    assert (shop.service.calls, shop.note("a")) == ([], "to be checked")
