"""The calls that would be made, as `dr plan --calls` and `dr report` of a dry run show them."""

from __future__ import annotations

import json
from typing import Any

from groundswell.domain.dry_run import CallSheet, PlannedCall
from groundswell.domain.events.facts import Remark
from groundswell.domain.operations import Phase
from groundswell.ledger import keys, planned_calls
from groundswell.ports.store import Put
from tests.unit.cli.fake_hub import FakeHub, Terminal, previewed
from tests.unit.cli.story import ACCOUNT, REGION, REQUEST, Story, protected

PLAN = ("plan", "failover", "--customer", "customer-a", "--environment", "production")
IF_NEEDED = "if needed: its launch settings leave the instance stopped"


def call(operation: str = "StartRecovery", count: int = 2, **changes: Any) -> PlannedCall:
    given: dict[str, Any] = {
        "wave": 1,
        "technology": "drs",
        "phase": Phase.INSTANTIATE,
        "account": ACCOUNT,
        "region": REGION,
        "role": "groundswell-drs",
        "service": "drs",
        "operation": operation,
        "parameters": {"isDrill": False},
        "resources": tuple(f"drs/{number}" for number in range(count)),
    }
    return PlannedCall(**{**given, **changes})


START = call("StartInstances", service="ec2", phase=Phase.ACTIVATE, condition=IF_NEEDED)
ORDER = call(
    "RecoveryRequested",
    1,
    service="groundswell",
    technology="tape",
    role="",
    phase=None,
    note="asked of tape's own program",
)


def sheet(*calls: PlannedCall, remarks: int = 0) -> CallSheet:
    return CallSheet.of(calls, [Remark(subject=f"r-{number}", reason="it is done") for number in range(remarks)])


def shown(of: CallSheet) -> list[str]:
    """The lines of `dr plan --calls` that are about calls."""
    terminal = Terminal(FakeHub(answer=previewed([protected("dc")], calls=of)))
    lines = terminal.type(*PLAN, "--calls").output.splitlines()
    return lines[next(place for place, line in enumerate(lines) if "would be made" in line) :]


def test_plan_lists_calls_by_wave_and_role_a_line_each() -> None:
    lines = shown(sheet(call(), START, call(wave=2, count=1)))

    assert [line.rstrip() for line in lines] == [
        "3 calls would be made, 1 of them under a condition; none was made",
        "wave 1",
        f"  {ACCOUNT}  groundswell-drs  in {REGION}",
        "    INSTANTIATE  drs:StartRecovery   2 resources  drs/0 …",
        f"    ACTIVATE     ec2:StartInstances  2 resources  drs/0 …; {IF_NEEDED}",
        "wave 2",
        f"  {ACCOUNT}  groundswell-drs  in {REGION}",
        "    INSTANTIATE  drs:StartRecovery  1 resource  drs/0",
    ]


def test_plan_says_of_whom_orders_are_asked_that_are_not_ours() -> None:
    lines = shown(sheet(ORDER))

    assert f"  {ACCOUNT}  asked of tape  in {REGION}" in lines
    assert any("groundswell:RecoveryRequested" in line and "asked of tape's own program" in line for line in lines)


def test_plan_of_a_thousand_servers_stays_readable() -> None:
    calls = [
        each.model_copy(update={"account": f"{222222222200 + number}"})
        for number in range(12)
        for each in (call(count=90), START)
    ]

    assert len(shown(sheet(*calls))) == 2 + 12 + 24


def test_plan_says_how_many_calls_its_answer_could_not_carry() -> None:
    cut = sheet(*(call(count=1) for _ in range(5))).within(600)

    lines = shown(cut)

    assert lines[0].startswith("5 calls would be made")
    assert (
        lines[-1]
        == f"... and {5 - len(cut.calls)} more calls: more than the answer can carry; ask for fewer with --wave"
    )


def test_plan_says_what_needs_no_call() -> None:
    lines = shown(sheet(call(), remarks=5))

    assert "no call: 5" in lines
    assert any("r-0, r-1, r-2 and 2 more: it is done" in line for line in lines)


def test_plan_asks_for_calls_only_when_told_to() -> None:
    terminal = Terminal(FakeHub(answer=previewed([protected("dc")])))

    terminal.type(*PLAN)
    result = terminal.type(*PLAN, "--calls")

    assert terminal.hub.asked_for_calls == [False, True]
    assert "would be made" not in result.output


def test_plan_prints_whole_calls_when_a_script_asks() -> None:
    terminal = Terminal(FakeHub(answer=previewed([protected("dc")], calls=sheet(START))))

    (told,) = json.loads(terminal.type(*PLAN, "--calls", "--json").output)["calls"]["calls"]

    assert (told["operation"], told["count"], told["condition"]) == ("StartInstances", 2, IF_NEEDED)
    assert (told["parameters"], told["resources"]) == ({"isDrill": False}, ["drs/0", "drs/1"])


def reported(*words: str) -> str:
    story = Story(REQUEST.model_copy(update={"dry_run": True}))
    story.accept([protected("dc")])
    planner_kept(story, sheet(call(), START))
    return Terminal(FakeHub(store=story.store)).type("report", story.execution.execution_id, *words).output


def planner_kept(story: Story, of: CallSheet) -> None:
    """As if the planner had kept them before it accepted."""
    key = keys.calls_key(story.execution.execution_id, story.execution.planner, 0)
    story.store.write(Put({"pk": key.pk, "sk": key.sk, "sheet": of.model_dump_json()}))
    assert planned_calls.read(story.store, story.execution) == of


def test_report_of_a_dry_run_lists_its_calls() -> None:
    output = reported()

    assert "2 calls would be made, 1 of them under a condition; none was made" in output
    assert "drs:StartRecovery" in output


def test_report_of_a_dry_run_has_its_calls_in_json() -> None:
    told = json.loads(reported("--json"))["planned_calls"]

    assert [each["operation"] for each in told["calls"]] == ["StartRecovery", "StartInstances"]
    assert told["calls_count"] == 2


def test_report_of_a_run_that_was_none_for_show_has_no_planned_calls() -> None:
    story = Story()
    story.accept([protected("dc")])
    terminal = Terminal(FakeHub(store=story.store))

    shown, told = (terminal.type("report", story.execution.execution_id, *words).output for words in ((), ("--json",)))

    assert "would be made" not in shown
    assert json.loads(told)["planned_calls"] is None
