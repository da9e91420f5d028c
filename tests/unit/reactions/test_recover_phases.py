from __future__ import annotations

from datetime import timedelta

import pytest

from groundswell.domain.errors import UnreachableAccountError
from groundswell.domain.operations import Phase
from groundswell.domain.records import Ending, OrderStatus
from groundswell.domain.states import ExecutionStatus, ResourceState
from groundswell.technologies.contract import Failed, InProgress, NotBegun, Waiting
from tests.unit.ledger.stories import resource
from tests.unit.reactions.fake_service import Service, raising, refused
from tests.unit.reactions.workshop import workshop

FIRST, SECOND = Phase.INSTANTIATE, Phase.ACTIVATE


def test_order_takes_its_resources_through_both_phases_to_recovered() -> None:
    shop = workshop()
    shop.look()
    shop.service.done("a", "b", job="j-1")
    shop.next_look()
    shop.service.done("a", "b", phase=SECOND, endpoint="e-1")

    shop.next_look()

    assert [(call.phase, call.names) for call in shop.service.calls] == [(FIRST, ("a", "b")), (SECOND, ("a", "b"))]
    assert shop.outcomes() == {"a": "Recovered", "b": "Recovered"}
    assert shop.order.status is OrderStatus.ENDED


def test_evidence_of_both_phases_is_said_and_kept() -> None:
    shop = workshop("a")
    shop.service.done("a", job="j-1")
    shop.service.done("a", phase=SECOND, endpoint="e-1")

    shop.look()

    assert shop.bench.bus.said("ResourceRecovered")[0]["evidence"] == {"job": "j-1", "endpoint": "e-1"}
    assert shop.progress("a").evidence == {"job": "j-1", "endpoint": "e-1"}


def test_later_phase_sees_what_the_earlier_one_saw() -> None:
    shop = workshop("a")
    shop.service.done("a", instance="i-1")

    shop.look()

    assert shop.service.targets[0].evidence == {"instance": "i-1"}


def test_nothing_is_called_when_it_is_there_already() -> None:
    shop = workshop()
    shop.service.done_all("a", "b")

    shop.look()

    assert (shop.service.calls, shop.outcomes()) == ([], {"a": "Recovered", "b": "Recovered"})


def test_resources_go_on_each_at_its_own_pace() -> None:
    shop = workshop()
    shop.look()
    shop.service.done("a")

    shop.next_look()

    assert (shop.progress("a").phase, shop.progress("b").phase) == (SECOND, FIRST)
    assert shop.service.named == [("a", "b"), ("a",)]


def test_outcome_is_said_as_soon_as_it_is_known() -> None:
    shop = workshop()
    shop.look()
    shop.service.done_all("a")

    shop.next_look()

    assert (shop.outcomes(), shop.order.status) == ({"a": "Recovered"}, OrderStatus.OPEN)


def test_outcome_carries_what_the_order_gave() -> None:
    shop = workshop("a")
    shop.service.done_all("a")

    shop.look()

    (said,) = shop.bench.bus.said("ResourceRecovered")
    assert (said["token"], said["attempt"], said["order_id"], said["wave"]) == ("secret", 1, shop.order.order_id, 1)
    assert shop.bench.bus.entries[0].source == "groundswell.technology.fake"


def test_phase_that_the_technology_does_not_know_is_passed_over() -> None:
    shop = workshop("a", phases=(SECOND,))
    shop.look()
    shop.service.done("a", phase=SECOND)

    shop.next_look()

    assert shop.outcomes() == {"a": "Recovered"}


def test_resource_is_failed_with_cause_and_advice_when_its_phase_cannot_succeed() -> None:
    shop = workshop()
    shop.service.seen[FIRST, "a"] = Failed.because("it is gone", advice="find it")

    shop.look()

    (said,) = shop.bench.bus.said("ResourceFailed")
    assert (said["resource_id"], said["cause"], said["advice"]) == ("a", "it is gone", "find it")
    assert shop.progress("a").ending is Ending.FAILED
    assert shop.service.named == [("b",)]


@pytest.mark.parametrize("seen", [InProgress("at work"), Waiting("not now")])
def test_nothing_is_called_while_it_is_not_the_time(seen: InProgress | Waiting) -> None:
    shop = workshop("a")
    shop.service.seen[FIRST, "a"] = seen

    shop.look()

    assert (shop.service.calls, shop.note("a")) == ([], seen.note)


