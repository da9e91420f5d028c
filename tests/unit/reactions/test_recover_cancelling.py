"""A worker whose execution is being cancelled: it makes no call, and follows what is in flight to its end."""

from __future__ import annotations

import pytest

from groundswell.domain.operations import Phase
from groundswell.domain.records import Ending
from groundswell.domain.states import ExecutionStatus, ResourceState
from groundswell.technologies.contract import Failed, InProgress
from tests.unit.ledger.stories import resource
from tests.unit.reactions.fake_service import LOST, Service, raising
from tests.unit.reactions.workshop import Workshop, workshop

FIRST, SECOND = Phase.INSTANTIATE, Phase.ACTIVATE
TRANSIENT = Failed.because("the launch failed", advice="look", retry=True)


def begun(service: Service | None = None) -> Workshop:
    """`a` is in flight in its first phase; then the execution is cancelled."""
    shop = workshop("a", service=service)
    shop.look()
    shop.put_in(ExecutionStatus.CANCELLING)
    return shop


def test_nothing_is_begun_when_the_execution_is_being_cancelled() -> None:
    shop = workshop("ab")
    shop.put_in(ExecutionStatus.CANCELLING)

    shop.look()

    assert (shop.service.calls, shop.intents(), shop.outcomes()) == ([], [], {})
    assert [resource(shop.bench.store, name).state for name in "ab"] == [ResourceState.PENDING] * 2


def test_resource_in_flight_is_followed_while_it_is_on_its_way() -> None:
    shop = begun()

    for _ in range(5):
        shop.next_look()

    assert (shop.outcomes(), shop.note("a")) == ({}, "at work")


def test_resource_in_flight_is_recovered_when_nothing_more_is_to_be_called_for() -> None:
    shop = begun()
    shop.service.done_all("a")

    shop.next_look()

    assert shop.outcomes() == {"a": "Recovered"}
    assert shop.is_over()


def test_resource_in_flight_fails_when_another_call_would_be_due() -> None:
    shop = begun()
    shop.service.done("a")

    shop.next_look()

    assert shop.outcomes() == {"a": "Failed"}
    assert shop.failure("a") == "the execution was cancelled before ACTIVATE was asked for"
    assert len(shop.service.calls) == 1


def test_resource_keeps_the_evidence_of_what_was_done_before_the_call_that_was_not_made() -> None:
    shop = begun()
    shop.service.done("a", instance="i-1")

    shop.next_look()

    assert shop.progress("a").evidence == {"instance": "i-1"}
    assert shop.progress("a").ending is Ending.FAILED


@pytest.mark.parametrize("phase", [FIRST, SECOND])
def test_resource_whose_call_would_have_to_be_made_again_fails_and_says_so(phase: Phase) -> None:
    shop = workshop("a")
    shop.look()
    if phase is SECOND:
        shop.service.done("a")
        shop.next_look()
    shop.put_in(ExecutionStatus.CANCELLING)
    shop.service.seen[phase, "a"] = TRANSIENT

    shop.next_look()

    assert shop.failure("a") == f"the execution was cancelled before {phase} was asked for again"


def test_call_whose_answer_was_lost_is_looked_for_and_not_made_again() -> None:
    shop = begun(Service(before_call=raising(LOST)))

    shop.next_look()
    assert shop.note("a") == "asked for; its effect is not to be seen yet"
    shop.look_until(shop.is_over)

    assert len(shop.service.calls) == 1
    assert shop.failure("a") == "the execution was cancelled before INSTANTIATE was asked for again"


def test_resource_is_recovered_when_the_lost_call_turns_out_to_have_worked() -> None:
    shop = begun(Service(before_call=raising(LOST)))
    shop.next_look()
    shop.service.done_all("a")

    shop.look_until(shop.is_over)

    assert shop.outcomes() == {"a": "Recovered"}


def test_resource_that_the_cancelling_skipped_is_dropped_and_nothing_is_said_of_it() -> None:
    shop = begun()
    shop.skip("a")
    shop.service.done_all("a")

    shop.next_look()

    assert shop.outcomes() == {}
    assert shop.progress("a").ending is Ending.DROPPED


def test_resource_is_waited_for_however_long_it_takes() -> None:
    shop = begun()
    shop.service.seen[FIRST, "a"] = InProgress("at work")
    shop.bench.clock.advance(100_000)

    shop.next_look()

    assert shop.outcomes() == {}
