"""`dr status`: where executions stand, with an exit status that says the same."""

from __future__ import annotations

import json

import pytest

from groundswell.domain.policy import OnFailure, WavePolicy
from groundswell_cli.exits import Exit
from tests.unit.cli.fake_hub import Terminal, terminal_of
from tests.unit.cli.stories import THROTTLED, complete, half_recovered, running
from tests.unit.cli.story import REQUEST, Story, protected


def test_status_shows_a_held_wave_and_what_to_type_next() -> None:
    story = half_recovered()
    execution_id = story.execution.execution_id

    result = terminal_of(story).type("status", execution_id)

    assert result.exit_code == Exit.WAITING
    assert "WAITS FOR A PERSON: wave 2 is held" in result.stdout
    assert f"next: dr resources {execution_id} --wave 2 --state FAILED" in result.stdout
    assert f"then: dr retry {execution_id} --wave 2 or dr skip {execution_id} --wave 2 --reason WHY" in result.stdout
    assert "cause:  StartRecovery was refused" in result.stdout
    assert "advice: raise the quota" in result.stdout


def test_status_is_ok_when_the_execution_runs() -> None:
    story = running()

    result = terminal_of(story).type("status", story.execution.execution_id)

    assert result.exit_code == Exit.OK
    assert "0 of 1" in result.stdout
    assert "WAITS" not in result.stdout


def test_status_waits_for_a_person_when_a_wave_is_to_be_approved() -> None:
    story = Story()
    story.accept([protected("dc")], policies={1: WavePolicy(deadline_seconds=900, approval=True)})
    story.advance()

    result = terminal_of(story).type("status", story.execution.execution_id)

    assert result.exit_code == Exit.WAITING
    assert "wave 1 begins once it is approved" in result.stdout
    assert f"then: dr approve {story.execution.execution_id} --wave 1 or dr reject" in result.stdout


def test_status_has_failed_when_critical_resources_were_given_up() -> None:
    story = Story()
    policy = WavePolicy(deadline_seconds=900, on_failure=OnFailure.CONTINUE)
    story.accept([protected("dc")], policies={1: policy})
    story.advance()
    story.order(1)
    story.end(1, "drs/dc", failure=THROTTLED)
    story.advance()

    result = terminal_of(story).type("status", story.execution.execution_id)

    assert result.exit_code == Exit.FAILED
    assert "COMPLETED_WITH_EXCEPTIONS" in result.stdout


def test_status_is_refused_when_the_request_was_rejected() -> None:
    story = Story()
    story.reject("this hub is not armed")

    result = terminal_of(story).type("status", story.execution.execution_id)

    assert result.exit_code == Exit.REFUSED
    assert "this hub is not armed" in result.stdout


def test_status_says_how_late_a_wave_is_when_its_deadline_is_missed() -> None:
    story = running()
    story.clock.pass_(900 + 61)

    result = terminal_of(story).type("status", story.execution.execution_id)

    assert "MISSED by 1m 01s" in result.stdout


def test_status_says_that_a_deadline_stands_still_while_a_person_is_asked() -> None:
    story = half_recovered()
    before = terminal_of(story).type("status", story.execution.execution_id).stdout
    story.clock.pass_(7200)

    result = terminal_of(story).type("status", story.execution.execution_id)

    assert "MISSED" not in result.stdout
    assert "27m 49s left" in before
    assert "27m 49s left" in result.stdout
    assert "deadlines stand still since 03:02:10 UTC; people were waited for 2h 00m 00s in all" in result.stdout


@pytest.mark.parametrize("cut", [3, 6, 12])
def test_status_takes_the_beginning_of_an_open_executions_id(cut: int) -> None:
    story = running()

    result = terminal_of(story).type("status", story.execution.execution_id[:cut])

    assert result.exit_code == Exit.OK
    assert story.execution.execution_id in result.stdout


def test_status_shows_the_plan_of_a_dry_run() -> None:
    story = Story(REQUEST.model_copy(update={"dry_run": True}))
    story.accept([protected("dc"), protected("db", 1, "aurora"), protected("app", 2)])

    result = terminal_of(story).type("status", story.execution.execution_id)

    assert (result.exit_code, "(dry run)" in result.stdout) == (Exit.OK, True)
    assert "1 aurora, 1 drs" in result.stdout


