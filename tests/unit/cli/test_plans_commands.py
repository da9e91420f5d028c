"""`dr plans`: files are checked line by line, put through the door, and come back as they can be put again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from groundswell_cli.exits import Exit
from tests.unit.cli.fake_hub import WHO, FakeHub, Terminal

GOOD = """\
plan: erp
description: All of it
waves:
  - name: directory
    resources: [{tags: {Application: directory}}]
    deadline_minutes: 15
    checks_after:
      - {name: log-on, technology: https, parameters: {url: "https://login.example.com/", limit_seconds: 60}}
  - name: rest
    resources: [{technologies: [drs, aurora]}]
    approval: true
"""
_STEPS = [f"&a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
BOMB = f"[&a0 [x], {', '.join(_STEPS)}]"
BAD = """\
plan: erp
waves:
  - name: a
    resources: [{}]
  - name: b
    name: c
    deadline_minutes: 0
    checks_after:
      - {name: x, technology: https, colour: red}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "erp.yaml"
    path.write_text(GOOD)
    return path


def test_good_file_is_shown_as_the_waves_it_comes_to(file: Path) -> None:
    result = Terminal().type("plans", "validate", str(file))

    assert result.exit_code == Exit.OK
    rows = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert rows[1:] == [
        "wave name takes deadline on failure least begins",
        "1 directory Application directory 15 min hold 100 % at once",
        "2 directory: checks after https log-on 15 min hold all at once",
        "3 rest drs or aurora hub's, wave 2 hold 100 % on approval",
    ]


def test_every_fault_of_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(BAD)

    result = Terminal().type("plans", "validate", str(file))

    assert result.exit_code == Exit.REFUSED
    assert result.stderr.splitlines() == [
        f"{file}:6:5: waves[1]: name is there twice, first in line 5: keep one",
        f"{file}:4:17: waves[0].resources[0]: a group takes nothing that it does not name: give technologies, tags "
        "or resource_ids",
        f"{file}:7:23: waves[1].deadline_minutes: input should be greater than or equal to 1, but 0 was given",
        f"{file}:9:46: waves[1].checks_after[0].colour: unknown field: correct its name, or leave it out "
        "(docs/plans.md has all)",
        f"dr: {file} is no plan: 4 faults, said above; docs/plans.md has all that it may say",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("plan: [", ":2:1: it is not YAML: while parsing a flow node: did not find expected node content"),
        ("[]", ":1:1: a plan begins with plan: <its name>"),
        ("", ":1:1: it is empty"),
        (GOOD.replace("All of it", "2026-02-30"), ":2:14: description: '2026-02-30' is no value of the kind timestamp"),
        (GOOD.replace("All of it", '!!int ""'), ":2:14: description: '' is no value of the kind int"),
        (GOOD.replace("All of it", "[" * 5000 + "]" * 5000), ":2:53: description"),
        (GOOD.replace("All of it", "!!python/name:os.system x"), ":2:14: description: the tag !!python/name"),
    ],
)
def test_file_that_is_no_plan_at_all_is_told(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text)

    result = Terminal().type("plans", "validate", str(file))

    assert result.exit_code == Exit.REFUSED
    assert result.stderr.startswith(f"dr: {file} is no plan: {file}{told}")
    assert result.stderr.count("\n") == 1


def test_file_whose_aliases_stand_for_too_much_is_told(tmp_path: Path) -> None:
    file = tmp_path / "bomb.yaml"
    file.write_text(GOOD.replace("All of it", BOMB))

    result = Terminal().type("plans", "validate", str(file))

    assert result.exit_code == Exit.REFUSED
    assert f"{file}:2:192: description[4]: it comes to 21,111 values with what its aliases stand" in result.stderr


def test_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    result = Terminal().type("plans", "validate", str(tmp_path / "none.yaml"))

    assert result.exit_code == Exit.REFUSED
    assert "cannot read" in result.stderr


