"""`dr plan`, `dr resources`, `dr events` and `dr report`: what they print, and what they refuse."""

from __future__ import annotations

import json

import pytest

from groundswell_cli.errors import unreachable
from groundswell_cli.exits import Exit
from tests.unit.cli.fake_hub import FakeHub, Terminal, previewed, remarks
from tests.unit.cli.stories import LAGGING, half_recovered
from tests.unit.cli.story import protected

SCOPE = ("--customer", "customer-a", "--environment", "production")
PLANNED = [protected("db", 1, "aurora", fitness=LAGGING), protected("dc"), protected("app", 2)]


def at_half_recovered() -> Terminal:
    story = half_recovered()
    return Terminal(FakeHub(story.store), story.clock)


def test_plan_shows_waves_technologies_and_accounts() -> None:
    result = Terminal(FakeHub(answer=previewed(PLANNED))).type("plan", "failover", *SCOPE)

    rows = [line.split() for line in result.stdout.splitlines()]
    assert result.exit_code == Exit.OK
    assert ["1", "1", "aurora", "222222222201", "0", "1", "0", "15m", "00s"] in rows
    assert ["2", "1", "drs", "222222222201", "0", "0", "1", "30m", "00s"] in rows


def test_plan_asks_for_what_was_said() -> None:
    terminal = Terminal(FakeHub(answer=previewed(PLANNED)))

    terminal.type("plan", "failover", *SCOPE, "--wave", "1", "--wave", "2", "--technology", "drs")

    assert (terminal.hub.asked[0].waves, terminal.hub.asked[0].technologies) == ((1, 2), ("drs",))
    assert terminal.hub.published == []


def test_plan_is_refused_when_it_would_be_rejected() -> None:
    answer = previewed([], accepted=False, reasons=("unknown customer 'customer-x'",))

    result = Terminal(FakeHub(answer=answer)).type("plan", "failover", *SCOPE)

    assert result.exit_code == Exit.REFUSED
    assert "unknown customer 'customer-x'" in result.stdout


def test_plan_groups_what_is_left_out_by_its_reason() -> None:
    answer = previewed(PLANNED, left_out=remarks(40, "nobody answers for technology sap"))

    result = Terminal(FakeHub(answer=answer)).type("plan", "failover", *SCOPE)

    assert "left out: 40" in result.stdout
    assert "drs web-0, drs web-1, drs web-2 and 37 more: nobody answers for technology sap" in result.stdout


def test_plan_lists_each_resource_when_told_to() -> None:
    result = Terminal(FakeHub(answer=previewed(PLANNED))).type("plan", "failover", *SCOPE, "--resources")

    row = next(line for line in result.stdout.splitlines() if "aurora/db" in line)
    assert "NOT FIT: REPLICATING, 6m 40s behind" in row


def test_plan_prints_the_preview_as_json_when_a_script_asks() -> None:
    answer = previewed(PLANNED)

    result = Terminal(FakeHub(answer=answer)).type("plan", "failover", *SCOPE, "--json")

    assert json.loads(result.stdout) == answer.model_dump(mode="json")


def test_plan_is_told_in_one_line_when_the_stack_cannot_be_reached() -> None:
    result = Terminal(FakeHub(answer=unreachable("there is no\n stack x"))).type("plan", "failover", *SCOPE)

    assert (result.exit_code, result.stdout, result.stderr) == (Exit.UNREACHABLE, "", "dr: there is no stack x\n")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["aurora/db", "drs/dc", "drs/app-1", "drs/app-2", "drs/batch"]),
        (("--wave", "1"), ["aurora/db", "drs/dc"]),
        (("--state", "failed"), ["drs/app-2", "drs/batch"]),
        (("--technology", "aurora"), ["aurora/db"]),
        (("--wave", "2", "--state", "RECOVERED", "--state", "PENDING"), ["drs/app-1"]),
    ],
)
def test_resources_are_those_that_were_chosen(options: tuple[str, ...], expected: list[str]) -> None:
    result = at_half_recovered().type("resources", "r-1", *options, "--json")

    assert [each["resource_id"] for each in json.loads(result.stdout)] == expected


def test_resources_show_cause_and_advice_of_what_failed() -> None:
    result = at_half_recovered().type("resources", "r-1", "--state", "FAILED")

    assert result.exit_code == Exit.OK
    assert result.stdout.count("advice: raise the quota") == 2
    assert "FAILED (optional)" in result.stdout


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (("--wave", "7"), "has no wave 7: its waves are 1, 2"),
        (("--state", "done"), "unknown state 'done'"),
        (("--wave", "x"), "Invalid value for '--wave'"),
    ],
)
def test_resources_are_refused_when_the_choice_is_wrong(options: tuple[str, ...], fault: str) -> None:
    result = at_half_recovered().type("resources", "r-1", *options)

    assert result.exit_code == Exit.REFUSED
    assert fault in result.stderr


def test_events_are_told_in_the_order_of_their_time() -> None:
    result = at_half_recovered().type("events", "r-1", "--json")

    told = json.loads(result.stdout)
    assert [entry["at"] for entry in told] == sorted(entry["at"] for entry in told)
    assert [entry["sequence"] for entry in told if entry["sequence"]] == [1, 2, 3, 4, 5]


def test_events_are_shown_in_a_table() -> None:
    result = at_half_recovered().type("events", "r-1")

    assert result.exit_code == Exit.OK
    assert "WaveHeld" in result.stdout
    assert "1 of 3 recovered, 1 and 1 optional failed" in result.stdout


def test_report_says_in_tables_what_its_json_says() -> None:
    table = at_half_recovered().type("report", "r-1")
    told = json.loads(at_half_recovered().type("report", "r-1", "--json").stdout)

    assert (table.exit_code, told["waves"][0]["slowest"]["seconds"]) == (Exit.OK, 98.0)
    assert "1m 38s" in table.stdout
    assert "1 duplicate dropped" in table.stdout
    assert told["events"]["duplicates"] == 1


def test_dr_shows_its_commands_when_none_is_given() -> None:
    result = Terminal().type()

    assert result.exit_code == Exit.OK
    for command in ("request", "plan", "status", "resources", "events", "report"):
        assert command in result.stdout


@pytest.mark.parametrize("words", [("stat",), ("status", "--nope"), ("plan",)])
def test_dr_refuses_in_one_line_when_it_is_used_wrongly(words: tuple[str, ...]) -> None:
    result = Terminal().type(*words)

    assert result.exit_code == Exit.REFUSED
    assert result.stderr.startswith("dr: ")
    assert result.stderr.count("\n") == 1
