from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import JsonValue

from groundswell.domain.acceptance import (
    MAX_REMARKS,
    Asked,
    Rules,
    acceptance,
    count_planned,
    new_execution,
    new_wave,
    reasons_outright,
)
from groundswell.domain.events.facts import DRAccepted, Remark
from groundswell.domain.plan import Plan
from groundswell.domain.records import Execution
from groundswell.domain.request import InvalidRequest
from groundswell.domain.states import ExecutionStatus, WaveStatus
from tests.unit.domain.builders import protected, request

NOW = datetime(2030, 1, 1, tzinfo=UTC)
INVALID = InvalidRequest(faults=("wrong",), content_hash="hash", request_id=None)


def rules(**changes: Any) -> Rules:
    given: dict[str, Any] = {
        "region": "us-west-2",
        "armed": True,
        "request_max_age": timedelta(minutes=15),
        "deadlines": (900, 1800),
        "max_resources": 1000,
        "planner_time": timedelta(seconds=35),
    }
    return Rules(**{**given, **changes})


def asked(age: timedelta = timedelta(0)) -> Asked:
    return Asked("event-1", "operator", "111111111111", NOW - age, {})


def outright(of: Any = None, *, age: timedelta = timedelta(0), **changes: Any) -> tuple[str, ...]:
    return reasons_outright(of or request(), asked(age), rules(**changes), NOW)


def executed(**changes: Any) -> Execution:
    return new_execution(asked(), request(**changes), "r-1", rules(), NOW)


def accepted(plan: Plan) -> DRAccepted:
    return acceptance(executed(), plan, count_planned(plan), rules().terms(None), NOW)


def test_request_is_let_through_when_nothing_speaks_against_it() -> None:
    assert outright() == ()


@pytest.mark.parametrize("age", [timedelta(minutes=15), timedelta(minutes=-10)])
def test_request_is_let_through_when_it_is_just_young_enough(age: timedelta) -> None:
    assert outright(age=age) == ()


def test_request_is_stale_when_it_is_too_old() -> None:
    (reason,) = outright(age=timedelta(minutes=15, seconds=1))

    assert reason.startswith(
        "the request is stale: put at 2029-12-31T23:44:59.000000Z, and only 15 minutes are allowed"
    )


def test_request_is_stopped_when_the_hub_is_not_armed() -> None:
    (reason,) = outright(armed=False)

    assert reason.startswith("this hub is not armed")


def test_dry_run_is_let_through_when_the_hub_is_not_armed() -> None:
    assert outright(request(dry_run=True), armed=False) == ()


def test_request_is_told_the_right_hub_when_it_is_for_another_region() -> None:
    assert outright(request(target_region="eu-west-1")) == (
        "this hub recovers into us-west-2; for eu-west-1 put the request on the bus of the hub in eu-west-1",
    )


def test_request_is_let_through_when_it_names_this_hubs_region() -> None:
    assert outright(request(target_region="us-west-2")) == ()


def test_reasons_are_all_named_when_there_are_several() -> None:
    assert len(outright(request(target_region="eu-west-1"), age=timedelta(hours=1), armed=False)) == 3


def test_reasons_hold_the_faults_and_staleness_when_the_request_cannot_be_read() -> None:
    assert [reason.split()[0] for reason in outright(INVALID, age=timedelta(hours=1))] == ["wrong", "the"]


def test_execution_begins_with_what_was_asked_and_who_vouches_for_it() -> None:
    execution = executed(dry_run=True, relaunch=["drs/a"])

    assert (execution.status, execution.planner, execution.version) == (ExecutionStatus.PLANNING, 1, 0)
    assert (execution.dry_run, str(execution.scope)) == (True, "customer-a/production")
    assert execution.request["relaunch"] == ["drs/a"]
    assert execution.requested_via == "operator in account 111111111111"
    assert execution.planner_until == "2030-01-01T00:00:35.000000Z"


@pytest.mark.parametrize(
    ("source", "via"),
    [
        ("groundswell.door", "arn:aws:iam::1:user/ann, through groundswell.door in account 111111111111"),
        ("operator", "operator in account 111111111111"),
    ],
)
def test_requester_is_known_by_name_only_when_he_came_through_the_door(source: str, via: str) -> None:
    detail: dict[str, JsonValue] = {"metadata": {"decided_by": "arn:aws:iam::1:user/ann"}, "data": {}}

    assert Asked("event-1", source, "111111111111", NOW, detail).via == via


def test_execution_never_takes_its_requester_from_the_body() -> None:
    execution = executed(requested_by="the boss")

    assert "the boss" not in execution.requested_via
    assert execution.request["requested_by"] == "the boss"


def test_execution_holds_nothing_of_a_request_that_cannot_be_read() -> None:
    execution = new_execution(asked(), INVALID, "r-1", rules(), NOW)

    assert (execution.request, execution.operation, execution.scope) == ({}, None, None)


def test_acceptance_counts_the_resources_of_each_wave_by_technology() -> None:
    found = [protected("a"), protected("b"), protected("c", technology="aurora", tags={"dr:wave": "7"})]

    told = accepted(Plan(found))

    assert told.resources == 3
    assert [(wave.wave, wave.resources, wave.technologies) for wave in told.waves] == [
        (1, 2, {"drs": 2}),
        (7, 1, {"aurora": 1}),
    ]


def test_acceptance_tells_the_deadlines_from_acceptance_when_a_wave_is_past_the_last() -> None:
    told = accepted(Plan([protected("a"), protected("b", tags={"dr:wave": "9"})]))

    assert [wave.deadline_at - NOW for wave in told.waves] == [timedelta(seconds=900), timedelta(seconds=1800)]


def test_acceptance_leaves_a_wave_out_when_nothing_was_written_into_it() -> None:
    counts = {**count_planned(Plan([protected()])), 5: count_planned(Plan([protected()]))[1].copy()}
    counts[5].clear()

    told = acceptance(executed(), Plan([protected()]), counts, rules().terms(None), NOW)

    assert [wave.wave for wave in told.waves] == [1]


def test_acceptance_names_the_first_remarks_and_counts_all_when_there_are_many() -> None:
    remarks = [Remark(subject=str(number), reason="x") for number in range(MAX_REMARKS + 7)]

    told = accepted(Plan([protected()], left_out=remarks, warnings=remarks[:1]))

    assert (len(told.left_out), told.left_out_count) == (MAX_REMARKS, MAX_REMARKS + 7)
    assert (len(told.warnings), told.warnings_count) == (1, 1)


def test_remarks_are_cut_so_that_the_fact_fits_on_the_bus() -> None:
    remarks = [Remark(subject="s" * 9000, reason="r" * 9000)] * MAX_REMARKS

    told = accepted(Plan([protected()], left_out=remarks, warnings=remarks))

    assert len(told.model_dump_json()) < 240_000
    assert remarks[0].reason.endswith("r…")


def test_wave_begins_with_all_its_resources_remaining() -> None:
    told = accepted(Plan([protected("a"), protected("b")]))

    wave = new_wave(executed(), told.waves[0], rules().terms(None), NOW)

    assert (wave.status, wave.total, wave.remaining) == (WaveStatus.PENDING, 2, 2)
    assert wave.deadline_at == "2030-01-01T00:15:00.000000Z"
