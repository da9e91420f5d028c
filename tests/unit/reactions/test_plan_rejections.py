from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from groundswell.domain.acceptance import Asked
from groundswell.domain.records import Execution
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import executions
from tests.unit.ledger.stories import facts
from tests.unit.reactions.planning_office import REQUEST, RULES, Office, id_of, servers


def reasons(office: Office, request_id: str = "event-1") -> tuple[str, ...]:
    return office.execution(request_id).reasons


def test_request_is_rejected_once_when_its_id_was_used_for_another() -> None:
    office = Office(servers("a"))
    office.ask(request_id="r-1")

    for event_id in ("event-2", "event-3"):
        office.ask(event_id, request_id="r-1", dry_run=True)

    rejected = [Execution.of(item) for item in office.items() if item["sk"] == "META" and item["status"] == "REJECTED"]
    assert [execution.reasons for execution in rejected] == [
        ("request_id r-1 was used for another request: give a new one a new id",)
    ]
    assert facts(office.bench.store, rejected[0].execution_id) == [(1, "DRRejected")]
    assert office.execution("r-1").status is ExecutionStatus.RUNNING


def test_rejection_is_said_again_when_the_other_request_comes_again() -> None:
    office = Office(servers("a"))
    office.ask(request_id="r-1")
    office.ask("event-2", request_id="r-1", dry_run=True)
    office.bench.bus.take()

    office.ask("event-3", request_id="r-1", dry_run=True)

    assert [entry.detail_type for entry in office.bench.bus.take()] == ["DRRejected"]


def test_unreadable_request_is_rejected_once_when_its_id_was_used_for_another() -> None:
    office = Office(servers("a"))
    office.ask(request_id="r-1")

    office.ask("event-2", request_id="r-1", dryrun=True)
    office.ask("event-2", request_id="r-1", dryrun=True)

    assert sum(item["sk"] == "META" for item in office.items()) == 2


def test_two_requests_of_one_id_and_different_content_get_an_answer_each_when_they_come_at_once() -> None:
    office = Office(servers("a"))
    begin = executions.begin

    def begin_after_another(store: Any, execution: Execution) -> Execution | None:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(executions, "begin", begin)
            office.ask("event-2", request_id="r-1", dry_run=True)
        return begin(store, execution)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(executions, "begin", begin_after_another)
        office.ask(request_id="r-1")

    statuses = sorted(str(item["status"]) for item in office.items() if item["sk"] == "META")
    assert statuses == ["COMPLETED", "REJECTED"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"dryrun": True}, "unknown field dryrun; did you mean dry_run?"),
        ({"dry_run": "true"}, "dry_run: input should be a valid boolean"),
        ({"environment": None}, "environment is missing"),
        ({"target_region": "eu-west-1"}, "this hub recovers into us-west-2; for eu-west-1"),
        ({"customer": "nobody"}, "unknown customer 'nobody'"),
    ],
)
def test_request_starts_nothing_and_says_why_when_it_is_wrong(changes: dict[str, Any], reason: str) -> None:
    office = Office(servers("a"))

    office.ask(**changes)

    assert reasons(office)[0].startswith(reason)
    assert (office.facts(), office.holders("a")) == (["DRRejected"], {"a": None})


def test_rejection_names_every_fault_at_once() -> None:
    office = Office(servers("a"), rules=replace(RULES, armed=False))
    asked_at = office.bench.clock.now() - timedelta(hours=1)

    office.ask(at=asked_at, target_region="eu-west-1")

    assert len(reasons(office)) == 3


def test_request_starts_nothing_when_it_is_stale() -> None:
    office = Office(servers("a"))

    office.ask(at=office.bench.clock.now() - timedelta(minutes=16))

    assert reasons(office)[0].startswith("the request is stale")
    assert office.holders("a") == {"a": None}


def test_unarmed_hub_lets_only_dry_runs_through() -> None:
    office = Office(servers("a"), rules=replace(RULES, armed=False))

    office.ask()
    office.ask("event-2", dry_run=True)

    assert reasons(office)[0].startswith("this hub is not armed")
    assert office.execution("event-2").status is ExecutionStatus.COMPLETED


def test_request_is_rejected_naming_the_holder_when_another_execution_holds_a_resource() -> None:
    office = Office(servers("a", "b"))
    office.ask()
    holder = office.execution().execution_id

    office.ask("event-2")

    (reason,) = reasons(office, "event-2")
    assert reason.startswith(f"{id_of('a')} is held by execution {holder} since ")
    assert f"see: dr status {holder}" in reason
    assert set(office.holders("a", "b").values()) == {holder}


def test_holds_are_given_back_when_a_later_one_is_not_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groundswell.ledger.holding.CHUNK", 1)
    office = Office([*servers("b"), *servers("a", tags={"Customer": "customer-b"})])
    office.ask(customer="customer-b")
    office.findings += servers("0")
    office.ask("event-2", customer=None, environment=None, all=True)

    assert office.execution("event-2").status is ExecutionStatus.REJECTED
    assert office.holders("0", "a", "b") == {"0": None, "a": office.execution().execution_id, "b": None}


def test_request_is_rejected_naming_the_key_that_its_text_has_twice() -> None:
    office = Office(servers("a"))
    detail = {**REQUEST, "dry_run": False, "request_id": "r-1"}

    office.planner().plan(Asked("event-1", "operator", "111111111111", office.bench.clock.now(), detail, ("dry_run",)))

    assert office.facts("r-1") == ["DRRejected"]
    assert office.execution("r-1").reasons == (
        "dry_run is there twice: say it once, for nobody can tell which one is meant",
    )
