"""A dry run over the wire: it changes nothing, and names every call that the failover after it then makes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from groundswell.domain.dry_run import CallSheet
from groundswell.domain.ids import ExecutionId
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import planned_calls
from groundswell_cli.standing import Standing
from rehearsal.estate_calls import EstateCall, changes, changes_to
from tests import weighing
from tests.flow.desk import Desk, production

CUSTOMER = "customer-d"
SCOPE = ("--customer", CUSTOMER, "--environment", "production")


@dataclass(frozen=True)
class Story:
    """A preview, a dry run, then the same failover in earnest."""

    preview: CallSheet
    dry_run: ExecutionId
    sheet: CallSheet
    changes_before: int
    """Number of the last change in the estate, whoever made it, when the dry run was over."""
    failover: Standing
    made: Sequence[EstateCall]
    """What was changed of the customer's resources, ever."""


@pytest.fixture(scope="module")
def story(desk: Desk) -> Story:
    estate = desk.embedded.estate
    printed = desk.embedded.operator.run_well("dr", "plan", "failover", *SCOPE, "--calls", "--json")
    dry_run = desk.ask(production(CUSTOMER, dry_run=True))
    planned = desk.wait_for_answer(dry_run)
    before = max((call.number for call in changes(estate)), default=0)
    failover = desk.run(production(CUSTOMER))
    resources = desk.resources(failover.execution.execution_id).values()
    return Story(
        preview=CallSheet.model_validate(json.loads(printed)["calls"], strict=False),
        dry_run=dry_run,
        sheet=planned_calls.read(desk.store, planned),
        changes_before=before,
        failover=failover,
        made=changes_to(estate, resources),
    )


def test_dry_run_changes_nothing(story: Story) -> None:
    assert story.failover.execution.status is ExecutionStatus.COMPLETED
    assert len(story.made) > 0
    assert [call for call in story.made if call.number <= story.changes_before] == []


def test_dry_run_names_the_calls_that_the_failover_then_makes(story: Story) -> None:
    certain = [call for call in story.sheet.calls if not call.condition]

    assert all(call.took_effect for call in story.made)
    assert weighing.planned(certain) == weighing.made(story.made)


def test_dry_run_says_as_whom_and_where_each_call_would_be_made(story: Story) -> None:
    made = {(call.operation, call.account, call.region) for call in story.made}

    certain = [call for call in story.sheet.calls if not call.condition]
    assert {(call.operation, call.account, call.region) for call in certain} == made
    assert {call.role for call in certain} == {f"groundswell-{name}" for name in ("aurora", "drs", "route53")}


def test_dry_run_knows_of_each_call_what_it_would_say(story: Story) -> None:
    (move,) = [call for call in story.made if call.operation == "FailoverGlobalCluster"]
    (told,) = [call for call in story.sheet.calls if call.operation == "FailoverGlobalCluster"]

    assert [call.note for call in story.sheet.calls] == [""] * len(story.sheet.calls)
    assert told.parameters == move.subject


def test_plan_shows_the_calls_that_the_dry_run_keeps(story: Story) -> None:
    assert story.preview == story.sheet


def test_report_lists_the_calls_of_the_dry_run(desk: Desk, story: Story) -> None:
    shown = desk.embedded.operator.run_well("dr", "report", story.dry_run)
    told = json.loads(desk.embedded.operator.run_well("dr", "report", story.dry_run, "--json"))

    assert f"{len(story.sheet.calls)} calls would be made" in shown
    assert "drs:StartRecovery" in shown
    assert _operations(told["planned_calls"]) == [call.operation for call in story.sheet.calls]


def _operations(sheet: Mapping[str, Sequence[Mapping[str, str]]]) -> list[str]:
    return [call["operation"] for call in sheet["calls"]]