def test_resource_waits_when_the_service_does_not_answer_for_it() -> None:
    shop = workshop("a", service=Service(knows_nothing=True))

    shop.look()

    assert (shop.service.calls, shop.note("a")) == ([], "the service did not answer for it")


@pytest.mark.parametrize("error", [refused("ThrottlingException"), refused("AccessDenied")])
def test_order_is_looked_at_later_when_the_service_cannot_be_read(error: Exception) -> None:
    shop = workshop("a", service=Service(before_observing=raising(error)))

    shop.look()

    assert "could not be looked at: An error occurred" in shop.note("a")
    assert (shop.order.look, shop.order.claim_until, shop.bench.queue.numbers) == (1, None, [1])


def test_order_is_looked_at_later_when_its_account_cannot_be_reached() -> None:
    shop = workshop("a")
    shop.bench.accounts.error = UnreachableAccountError("role cannot be assumed")

    shop.look()

    assert shop.note("a") == "could not be looked at: role cannot be assumed"
    assert shop.bench.queue.numbers == [1]


@pytest.mark.parametrize("obstacle", ["unreadable", "unreachable", "in progress", "waiting", "refused for now"])
def test_resource_is_given_up_when_nothing_comes_of_it_for_too_long(obstacle: str) -> None:
    shop = workshop("a", patience=timedelta(minutes=10), later={"Conflict": "wait"})
    if obstacle == "unreadable":
        shop.service.before_observing = raising(refused("AccessDenied"))
    elif obstacle == "unreachable":
        shop.bench.accounts.error = UnreachableAccountError("role cannot be assumed")
    elif obstacle == "refused for now":
        shop.service.before_call = raising(refused("Conflict"))
    else:
        shop.service.seen[FIRST, "a"] = InProgress("slow") if obstacle == "in progress" else Waiting("not now")

    shop.look_until(shop.is_over)

    assert shop.failure("a").startswith("INSTANTIATE was not over after 1")
    assert "; last seen: " in shop.failure("a")


def test_patience_begins_anew_with_each_phase() -> None:
    shop = workshop("a", patience=timedelta(minutes=10))
    shop.look()
    shop.bench.clock.advance(590)
    shop.service.done("a")
    shop.look(shop.order.look)
    shop.bench.clock.advance(590)

    shop.look(shop.order.look)

    assert shop.outcomes() == {}


@pytest.mark.parametrize("status", [ExecutionStatus.PAUSED, ExecutionStatus.CANCELLING, ExecutionStatus.FAILED])
def test_nothing_is_begun_when_the_execution_does_not_run(status: ExecutionStatus) -> None:
    shop = workshop()
    shop.put_in(status)

    shop.look()

    assert (shop.service.calls, shop.intents()) == ([], [])
    assert resource(shop.bench.store, "a").state is ResourceState.PENDING


def test_what_is_in_progress_is_followed_to_its_end_when_the_execution_is_paused() -> None:
    shop = workshop("a", phases=(FIRST,))
    shop.look()
    shop.put_in(ExecutionStatus.PAUSED)
    shop.service.done("a")

    shop.next_look()

    assert shop.outcomes() == {"a": "Recovered"}


def test_a_pause_uses_up_nobodys_patience() -> None:
    shop = workshop("a", patience=timedelta(minutes=10))
    shop.service.seen[FIRST, "a"] = Waiting("not now")
    shop.put_in(ExecutionStatus.PAUSED)
    shop.look()
    for _ in range(30):
        shop.next_look()
    shop.put_in(ExecutionStatus.RUNNING)
    shop.service.seen[FIRST, "a"] = NotBegun()

    shop.next_look()

    assert (shop.outcomes(), shop.service.named) == ({}, [("a",)])


def test_resource_is_dropped_and_nothing_is_said_when_a_person_skipped_it() -> None:
    shop = workshop()
    shop.look()
    shop.skip("a")

    shop.next_look()

    assert (shop.progress("a").ending, shop.progress("b").ending) == (Ending.DROPPED, None)
    shop.service.done_all("a", "b")
    shop.next_look()
    assert (shop.outcomes(), shop.order.status) == ({"b": "Recovered"}, OrderStatus.ENDED)


def test_resource_is_dropped_when_it_was_skipped_between_the_look_and_the_call() -> None:
    shop = workshop()
    shop.service.before_observing = lambda: shop.skip("a")

    shop.look()

    assert shop.service.named == [("b",)]
    assert shop.progress("a").ending is Ending.DROPPED
