"""The calls of a dry run, where they are asked for: kept by the planner, answered by the preview."""

from __future__ import annotations

import json
from typing import Any

import pytest

from groundswell.domain.dry_run import CallSheet
from groundswell.domain.operations import PHASES, Operation
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import planned_calls
from groundswell.reactions import preview_plan
from groundswell.reactions.plan_execution import LOOKING_PLANNERS
from groundswell.reactions.preview_plan import Preview
from tests.unit.reactions.bench import Crash
from tests.unit.reactions.dry_runs import Trial, source_of, told
from tests.unit.reactions.planning_office import REQUEST, Office, id_of, servers


def office_of(*names: str, trial: Trial | None = None) -> Office:
    """An office that plans servers, each of which would be launched and started."""
    found = [
        each.model_copy(update={"parameters": {"source_server_id": source_of(each.name)}}) for each in servers(*names)
    ]
    return Office(found, acting={"drs": (trial or Trial()).technology("drs")})


def kept(office: Office, request_id: str = "event-1") -> CallSheet:
    return planned_calls.read(office.bench.store, office.execution(request_id))


def preview(office: Office, **asked: Any) -> Preview:
    return office.previewer().plan({**REQUEST, **asked})


def test_dry_run_keeps_every_call_that_it_would_make() -> None:
    office = office_of("a", "b")

    office.ask(dry_run=True)

    assert told(kept(office).calls) == [(1, "drs:StartRecovery", ["a", "b"]), (1, "ec2:StartInstances", ["a", "b"])]


def test_calls_are_in_the_ledger_before_the_dry_run_is_accepted() -> None:
    office = office_of("a")
    office.bench.store.writes_left = 2

    with pytest.raises(Crash):
        office.ask(dry_run=True)

    assert office.execution().status is ExecutionStatus.PLANNING
    assert [str(item["sk"]) for item in office.items()] == ["META", "CALLS#001#0000"]


def test_next_planner_keeps_its_own_calls_when_one_died_on_a_dry_run() -> None:
    office = office_of("a")
    office.bench.store.writes_left = 2
    with pytest.raises(Crash):
        office.ask(dry_run=True)
    office.bench.store.writes_left = None
    office.bench.clock.advance(3600)
    office.findings = office_of("b").findings

    office.ask(dry_run=True)

    assert office.execution().status is ExecutionStatus.COMPLETED
    assert [each.resources for each in kept(office).calls] == [(id_of("b"),), (id_of("b"),)]


def test_calls_are_listed_without_looking_when_planners_died_on_a_dry_run_again_and_again() -> None:
    trial = Trial(observing=lambda look, *_: look.clients.client("drs").exceptions)
    office = office_of("a", trial=trial)
    for _ in range(LOOKING_PLANNERS):
        office.bench.store.writes_left = 2
        with pytest.raises(Crash):
            office.ask(dry_run=True)
        office.bench.clock.advance(3600)
    office.bench.store.writes_left = None

    office.ask(dry_run=True)

    assert office.execution().planner == LOOKING_PLANNERS + 1
    assert [each.resources for each in kept(office).calls] == [(id_of("a"),), (id_of("a"),)]
    assert all("the time for looking was over" in each.note for each in kept(office).calls)


def test_dry_run_knows_which_live_copies_may_be_replaced() -> None:
    trial = Trial()
    office = office_of("a", "b", trial=trial)

    office.ask(dry_run=True, relaunch=["b"])

    assert {target.name: target.relaunch for target in trial.targets} == {"a": False, "b": True}


def test_run_that_is_none_for_show_keeps_no_calls_and_tries_none() -> None:
    trial = Trial()
    office = office_of("a", trial=trial)

    office.ask()

    assert kept(office) == CallSheet()
    assert trial.looked_at == []


def test_dry_run_that_is_rejected_tries_no_calls() -> None:
    trial = Trial()
    office = office_of("a", trial=trial)

    office.ask(dry_run=True, customer="nobody")

    assert (office.execution().status, trial.looked_at) == (ExecutionStatus.REJECTED, [])


def test_preview_tells_the_calls_when_they_are_asked_for() -> None:
    answer = preview(office_of("a"), with_calls=True)

    assert answer.accepted
    assert answer.calls is not None
    assert told(answer.calls.calls) == [(1, "drs:StartRecovery", ["a"]), (1, "ec2:StartInstances", ["a"])]


def test_preview_tries_no_calls_when_nobody_asked_for_them() -> None:
    trial = Trial()

    answer = preview(office_of("a", trial=trial))

    assert (answer.calls, trial.looked_at) == (None, [])


def test_preview_tells_the_calls_although_another_execution_holds_what_it_wants() -> None:
    office = office_of("a")
    office.ask()

    answer = preview(office, with_calls=True)

    assert not answer.accepted
    assert answer.calls is not None
    assert len(answer.calls.calls) == 2


def test_preview_tries_no_calls_of_a_plan_with_faults() -> None:
    answer = preview(office_of("a"), with_calls=True, relaunch=["nobody"])

    assert (answer.accepted, answer.calls) == (False, None)


def test_preview_refuses_what_only_looks_like_asking_for_calls() -> None:
    answer = preview(office_of("a"), with_call=True)

    assert not answer.accepted
    assert "with_call" in answer.reasons[0]


def test_preview_carries_no_more_calls_than_its_answer_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview_plan, "ANSWER_BYTES", 6_000)
    one_by_one = Trial(steps={phase: {"batch": 1} for phase in PHASES[Operation.FAILOVER]})
    office = office_of(*"abcdefgh", trial=one_by_one)

    answer = preview(office, with_calls=True)

    assert answer.calls is not None
    assert (answer.calls.calls_count, len(answer.calls.calls) < answer.calls.calls_count) == (16, True)
    assert 0 < len(answer.calls.calls) < 16
    assert len(json.dumps(answer.model_dump(mode="json"))) < 7_000
