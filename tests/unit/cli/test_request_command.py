"""`dr request`: nothing is asked that was not confirmed, and nothing is claimed that was not seen."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable

from groundswell.domain.events.facts import DRRejected
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import executions
from groundswell_cli.errors import unreachable
from groundswell_cli.exits import Exit
from tests.unit.cli.fake_hub import WHO, FakeHub, Terminal, previewed
from tests.unit.cli.story import REQUEST, Story, protected

FAILOVER = ("request", "failover", "--customer", "customer-a", "--environment", "production")
DRY_RUN = REQUEST.model_copy(update={"dry_run": True})


def answered_by(story: Story, answer: Callable[[], object]) -> Terminal:
    """A terminal at a hub whose functions answer at once."""
    planned = [protected("dc"), protected("app", 2)]
    return Terminal(FakeHub(story.store, previewed(planned), on_publish=answer), story.clock)


def accepting(story: Story) -> Terminal:
    return answered_by(story, lambda: story.accept([protected("dc"), protected("app", 2)]))


def test_request_asks_and_shows_the_execution_when_the_scope_is_typed() -> None:
    terminal = accepting(Story())

    result = terminal.type(*FAILOVER, "--reason", "the primary is dark", answer="customer-a/production\n")

    assert result.exit_code == Exit.OK
    assert json.loads(terminal.hub.published[0].detail)["data"] == {
        "operation": "failover",
        "customer": "customer-a",
        "environment": "production",
        "reason": "the primary is dark",
        "request_id": "r-1",
    }
    assert "ACCEPTED as execution dr-" in result.stdout
    assert "next: dr status dr-" in result.stdout


def test_request_is_asked_at_the_door_which_says_who_asks() -> None:
    terminal = accepting(Story())

    terminal.type(*FAILOVER, "--yes")

    (entry,) = terminal.hub.published
    assert entry.source == "groundswell.door"
    assert json.loads(entry.detail)["metadata"]["decided_by"] == WHO


def test_request_says_how_to_ask_again_when_the_door_does_not_answer() -> None:
    terminal = accepting(Story())
    terminal.hub.mute = True

    result = terminal.type(*FAILOVER, "--yes")

    assert result.exit_code == Exit.UNREACHABLE
    assert "give the same command again with --request-id r-1, which cannot start twice" in result.stderr


def test_request_is_put_on_the_bus_when_the_hub_has_no_door_yet() -> None:
    terminal = accepting(Story())
    terminal.hub.has_door = False

    result = terminal.type(*FAILOVER, "--yes")

    (entry,) = terminal.hub.published
    assert (result.exit_code, entry.source) == (Exit.OK, "groundswell.cli")
    assert json.loads(entry.detail)["request_id"] == "r-1"


def test_request_has_its_line_printed_when_the_door_is_closed_to_the_one_who_asks() -> None:
    terminal = accepting(Story())
    terminal.hub.denied = True

    result = terminal.type(*FAILOVER, "--yes")

    assert (result.exit_code, terminal.hub.published) == (Exit.UNREACHABLE, [])
    assert "aws events put-events" in result.stdout
    assert "AWS denies POST /request" in result.stderr


def test_request_names_the_waves_that_wait_for_approval() -> None:
    terminal = accepting(Story())

    terminal.type(*FAILOVER, "--approval", "2", "--yes")

    assert json.loads(terminal.hub.published[0].detail)["data"]["approval"] == [2]


def test_request_asks_nothing_when_another_scope_is_typed() -> None:
    terminal = accepting(Story())

    result = terminal.type(*FAILOVER, answer="customer-b/production\n")

    assert result.exit_code == Exit.REFUSED
    assert terminal.hub.published == []
    assert "not confirmed: 'customer-b/production' was typed; nothing was asked" in result.stderr


def test_request_asks_nothing_when_nobody_is_there_to_confirm() -> None:
    terminal = accepting(Story())

    result = terminal.type(*FAILOVER)

    assert (result.exit_code, terminal.hub.published) == (Exit.REFUSED, [])
    assert "give --yes" in result.stderr


def test_request_asks_without_confirmation_when_yes_is_given() -> None:
    terminal = accepting(Story())

    result = terminal.type(*FAILOVER, "--yes")

    assert (result.exit_code, len(terminal.hub.published)) == (Exit.OK, 1)


def test_request_for_all_is_confirmed_by_the_word_all() -> None:
    request = REQUEST.model_copy(update={"customer": None, "environment": None, "all": True})
    story = Story(request)
    terminal = accepting(story)

    result = terminal.type("request", "failover", "--all", answer="all\n")

    assert result.exit_code == Exit.OK
    assert json.loads(terminal.hub.published[0].detail)["data"]["all"] is True


def test_request_asks_nothing_when_the_preview_says_it_would_be_rejected() -> None:
    terminal = accepting(Story())
    held = "drs/dc is held by execution dr-0"
    terminal.hub.answer = previewed([protected("dc")], accepted=False, reasons=(held,))

    result = terminal.type(*FAILOVER, "--yes")

    assert (result.exit_code, terminal.hub.published) == (Exit.REFUSED, [])
    assert held in result.stdout
    assert "Nothing was asked." in result.stdout


def test_request_shows_the_reasons_when_it_is_rejected() -> None:
    story = Story()
    terminal = answered_by(story, lambda: story.reject("this hub is not armed"))

    result = terminal.type(*FAILOVER, "--yes")

    assert result.exit_code == Exit.REFUSED
    assert "REJECTED: nothing was started" in result.stdout
    assert "this hub is not armed" in result.stdout
    assert "ACCEPTED" not in result.stdout


def test_request_claims_nothing_when_no_answer_comes() -> None:
    terminal = Terminal(FakeHub(answer=previewed([protected("dc")])))

    result = terminal.type(*FAILOVER, "--yes")

    assert result.exit_code == Exit.UNFINISHED
    assert "NO ANSWER within 30 s" in result.stdout
    assert "ACCEPTED" not in result.stdout


def test_request_says_that_planning_goes_on_when_the_time_is_over() -> None:
    story = Story()
    terminal = answered_by(story, story.begin)

    result = terminal.type(*FAILOVER, "--yes")

    assert result.exit_code == Exit.UNFINISHED
    assert "STILL PLANNING after 30 s" in result.stdout


def test_request_waits_for_the_answer_while_it_is_planned() -> None:
    story = Story()
    terminal = answered_by(story, story.begin)
    terminal.meanwhile = lambda: reject_once(story)

    result = terminal.type(*FAILOVER, "--yes")

    assert result.exit_code == Exit.REFUSED
    assert "this hub is not armed" in result.stdout


def reject_once(story: Story) -> None:
    if story.execution.status is ExecutionStatus.PLANNING:
        told = DRRejected(request_id="r-1", reasons=("this hub is not armed",))
        executions.reject(story.store, story.execution, 1, told, cause="e-1", at=story.clock.now())


def test_request_prints_a_line_for_the_aws_cli_that_puts_the_same_event() -> None:
    terminal = accepting(Story())

    result = terminal.type(*FAILOVER, "--reason", "it's dark; $HOME `x`", "--yes")

    line = next(line for line in result.stdout.splitlines() if line.startswith("aws "))
    words = shlex.split(line)
    entries = json.loads(words[words.index("--entries") + 1])
    assert words[:5] == ["aws", "events", "put-events", "--region", "us-west-2"]
    assert [entry["EventBusName"] for entry in entries] == ["the-bus"]
    assert json.loads(entries[0]["Detail"]) == json.loads(terminal.hub.published[0].detail)["data"]


def test_request_prints_the_line_when_there_is_no_preview() -> None:
    terminal = Terminal(FakeHub(answer=unreachable("the preview function failed")))

    result = terminal.type(*FAILOVER, "--yes")

    assert (result.exit_code, terminal.hub.published) == (Exit.UNREACHABLE, [])
    assert "aws events put-events" in result.stdout
    assert "dr: the preview function failed" in result.stderr


def test_request_asks_nothing_new_when_it_was_asked_before() -> None:
    story = Story()
    story.accept([protected("dc")])
    terminal = Terminal(FakeHub(story.store), story.clock)

    result = terminal.type(*FAILOVER, "--request-id", "r-1", "--yes")

    assert (result.exit_code, terminal.hub.published) == (Exit.OK, [])
    assert "asked before" in result.stdout
    assert story.execution.execution_id in result.stdout


def test_request_is_refused_when_another_one_has_its_id() -> None:
    story = Story()
    story.accept([protected("dc")])
    terminal = Terminal(FakeHub(story.store), story.clock)

    result = terminal.type("request", "failover", "--all", "--request-id", "r-1", "--yes")

    assert (result.exit_code, terminal.hub.published) == (Exit.REFUSED, [])
    assert "request id r-1 was used for another request (failover of customer-a/production" in result.stderr


def test_request_needs_no_confirmation_when_it_is_a_dry_run() -> None:
    story = Story(DRY_RUN)
    terminal = answered_by(story, lambda: story.accept([protected("dc")]))

    result = terminal.type(*FAILOVER, "--dry-run")

    assert result.exit_code == Exit.OK
    assert "DRY RUN planned" in result.stdout
    assert "nothing is held or changed" in result.stdout


def test_request_prints_one_json_document_when_a_script_asks() -> None:
    story = Story()
    terminal = accepting(story)

    result = terminal.type(*FAILOVER, "--yes", "--json")

    told = json.loads(result.stdout)
    assert (told["execution_id"], told["status"]) == (story.execution.execution_id, "RUNNING")
    assert told["command"].startswith("aws events put-events")
    assert told["accepted"]["resources"] == 2


def test_request_names_every_fault_when_the_options_are_wrong() -> None:
    terminal = Terminal()

    result = terminal.type("request", "failovr", "--customer", "customer-a", "--request-id", "no spaces")

    assert (result.exit_code, terminal.connected) == (Exit.REFUSED, [])
    for fault in ('unknown operation "failovr"', "request_id", "environment is missing"):
        assert fault in result.stderr
