"""The story of a scenario: what it may say, and how its faults are told."""

from __future__ import annotations

import pytest

from rehearsal.estate.scenario.load import ScenarioError, load_scenario, parse_scenario
from rehearsal.estate.scenario.story import Moment, Typed
from tests.unit.cli.fake_hub import Terminal
from tests.unit.docs.pages import page

HEAD = """
name: told
accounts: ["222222222201"]
servers:
  - {name: "{customer}-app-{n:02}", per_customer: 2, wave: 1}
faults: {launch_failures: [{servers: customer-a-app-01, times: always}]}
story:
  steps:
"""
DECIDED: dict[str, dict[str, object]] = {
    "approve": {"wave": 2, "reason": "all is well"},
    "reject": {"wave": 2, "reason": "not tonight"},
    "retry": {"wave": 2, "resources": ("drs/a", "drs/b")},
    "skip": {"wave": 2, "resources": ("drs/a",), "reason": "nobody needs it"},
    "pause": {"reason": "a minute, please"},
    "resume": {},
    "cancel": {"reason": "it was the wrong one"},
    "resources": {"wave": 1, "states": ("FAILED", "PENDING")},
}


def faults_of(*steps: str) -> str:
    with pytest.raises(ScenarioError) as refused:
        parse_scenario(HEAD + "".join(f"    - {step}\n" for step in steps))
    return "\n".join(refused.value.faults)


def test_step_is_told_in_order_when_it_is_sound() -> None:
    step = "{when: {wave: 1, status: HELD}, tell: it failed, mend: [customer-a-app-01], dr: {command: retry, wave: 1}}"

    story = parse_scenario(f"{HEAD}    - {step}\n").story

    assert story is not None
    assert (str(story.steps[0].when), story.steps[0].after) == ("wave 1 is HELD", 3.0)


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("{when: {status: HELD}, tell: x}", "HELD is a status of a wave: name it"),
        ("{when: {wave: 1, status: PAUSED}, tell: x}", "PAUSED is a status of the execution: name no wave"),
        ("{when: {wave: 1, status: LATE}, tell: x}", "line 9, story.steps[0].when.status"),
        ("{when: {wave: 1, status: HELD}}", "line 9, story.steps[0].tell: Field required"),
        ("{when: {wave: 1, status: HELD}, tell: x, do: y}", "unknown: do; allowed here: after, dr, mend, tell, when"),
        ("{when: {wave: 1, status: HELD}, tell: x, dr: {command: forget}}", "story.steps[0].dr.command"),
        ("{when: {wave: 1, status: HELD}, tell: x, dr: {command: skip, wave: 1}}", "dr skip needs a reason"),
        ("{when: {wave: 1, status: HELD}, tell: x, dr: {command: pause, wave: 1}}", "dr pause takes no wave; it takes"),
        ("{when: {wave: 1, status: HELD}, tell: x, after: soon}", "'soon' is not a duration"),
        ("{when: {wave: 1, status: HELD}, tell: x, mend: [app-9]}", "story mends app-9; the servers of faults"),
    ],
)
def test_step_is_refused_with_what_is_wrong_and_what_is_allowed(step: str, fault: str) -> None:
    assert fault in faults_of(step)


def test_story_without_steps_is_refused() -> None:
    with pytest.raises(ScenarioError, match="a story has at least one step"):
        parse_scenario(HEAD.replace("  steps:", "  steps: []"))


def test_every_fault_of_a_story_is_told_with_its_line() -> None:
    faults = faults_of("{when: {status: HELD}, tell: x}", "{when: {wave: 1, status: HELD}, tell: x, after: soon}")

    assert "line 9, story.steps[0].when" in faults
    assert "line 10, story.steps[1].after" in faults


@pytest.mark.parametrize("command", DECIDED)
def test_command_of_a_story_is_one_that_dr_understands(command: str) -> None:
    terminal = Terminal()

    words = Typed.model_validate({"command": command, **DECIDED[command]}).words("dr-0123456789abcdef")
    result = terminal.type(*words, answer="")

    assert terminal.connected, result.stderr
    assert "nothing was typed" not in result.stderr


def test_story_that_the_page_shows_is_sound() -> None:
    (shown,) = page("rehearsal/scenarios/README.md").blocks("yaml")
    broken = HEAD.partition("story:")[0].replace("app-01", "app-03")

    story = parse_scenario(broken + shown).story

    assert story is not None
    assert story.mended == {"customer-a-app-03"}


def test_shipped_story_decides_in_every_way_that_it_is_to_show() -> None:
    story = load_scenario("decisions").story

    assert story is not None
    typed = [step.dr.command for step in story.steps if step.dr]
    assert [name for name in typed if name != "resources"] == ["approve", "retry", "pause", "skip", "resume"]
    assert Moment(wave=2, status="AWAITING_APPROVAL") in [step.when for step in story.steps]
