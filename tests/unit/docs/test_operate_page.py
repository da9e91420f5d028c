"""docs/operate.md: every command of it is one that `dr` understands, and every screen is what `dr` prints."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import pytest

from groundswell.domain.states import ExecutionStatus, WaveStatus
from tests.template.stack import Stack
from tests.unit.cli.fake_hub import Terminal
from tests.unit.docs.pages import page
from tests.unit.docs.screens import SCREENS, shown_on

PAGE = page("docs/operate.md")
SHOWN = [(name, screen) for name in ("docs/operate.md", "docs/cli.md") for screen in shown_on(page(name))]


def commands() -> Iterator[str]:
    """Lines of blocks, and code in lines, that begin with `dr`; with one word more it only names a command."""
    for block in PAGE.blocks(""):
        lines = (line.removeprefix("$ ") for line in block.splitlines())
        yield from (line.partition("  #")[0].strip() for line in lines if line.startswith("dr "))
    yield from (code for code in PAGE.inline_code if re.match(r"dr \w+ .", code))


@pytest.mark.parametrize("line", sorted(set(commands())))
def test_command_is_one_that_dr_understands(line: str) -> None:
    terminal = Terminal()

    result = terminal.type(*shlex.split(line)[1:], answer="")

    assert terminal.connected, result.stderr


def test_wrong_command_would_be_noticed() -> None:
    terminal = Terminal()

    terminal.type("retry", "dr-1e5ba297de39eafc", "--waves", "2")

    assert not terminal.connected


@pytest.mark.parametrize(("name", "screen"), SHOWN)
def test_screen_is_what_dr_prints(name: str, screen: str) -> None:
    assert shown_on(page(name))[screen] == SCREENS[screen](), f"{name} shows another screen {screen}: copy it there"


def test_every_output_on_the_page_is_a_screen_that_is_held_to_it() -> None:
    typed = [block for block in PAGE.blocks("") if block.startswith("$ ")]

    assert len(typed) == len(shown_on(PAGE)) >= 8
    assert set(shown_on(PAGE).values()) == set(typed)


def test_table_of_what_one_sees_names_states_that_there_are() -> None:
    known = {*ExecutionStatus, *WaveStatus}
    table = PAGE.text.partition("| I see |")[2].partition("\n\n")[0]

    named = set(re.findall(r"`([A-Z_]{4,})`", table))

    assert {"HELD", "AWAITING_APPROVAL"} < named
    assert named <= known


def test_names_are_those_of_the_stack() -> None:
    stack = Stack("template.yaml", "groundswell")
    alarms = {alarm["AlarmName"] for alarm in stack.of_type("AWS::CloudWatch::Alarm").values()}
    queues = {queue["QueueName"] for queue in stack.of_type("AWS::SQS::Queue").values()}
    logs = {f"/aws/lambda/{each['FunctionName']}" for each in stack.of_type("AWS::Serverless::Function").values()}

    named = {code for code in PAGE.inline_code if code.startswith(("groundswell-", "/aws/lambda/"))}

    assert {"groundswell-decisions-refused", "groundswell-heartbeat-missing"} <= named
    assert named <= alarms | queues | logs