def test_plan_is_put_and_comes_back_as_it_can_be_put_again(file: Path, tmp_path: Path) -> None:
    terminal = Terminal()
    put = terminal.type("plans", "put", str(file), "--reason", "drill of May")

    got = terminal.type("plans", "get", "erp")

    assert "Plan erp, version 1, was put." in put.stdout
    assert "next: dr plan failover --plan erp …" in put.stdout
    assert got.stdout.startswith(f"# erp, version 1, put by {WHO} at ")
    assert "(drill of May)\nplan: erp\n" in got.stdout
    again = tmp_path / "again.yaml"
    again.write_text(got.stdout)
    assert "version 1, is that already; nothing was put." in terminal.type("plans", "put", str(again)).stdout


def test_next_version_shows_what_changes(file: Path) -> None:
    terminal = Terminal()
    terminal.type("plans", "put", str(file))
    file.write_text(GOOD.replace("deadline_minutes: 15", "deadline_minutes: 20"))

    result = terminal.type("plans", "put", str(file))

    lines = result.stdout.splitlines()
    assert {"--- erp@1", "+++ the file", "-  deadline_minutes: 15", "+  deadline_minutes: 20"} <= set(lines)
    assert "Plan erp, version 2, was put." in lines


def test_plan_is_not_put_over_a_version_that_the_file_was_not_made_from(file: Path) -> None:
    terminal = Terminal()
    terminal.type("plans", "put", str(file))
    file.write_text(GOOD.replace("15", "20"))

    result = terminal.type("plans", "put", str(file), "--after", "0")

    assert result.exit_code == Exit.REFUSED
    assert "plan erp is not as you know it (version 0): its latest version is 1" in result.stderr


def test_who_may_not_put_plans_is_told_whom_to_ask(file: Path) -> None:
    result = Terminal(FakeHub(denied=True)).type("plans", "put", str(file))

    assert result.exit_code == Exit.UNREACHABLE
    assert "ask for the policy that allows it" in result.stderr


@pytest.mark.parametrize(("name", "deadline"), [("erp", 20), ("erp@1", 15), ("erp@2", 20)])
def test_version_that_is_said_is_shown(file: Path, name: str, deadline: int) -> None:
    terminal = Terminal()
    terminal.type("plans", "put", str(file))
    file.write_text(GOOD.replace("15", "20"))
    terminal.type("plans", "put", str(file))

    kept = json.loads(terminal.type("plans", "get", name, "--json").stdout)

    assert kept["body"]["waves"][0]["deadline_minutes"] == deadline


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("shop", "there is no plan 'shop': known are erp"),
        ("erp@9", "plan erp has no version 9: the latest is 1"),
        ("erp@x", "'x' is no version: give its number, e.g. erp@3"),
    ],
)
def test_plan_that_is_not_there_is_told(file: Path, name: str, told: str) -> None:
    terminal = Terminal()
    terminal.type("plans", "put", str(file))

    result = terminal.type("plans", "get", name)

    assert result.exit_code == Exit.REFUSED
    assert told in result.stderr


def test_plans_are_listed_with_their_latest_version(file: Path) -> None:
    terminal = Terminal()
    before = terminal.type("plans", "list").stdout
    terminal.type("plans", "put", str(file))

    after = terminal.type("plans", "list").stdout

    assert before == "No plan was put yet: tags and the hub's deadlines rule. To put one: dr plans put FILE\n"
    assert after.splitlines()[1].split()[:2] == ["erp", "1"]
    assert after.splitlines()[1].rstrip().endswith(f"{WHO}  All of it")


def test_plan_is_named_in_a_request_and_its_limit_said() -> None:
    terminal = Terminal()

    terminal.type("plan", "failover", "--all", "--plan", "erp@2", "--max-resources", "40")

    (asked,) = terminal.hub.asked
    assert (asked.plan, asked.max_resources) == ("erp@2", 40)


def test_help_of_plans_is_shown_when_nothing_is_said_to_do() -> None:
    result = Terminal().type("plans")

    assert result.exit_code == Exit.OK
    assert "validate" in result.stdout
