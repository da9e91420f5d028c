"""`dr pause` … `dr skip`: said at the door as the one who is signed in, and answered by what the ledger tells."""

from __future__ import annotations

import itertools
import json
import shlex

import pytest

from groundswell.domain.policy import WavePolicy
from groundswell.domain.protection import Impact
from groundswell.domain.states import ExecutionStatus, ResourceState
from groundswell.ledger import reading
from groundswell.reactions.control_execution import Controller
from groundswell_cli.exits import Exit
from tests.unit.cli.carrying_out import carry_out
from tests.unit.cli.fake_hub import COMMAND_ID, WHO, FakeHub, Terminal
from tests.unit.cli.stories import THROTTLED, half_recovered, running
from tests.unit.cli.story import Story, protected


class Numbered:
    """Tokens that tell which they are."""

    def __init__(self) -> None:
        self._numbers = itertools.count()

    def new(self) -> str:
        return f"token-{next(self._numbers)}"


def terminal_of(story: Story) -> Terminal:
    """A terminal at a hub where decisions are carried out as soon as they are on the bus."""
    controller = Controller(story.store, story.clock, Numbered(), lambda _: 90)
    hub = FakeHub(story.store)

    hub.on_publish = lambda: carry_out(controller, hub)
    hub.clock = story.clock
    return Terminal(hub, story.clock)


def awaiting_approval() -> Story:
    story = Story()
    story.accept([protected("dc")], policies={1: WavePolicy(deadline_seconds=900, approval=True)})
    story.advance()
    return story


def held() -> Story:
    """Of a wave of three one is recovered, and two failed before anything was called for them."""
    story = Story()
    story.accept([protected("app-1"), protected("app-2"), protected("batch", impact=Impact.OPTIONAL)])
    story.advance()
    story.order(1)
    story.end(1, "drs/app-1")
    story.end(1, "drs/app-2", failure=THROTTLED)
    story.end(1, "drs/batch", failure=THROTTLED)
    return story


def states(story: Story, wave: int) -> dict[str, ResourceState]:
    found = reading.resources(story.store, story.wave(wave).lanes)
    return {resource.name: resource.state for resource in found}


def test_pause_takes_effect_and_names_who_decided() -> None:
    story = running()

    result = terminal_of(story).type("pause", story.execution.execution_id, "--reason", "the storage is full")

    assert result.exit_code == Exit.OK
    assert story.execution.status is ExecutionStatus.PAUSED
    assert "PAUSED: nothing more is begun" in result.stdout
    assert f"decided by {WHO}" in result.stdout
    assert f"next: dr resume {story.execution.execution_id}" in result.stdout


def test_pause_claims_no_identity_and_says_the_reason() -> None:
    story = running()
    terminal = terminal_of(story)

    terminal.type("pause", story.execution.execution_id, "--reason", "the storage is full")

    assert terminal.hub.said == [
        (
            "pause",
            {
                "execution": story.execution.execution_id,
                "command_id": COMMAND_ID,
                "reason": "the storage is full",
            },
        )
    ]


def test_resume_goes_on_where_it_was_paused() -> None:
    story = running()
    terminal_of(story).type("pause", story.execution.execution_id, "--command-id", "pause-it-now")

    result = terminal_of(story).type("resume", story.execution.execution_id)

    assert (result.exit_code, story.execution.status) == (Exit.OK, ExecutionStatus.RUNNING)
    assert "RESUMED" in result.stdout


def test_decision_that_does_not_apply_is_refused_with_the_reason() -> None:
    story = running()

    result = terminal_of(story).type("resume", story.execution.execution_id)

    assert result.exit_code == Exit.REFUSED
    assert "REFUSED, and nothing was changed" in result.stdout
    assert "is not paused: it is RUNNING" in result.stdout


def test_decision_takes_effect_once_when_it_is_said_twice_with_one_id() -> None:
    story = running()
    said = ("pause", story.execution.execution_id, "--command-id", "pause-it-now")

    first, second = (terminal_of(story).type(*said) for _ in range(2))

    assert (first.exit_code, second.exit_code) == (Exit.OK, Exit.OK)
    assert first.stdout == second.stdout


def test_decision_is_known_by_its_id_when_the_door_dies_and_can_be_said_again_as_the_same() -> None:
    story = held()
    terminal = terminal_of(story)
    terminal.hub.mute = True
    typed = ["retry", story.execution.execution_id, "--wave", "1", "--resource", "drs/app-2", "--reason", "it's up"]

    result = terminal.type(*typed)

    assert result.exit_code == Exit.UNREACHABLE
    before, error = result.stderr.splitlines()
    assert before == f"Saying it as {COMMAND_ID}."
    assert "status 502" in error
    again = error.partition("cannot take effect twice: ")[2]
    assert shlex.split(again) == ["dr", *typed, "--command-id", COMMAND_ID]
    terminal.hub.mute = False
    once, twice = terminal.type(*shlex.split(again)[1:]), terminal.type(*shlex.split(again)[1:])
    assert (once.exit_code, twice.exit_code) == (Exit.OK, Exit.OK)
    assert len({json.loads(entry.detail)["metadata"]["event_id"] for entry in terminal.hub.published}) == 1