def test_status_takes_the_requests_id() -> None:
    story = running()

    assert story.execution.execution_id in terminal_of(story).type("status", "r-1").stdout


def test_status_is_refused_when_several_open_executions_begin_so() -> None:
    story = running()
    other = Story(REQUEST.model_copy(update={"request_id": "r-2"}), story.store, story.clock)
    other.begin()

    result = terminal_of(story).type("status", "dr-")

    assert result.exit_code == Exit.REFUSED
    assert story.execution.execution_id in result.stderr
    assert other.execution.execution_id in result.stderr


@pytest.mark.parametrize("typed", ["dr-0000", "no such thing"])
def test_status_is_refused_when_there_is_no_such_execution(typed: str) -> None:
    result = Terminal().type("status", typed)

    assert result.exit_code == Exit.REFUSED
    assert typed in result.stderr
    assert "dr status lists" in result.stderr


def test_status_lists_the_open_executions_when_none_is_named() -> None:
    story = half_recovered()

    result = terminal_of(story).type("status")

    assert result.exit_code == Exit.WAITING
    assert story.execution.execution_id in result.stdout
    assert "2 HELD (2 of 2)" in result.stdout


def test_status_says_what_to_type_when_there_has_been_no_execution() -> None:
    result = Terminal().type("status")

    assert result.exit_code == Exit.OK
    assert "dr plan failover --all" in result.stdout


def test_status_lists_an_execution_when_it_is_over() -> None:
    story = running()
    complete(story)

    result = terminal_of(story).type("status")

    assert result.exit_code == Exit.OK
    assert story.execution.execution_id in result.stdout
    assert "COMPLETED" in result.stdout


def test_status_finds_an_execution_that_is_over_when_its_beginning_is_typed() -> None:
    story = running()
    complete(story)

    result = terminal_of(story).type("status", story.execution.execution_id[:8])

    assert result.exit_code == Exit.OK
    assert story.execution.execution_id in result.stdout


def test_status_prints_json_when_a_script_asks() -> None:
    story = half_recovered()

    result = terminal_of(story).type("status", story.execution.execution_id, "--json")

    told = json.loads(result.stdout)
    assert (told["waiting_waves"], told["is_over"], result.exit_code) == ([2], False, Exit.WAITING)
    assert [resource["resource_id"] for resource in told["first_failed"]] == ["drs/app-2", "drs/batch"]


def test_status_tells_the_same_hub_in_the_command_to_type_next() -> None:
    story = half_recovered()
    terminal = terminal_of(story)
    terminal.hub.place = type(terminal.hub.place)("other", "eu-west-1", "b", options=" --stack other")

    result = terminal.type("status", story.execution.execution_id, "--stack", "other")

    assert terminal.connected == [("other", None)]
    assert "--state FAILED --stack other" in result.stdout


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        (["--customer", "customer-a"], True),
        (["--customer", "customer-b"], False),
        (["--environment", "production"], True),
        (["--environment", "test"], False),
        (["--open"], False),
        (["--since", "1h"], True),
        (["--since", "1s"], False),
        (["--since", "2026-01-31T02:00:00Z", "--customer", "customer-a"], True),
    ],
)
def test_status_lists_those_that_are_chosen(words: list[str], listed: bool) -> None:
    story = running()
    complete(story)
    story.clock.pass_(600)

    result = terminal_of(story).type("status", *words)

    assert result.exit_code == Exit.OK
    assert (story.execution.execution_id in result.stdout) is listed
    assert ("No execution is so" in result.stdout) is not listed


@pytest.mark.parametrize(
    ("words", "told"),
    [(["--since", "yesterday"], "is no time for --since"), (["dr-1", "--open"], "choose from the list")],
)
def test_status_is_refused_when_the_choice_means_nothing(words: list[str], told: str) -> None:
    result = Terminal().type("status", *words)

    assert result.exit_code == Exit.REFUSED
    assert told in result.stderr
