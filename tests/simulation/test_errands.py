"""Each errand that a message may leave undone is noticed: a function forgets it, on purpose."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from groundswell.domain.instants import to_text
from groundswell.domain.policy import OnFailure
from groundswell.ledger import reading
from tests.simulation.breaking import EXECUTION, commit, fact, small, wave
from tests.simulation.errands import Errands
from tests.simulation.functions import HANDLERS
from tests.simulation.judging import violations
from tests.simulation.outside import TroubledLooks
from tests.simulation.queues import Message
from tests.simulation.telling import said
from tests.simulation.world import World

Forgetting = Callable[[pytest.MonkeyPatch], None]
Answer = dict[str, list[str]]


def forget_everything(*_: object, **__: object) -> Answer:
    """A handler that takes its messages for done."""
    return {"batchItemFailures": []}


def forget_to_close(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("groundswell.reactions.record_outcome.try_close", forget_everything)


def forget_to_advance(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(HANDLERS["advance_execution"], "handler", forget_everything)


def forget_to_cut(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(HANDLERS["fan_out_wave"], "handler", forget_everything)


def forget_the_timer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(TroubledLooks, "send", forget_everything)


@pytest.mark.parametrize(
    ("forgetting", "told"),
    [
        (forget_to_close, "wave 1 could be closed, and the last message that would have done it is gone"),
        (forget_to_advance, f"OpenWave is due for {EXECUTION}, and the last message that would have done it is gone"),
        (forget_to_cut, "customer-a-dc-01 is in no order, and nobody is left to cut its wave"),
        (forget_the_timer, f"order {EXECUTION}.w001.drs.222222222201.us-west-2.000 is open, and no message will ever"),
    ],
)
def test_errand_is_told_when_a_function_forgets_it(
    forgetting: Forgetting, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = small()
    forgetting(monkeypatch)

    world.live()

    (found,) = violations(world)
    assert told in found


def test_errand_is_left_to_another_message_when_one_is_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    world, outcome = with_outcome_that_closes_nothing(monkeypatch)

    world.queues.put(queue_of(world), outcome.body, delay=90)

    assert world.machine.run(until=lambda: said(world, "WaveCompleted") != [], seconds=60), "the sweep closes the wave"
    assert world.watch.found == []


@pytest.mark.parametrize("elsewhere", ["of another wave", "of another execution"])
def test_errand_is_told_when_only_messages_about_something_else_are_on_their_way(
    elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, outcome = with_outcome_that_closes_nothing(monkeypatch)
    told = json.loads(outcome.body)
    if elsewhere == "of another wave":
        told["detail"]["data"]["wave"] = 2
    else:
        told["detail"]["metadata"]["execution_id"] = "an-execution-of-another-day"

    world.queues.put(queue_of(world), json.dumps(told), delay=90)

    world.live()
    assert any("wave 1 could be closed" in each for each in world.watch.found)


def test_errand_is_left_to_a_person_when_messages_of_the_queue_are_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    world = small()
    forget_to_close(monkeypatch)

    world.queues.dead_letters[queue_of(world)] += 1

    world.live()
    assert said(world, "DRCompleted")
    assert world.watch.found == []


@pytest.mark.parametrize(("on_failure", "is_told"), [(OnFailure.CONTINUE, False), (OnFailure.HOLD, True)])
def test_errand_is_left_to_the_sweep_past_a_deadline_at_which_nobody_is_asked(
    on_failure: OnFailure, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, _ = with_outcome_that_closes_nothing(monkeypatch)
    policy = reading.wave(world.ledger, EXECUTION, 1).policy.model_copy(update={"on_failure": on_failure})
    missed_at = to_text(world.clock.now())

    commit(world, wave(1, policy=policy.model_dump(mode="json"), deadline_missed_at=missed_at))

    world.live()
    assert any("wave 1 could be closed" in each for each in world.watch.found) == is_told


@pytest.mark.parametrize(("still_to_be_said", "is_told"), [("DRCancelling", False), ("DRResumed", True)])
def test_errand_is_left_to_who_hears_of_a_cancel_that_is_still_to_be_said(
    still_to_be_said: str, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, outcome = with_outcome_that_closes_nothing(monkeypatch)
    assert world.machine.run(until=lambda: not any(world.queues.unfinished(queue_of(world))), seconds=60)

    commit(world, fact(detail_type=still_to_be_said))

    left = list(Errands(world).left_undone(world.deployment.queues[queue_of(world)], outcome))
    assert any("wave 1 could be closed" in each for each in left) == is_told


def with_outcome_that_closes_nothing(patch: pytest.MonkeyPatch) -> tuple[World, Message]:
    """A world in which the first wave's only outcome is on its way, to a function that forgets to close the wave."""
    world = small()
    forget_to_close(patch)
    assert world.machine.run(until=lambda: any(world.queues.unfinished(queue_of(world))), seconds=600)
    (outcome,) = world.queues.unfinished(queue_of(world))
    return world, outcome


def queue_of(world: World) -> str:
    """Where outcomes go."""
    (name,) = (name for name, queue in world.deployment.queues.items() if queue.handler == "record_outcome")
    return name