def test_decision_claims_nothing_when_no_answer_comes() -> None:
    story = running()
    terminal = Terminal(FakeHub(story.store), story.clock)

    result = terminal.type("pause", story.execution.execution_id)

    assert result.exit_code == Exit.UNFINISHED
    assert "NO ANSWER within 30 s" in result.stdout
    assert f"--command-id {COMMAND_ID} is safe" in result.stdout
    assert "PAUSED" not in result.stdout


def test_decision_waits_for_its_own_answer_and_takes_no_other() -> None:
    story = running()
    terminal_of(story).type("pause", story.execution.execution_id, "--command-id", "pause-before")
    silent = Terminal(FakeHub(story.store), story.clock)

    result = silent.type("pause", story.execution.execution_id)

    assert result.exit_code == Exit.UNFINISHED


@pytest.mark.parametrize(
    ("story", "words"),
    [(running(), ("cancel",)), (awaiting_approval(), ("reject",)), (half_recovered(), ("skip", "--reason", "x"))],
)
def test_decision_that_nobody_can_undo_is_confirmed_by_typing_the_scope(story: Story, words: tuple[str, ...]) -> None:
    terminal = terminal_of(story)
    command, *options = words

    mistyped = terminal.type(command, story.execution.execution_id, *options, answer="customer-b/production\n")
    said_before = list(terminal.hub.said)
    typed = terminal.type(command, story.execution.execution_id, *options, answer="customer-a/production\n")

    assert (mistyped.exit_code, said_before) == (Exit.REFUSED, [])
    assert "not confirmed" in mistyped.stderr
    assert (typed.exit_code, len(terminal.hub.said)) == (Exit.OK, 1)


def test_cancel_needs_no_confirmation_when_yes_is_given() -> None:
    story = running()

    result = terminal_of(story).type("cancel", story.execution.execution_id, "--yes")

    assert (result.exit_code, story.execution.status) == (Exit.OK, ExecutionStatus.CANCELLING)
    assert "CANCELLING: nothing more is begun" in result.stdout


def test_approve_takes_the_only_wave_that_waits() -> None:
    story = awaiting_approval()

    result = terminal_of(story).type("approve", story.execution.execution_id)

    assert result.exit_code == Exit.OK
    assert story.waves[0].approved
    assert "APPROVED: wave 1 may begin" in result.stdout


def test_approve_asks_for_the_wave_when_none_waits() -> None:
    story = running()
    terminal = terminal_of(story)

    result = terminal.type("approve", story.execution.execution_id)

    assert (result.exit_code, terminal.hub.said) == (Exit.REFUSED, [])
    assert "say which wave to approve with --wave" in result.stderr
    assert "1 RUNNING, 2 PENDING" in result.stderr


def test_retry_takes_all_that_failed_of_the_held_wave() -> None:
    story = held()

    result = terminal_of(story).type("retry", story.execution.execution_id)

    assert result.exit_code == Exit.OK
    assert states(story, 1) == {"app-1": "RECOVERED", "app-2": "PENDING", "batch": "PENDING"}
    assert "RETRYING 2 resources of wave 1" in result.stdout


def test_skip_takes_the_named_resource_and_leaves_the_others() -> None:
    story = half_recovered()
    chosen = ("--wave", "2", "--resource", "drs/app-2", "--reason", "not needed today", "--yes")

    result = terminal_of(story).type("skip", story.execution.execution_id, *chosen)

    assert result.exit_code == Exit.OK
    assert states(story, 2)["app-2"] is ResourceState.SKIPPED
    assert states(story, 2)["batch"] is ResourceState.FAILED
    assert "SKIPPED 1 resource of wave 2" in result.stdout


def test_skip_is_not_said_without_a_reason() -> None:
    story = half_recovered()
    terminal = terminal_of(story)

    result = terminal.type("skip", story.execution.execution_id, "--yes")

    assert (result.exit_code, terminal.connected) == (Exit.REFUSED, [])
    assert "skip needs --reason" in result.stderr


def test_decision_is_one_json_document_when_a_script_asks() -> None:
    story = held()

    result = terminal_of(story).type("retry", story.execution.execution_id, "--json")

    told = json.loads(result.stdout)
    assert (told["command"], told["command_id"], told["answer"]) == ("retry", COMMAND_ID, "ResourcesRetried")
    assert (told["refused"], told["told"]["decided_by"]) == (False, WHO)
    assert sorted(told["resource_ids"]) == ["drs/app-2", "drs/batch"]


def test_every_fault_is_named_when_the_door_does_not_take_a_decision() -> None:
    story = running()

    result = terminal_of(story).type("pause", story.execution.execution_id, "--command-id", "no", "--reason", "x" * 501)

    assert result.exit_code == Exit.REFUSED
    assert "command_id: give 8 to 64" in result.stderr
    assert "reason: string should have at most 500 characters" in result.stderr


def test_decision_of_one_who_may_not_is_explained() -> None:
    story = running()
    terminal = terminal_of(story)
    terminal.hub.denied = True

    result = terminal.type("pause", story.execution.execution_id)

    assert result.exit_code == Exit.UNREACHABLE
    assert "AWS denies POST /pause" in result.stderr
    assert "docs/cli.md" in result.stderr
    assert story.execution.status is ExecutionStatus.RUNNING


def test_decision_about_an_unknown_execution_is_not_said() -> None:
    terminal = terminal_of(running())

    result = terminal.type("cancel", "dr-0000", "--yes")

    assert (result.exit_code, terminal.hub.said) == (Exit.REFUSED, [])
    assert "knows no execution dr-0000" in result.stderr
