"""Whoever may ask, tag or answer cannot repaint the screen of whoever decides: hostile text, wherever it can stand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from typer.testing import Result

from groundswell.domain.dry_run import CallSheet
from groundswell.domain.events.facts import Remark
from groundswell.domain.legible import legible
from groundswell.domain.preflight import PreflightCheck, Verdict
from groundswell.domain.protection import Fitness
from groundswell.domain.records import Execution, Record, Resource, StoredEvent, Wave, WorkOrder
from groundswell.ledger import keys, plans, reading
from groundswell.ports.store import Put
from groundswell.reactions.preview_plan import Preview
from groundswell_cli.errors import explain
from groundswell_cli.exits import Exit
from tests.unit.cli.fake_hub import FakeHub, Terminal, previewed
from tests.unit.cli.hostile import HOSTILE, MARKUP, SIGN, HostileStore, hostile, hostile_model
from tests.unit.cli.stories import asking, complete, half_recovered, late, pause, running
from tests.unit.cli.story import REQUEST, Story, protected
from tests.unit.cli.test_calls_view import START, call, sheet
from tests.unit.cli.test_decision_commands import terminal_of
from tests.unit.cli.test_plans_commands import GOOD

_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def harmless(result: Result) -> bool:
    """Whether every line is one that a person can read to its end; styles, which are ours, left aside."""
    printed = _STYLE.sub("", result.stdout + result.stderr)
    return all(line == legible(line) for line in printed.split("\n"))


def poisoned(story: Story) -> Terminal:
    """A terminal at a hub in whose ledger every text is hostile."""
    terminal = terminal_of(story)
    terminal.hub.store = HostileStore(story.store)
    terminal.columns = 100
    return terminal


def dry_run() -> Story:
    story = Story(REQUEST.model_copy(update={"dry_run": True}))
    story.accept([protected("dc"), protected("app", 2)], left_out=[Remark(subject="drs web-9", reason="no tags")])
    planned = sheet(call("StartRecovery"), START, remarks=2)
    key = keys.calls_key(story.execution.execution_id, story.execution.planner, 0)
    story.store.write(Put({"pk": key.pk, "sk": key.sk, "sheet": planned.model_dump_json()}))
    return story


def rejected() -> Story:
    story = Story()
    story.reject("this hub is not armed", "customer-b is unknown")
    return story


def over() -> Story:
    story = running()
    complete(story)
    return story


def paused() -> Story:
    story = half_recovered()
    pause(story)
    return story


STORIES = (half_recovered, asking, late, paused, dry_run, rejected, over)
LOOKS = ("status", "resources", "events", "report")


@pytest.mark.parametrize("command", LOOKS)
@pytest.mark.parametrize("tell", STORIES, ids=lambda tell: tell.__name__)
def test_no_look_lets_text_of_others_act(tell: Callable[[], Story], command: str) -> None:
    story = tell()

    result = poisoned(story).type(command, story.execution.execution_id)

    assert harmless(result)
    assert SIGN in result.stdout or command == "resources"


@pytest.mark.parametrize("command", LOOKS)
def test_json_escapes_whatever_acts(command: str) -> None:
    story = half_recovered()

    result = poisoned(story).type(command, story.execution.execution_id, "--json")

    assert harmless(result)
    assert "\x1b[2J" in json.dumps(json.loads(result.stdout)).encode().decode("unicode_escape")


def test_the_list_and_the_watching_let_nothing_act() -> None:
    for words in (["status"], ["status", "--watch", "--timeout", "0"], ["plans", "list"]):
        result = poisoned(half_recovered()).type(*words)

        assert harmless(result), words


def test_markup_in_a_value_is_shown_as_it_is() -> None:
    story = half_recovered()
    terminal = poisoned(story)
    terminal.columns = 400

    for command in ("status", "report", "events"):
        assert MARKUP in terminal.type(command, story.execution.execution_id).stdout


@pytest.mark.parametrize(
    ("tell", "words"),
    [
        (running, ["pause", "--reason", HOSTILE]),
        (running, ["cancel", "--yes", "--reason", HOSTILE]),
        (paused, ["resume", "--reason", HOSTILE]),
        (asking, ["approve", "--wave", "1", "--reason", HOSTILE]),
        (asking, ["reject", "--wave", "1", "--yes", "--reason", HOSTILE]),
        (half_recovered, ["skip", "--wave", "2", "--yes", "--reason", HOSTILE, "--resource", "drs/app-2"]),
        (half_recovered, ["retry", "--wave", "2", "--resource", HOSTILE]),
    ],
)
def test_no_decision_lets_its_words_act(tell: Callable[[], Story], words: list[str]) -> None:
    story = tell()

    result = poisoned(story).type(words[0], story.execution.execution_id, *words[1:])

    assert harmless(result)
    told = [fact.detail for fact in reading.facts(story.store, story.execution.execution_id)]
    assert all(legible(json.loads(f'"{text}"')) == json.loads(f'"{text}"') for text in _texts(told)), "for notices"


def _texts(details: list[str]) -> list[str]:
    return [text for detail in details for text in re.findall(r'"((?:[^"\\]|\\.)*)"', detail)]


def test_a_confirmation_shows_what_is_to_be_typed_without_acting() -> None:
    story = running()

    result = poisoned(story).type("cancel", story.execution.execution_id, answer=HOSTILE + "\n")

    assert (harmless(result), result.exit_code) == (True, Exit.REFUSED)


def hostile_preview() -> Preview:
    remark = Remark(subject="drs web-1", reason="broken tags")
    check = PreflightCheck(subject="drs", check="quota", verdict=Verdict.FAILED, found="20", advice="raise it")
    lagging = Fitness(fit=False, state="REPLICATING", lag_seconds=400.0)
    preview = previewed(
        [protected("dc", fitness=lagging), protected("app", 2)],
        left_out=(remark,),
        warnings=(remark,),
        preflight=(check,),
        names={1: "first"},
        calls=CallSheet.of([call("StartRecovery"), START], [remark]),
    )
    return hostile_model(preview)


def test_a_preview_lets_nothing_act() -> None:
    terminal = Terminal(FakeHub(answer=hostile_preview()), columns=100)
    scope = ["--customer", HOSTILE, "--environment", HOSTILE]

    for words in (["plan", "failover", *scope, "--resources", "--calls"], ["request", "failover", "--all"]):
        result = terminal.type(*words, answer="\n")

        assert harmless(result), words
        assert SIGN in result.stdout + result.stderr, words


@pytest.mark.parametrize(
    "words",
    [
        ["status", HOSTILE],
        ["status", "\udcff\udc9b"],
        ["report", "dr-1", HOSTILE],
        [HOSTILE],
        ["plan", HOSTILE, "--all"],
        ["plan", "failover", "--all", "--wave", HOSTILE],
        ["resources", "dr-1", "--state", HOSTILE],
        ["plans", "get", HOSTILE],
        ["plans", "get", f"erp@{HOSTILE}"],
        ["plans", "validate", HOSTILE.replace("\x00", "")],
        ["pause", "dr-1", f"--{HOSTILE}"],
        ["inventory", "validate", HOSTILE.replace("\x00", "")],
    ],
    ids=range(12),
)
def test_what_is_typed_wrongly_is_said_again_without_acting(words: list[str]) -> None:
    result = Terminal().type(*words)

    assert harmless(result)
    assert result.exit_code == Exit.REFUSED
    assert len(result.stderr.rstrip("\n").split("\n")) == 1


def test_what_aws_says_of_an_error_lets_nothing_act() -> None:
    refused = ClientError({"Error": {"Code": "Strange", "Message": HOSTILE}}, "DescribeStacks")
    lost = EndpointConnectionError(endpoint_url=HOSTILE, error=HOSTILE)
    for error in (refused, lost):
        told = explain(error)
        assert told
        result = Terminal(FakeHub(answer=told)).type("plan", "failover", "--all")

        assert harmless(result)
        assert result.stderr.startswith("dr: ")


def test_a_plan_of_hostile_words_is_kept_as_it_is_and_shown_so_that_it_can_be_put_again(tmp_path: Path) -> None:
    file, terminal = tmp_path / "erp.yaml", Terminal()
    file.write_text(GOOD.replace("All of it", json.dumps(HOSTILE)))
    put = terminal.type("plans", "put", str(file), "--reason", HOSTILE)

    got = terminal.type("plans", "get", "erp")

    assert harmless(put)
    assert harmless(got)
    kept = plans.version_of(terminal.hub.store, "erp", 1)
    assert kept
    assert kept.body["description"] == HOSTILE
    file.write_text(got.stdout)
    assert "is that already" in terminal.type("plans", "put", str(file)).stdout
    assert harmless(terminal.type("plans", "validate", str(file)))
    assert harmless(terminal.type("plans", "list"))


def test_faults_of_an_inventory_are_told_without_acting(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(
        "resources:\n" + "".join(f"  - {json.dumps({HOSTILE: HOSTILE, 'technology': name})}\n" for name in "ab")
    )

    result = Terminal().type("inventory", "validate", str(file))

    assert (harmless(result), result.exit_code) == (True, Exit.REFUSED)


@pytest.mark.parametrize("model", [Execution, Wave, Resource, WorkOrder, StoredEvent], ids=lambda model: model.__name__)
def test_the_ledger_of_these_tests_is_hostile_wherever_a_model_lets_it(model: type[Record]) -> None:
    story = half_recovered()
    execution_id = story.execution.execution_id
    samples: dict[type[Record], Record] = {
        Execution: story.execution,
        Wave: story.waves[1],
        Resource: next(iter(reading.resources(story.store, story.waves[1].lanes))),
        WorkOrder: next(iter(reading.orders(story.store, story.waves[1].lanes))),
        StoredEvent: next(iter(reading.facts(story.store, execution_id))),
    }

    found = hostile(model, samples[model].model_dump(mode="json"))

    assert sum(MARKUP in str(value) for value in found.values()) >= 1
