"""Automations: begun once, followed to their end, and found again by the intent when the answer was lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from botocore.exceptions import ClientError

from groundswell.technologies.contract import INTENT_TAG, Done, Failed, InProgress, Intent, NotBegun
from groundswell.technologies.ssm import TECHNOLOGY
from groundswell.technologies.ssm.automations import token_of
from tests.unit.technologies.systems import (
    QUICK,
    RUN,
    SMOKE,
    automation,
    begun,
    failing,
    seen,
    sent,
    settled,
    systems,
    without_answer,
)


def test_run_is_due_when_nothing_was_begun() -> None:
    assert seen(systems(), automation()) == NotBegun("automation groundswell-smoke is not begun")


def test_run_of_an_earlier_execution_does_not_count() -> None:
    at = systems()
    assert isinstance(settled(at, begun(at, automation())), Done)

    assert isinstance(seen(at, automation()), NotBegun)


def test_run_is_followed_to_its_success() -> None:
    at = systems(times=QUICK)
    target = begun(at, automation())

    during, after = seen(at, target), settled(at, target)

    assert isinstance(during, InProgress)
    assert after == Done({"automation": target.handles[0], "document": SMOKE, "status": "Success"})


def test_document_gets_its_parameters_and_the_intent() -> None:
    at = systems()
    target = begun(at, automation(parameters='{"Port": ["443", "8443"]}'))

    (made,) = at.estate.world.site(at.caller).runs.automations.values()

    assert made.parameters == {"Port": ["443", "8443"]}
    assert made.tags[INTENT_TAG] == target.intents[0].key
    assert made.tags["groundswell:execution"] == "dr-0123456789abcdef"
    assert made.token == token_of(target.intents[0].key)


def test_token_is_a_uuid_that_the_key_alone_decides() -> None:
    assert str(UUID(token_of("dr-1.a"))) == token_of("dr-1.a") != token_of("dr-1.b")


def test_run_fails_with_the_message_of_its_step_and_is_not_tried_again() -> None:
    at = systems(faults=failing(SMOKE, message="the queue is not empty"))
    target = begun(at, automation())

    failed = settled(at, target)

    assert isinstance(failed, Failed)
    assert failed.failure.cause == (
        f"automation {target.handles[0]} is Failed: step check is Failed: the queue is not empty"
    )
    assert not failed.retry


@pytest.mark.parametrize("status", ["TimedOut", "Cancelled"])
def test_run_fails_when_it_ends_otherwise_than_well(status: str) -> None:
    at = systems(faults=failing(SMOKE, status=status))

    failed = settled(at, begun(at, automation()))

    assert isinstance(failed, Failed)
    assert f"is {status}" in failed.failure.cause


def test_run_says_so_when_it_waits_for_an_approval() -> None:
    at = systems(documents=[{"name": SMOKE, "approval": "5m"}], times=QUICK)
    target = begun(at, automation())
    at.clock.advance(60)

    during, after = seen(at, target), settled(at, target)

    assert isinstance(during, InProgress)
    assert "waits at step check for somebody to approve it in Systems Manager" in during.note
    assert isinstance(after, Done)


def test_run_is_waited_for_when_it_cannot_be_seen_yet() -> None:
    at = systems(times={"answers_after": "1m"})
    target = begun(at, automation())

    assert seen(at, target) == InProgress(f"automation {target.handles[0]} is started and cannot be seen yet")
    assert isinstance(settled(at, target), Done)


def test_run_is_found_by_its_intent_when_the_answer_was_lost() -> None:
    at = systems(times=QUICK, page_size=2)
    others = [begun(at, automation()) for _ in range(5)]
    target = without_answer(begun(at, automation()))

    assert isinstance(seen(at, target), InProgress)
    done = settled(at, target)

    assert isinstance(done, Done)
    assert done.evidence["automation"] not in {other.handles[0] for other in others}


def test_run_is_not_found_before_lists_have_it() -> None:
    at = systems(times={"listed_after": "1m"})
    target = without_answer(begun(at, automation()))

    early = seen(at, target)
    at.clock.advance(61)

    assert isinstance(early, NotBegun)
    assert isinstance(seen(at, target), InProgress | Done)


def test_run_is_not_found_where_the_call_never_arrived() -> None:
    at = systems(times=QUICK)
    begun(at, automation())
    lost = Intent("dr-0123456789abcdef.w001.test.other", at.clock.now(), None)

    assert isinstance(seen(at, replace(automation(), intents=(lost,))), NotBegun)


def test_second_call_of_an_intent_begins_nothing() -> None:
    """AWS says that a token cannot be used twice: a call that was sent again is still one run."""
    at = systems()
    assert RUN.act is not None

    first, second = (RUN.act(at.look(), [automation()], "dr-1.same") for _ in range(2))

    assert first == second
    assert sent(at) == 1


def test_run_fails_when_it_is_not_over_in_its_time() -> None:
    at = systems(documents=[{"name": SMOKE, "takes": "1h"}], times=QUICK)
    target = begun(at, automation(limit_seconds="600"))
    at.clock.advance(599)
    before = seen(at, target)
    at.clock.advance(1)

    failed = seen(at, target)

    assert isinstance(before, InProgress)
    assert isinstance(failed, Failed)
    assert failed.failure.cause == (
        "automation groundswell-smoke was not over within 600 s; "
        f"last seen: automation {target.handles[0]} is InProgress at step check"
    )


def test_run_fails_when_it_could_not_be_begun_in_its_time() -> None:
    at = systems()
    since = at.clock.now() - timedelta(seconds=900)

    failed = seen(at, replace(automation(), since=since))

    assert isinstance(failed, Failed)
    assert "could not be begun within 900 s" in failed.failure.cause


def test_run_that_was_asked_for_is_not_given_up_before_it_was_begun() -> None:
    """Its answer is lost and nothing of it is seen yet: the runner decides whether it is asked for again."""
    at = systems(times={"listed_after": "1h"})
    target = without_answer(begun(at, automation()))

    seen_late = seen(at, replace(target, since=at.clock.now() - timedelta(hours=1)))

    assert isinstance(seen_late, NotBegun)


def test_latest_run_decides_when_there_are_several() -> None:
    faults = {"throttling": [], "failing_documents": [{"documents": SMOKE, "times": 1}]}
    at = systems(faults=faults, times=QUICK)
    failed = begun(at, automation())
    assert isinstance(settled(at, failed), Failed)

    assert isinstance(settled(at, begun(at, failed)), Done)


def test_refusal_for_too_many_automations_means_later() -> None:
    at = systems(systems={"automations": 1})
    begun(at, automation())

    with pytest.raises(ClientError) as refused:
        begun(at, automation())

    assert refused.value.response["Error"]["Code"] in TECHNOLOGY.later
    assert sent(at) == 1


def test_refusal_for_an_unknown_document_is_final() -> None:
    at = systems()

    with pytest.raises(ClientError) as refused:
        begun(at, automation(document="groundswell-nothing"))

    assert refused.value.response["Error"]["Code"] == "AutomationDefinitionNotFoundException"
    assert refused.value.response["Error"]["Code"] not in TECHNOLOGY.later


def test_throttling_is_raised_for_the_runner_to_judge() -> None:
    at = systems(faults={"throttling": [{"service": "ssm", "chance": 1}]})

    with pytest.raises(ClientError, match="ThrottlingException"):
        begun(at, automation())
