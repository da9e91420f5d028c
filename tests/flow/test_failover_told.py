"""What is told of a failover that goes well: by `dr`, on the bus, and to people."""

import json

from groundswell.domain.states import ExecutionStatus
from tests.flow.desk import Desk
from tests.flow.embedded import wait_until
from tests.flow.whole_failover import CUSTOMER, TARGET, Failover


def test_execution_completes_when_asked_for_in_the_bare_form(desk: Desk, failover: Failover) -> None:
    status = dr(desk, "status", failover.request_id)

    assert isinstance(status, dict)
    assert status["execution"]["status"] == ExecutionStatus.COMPLETED
    assert [(wave["wave"], wave["status"]) for wave in status["waves"]] == [(n, "COMPLETED") for n in (1, 2, 3)]
    assert [wave["recovered"] for wave in status["waves"]] == [2, 3, 2]


def test_status_says_in_words_that_it_is_over(desk: Desk, failover: Failover) -> None:
    printed = desk.embedded.operator.run_well("dr", "status", failover.execution_id)

    assert f"{failover.execution_id}  COMPLETED" in printed
    assert f"failover of {CUSTOMER}/production into {TARGET}" in printed
    assert f"next: dr report {failover.execution_id}" in printed


def test_waves_begin_in_order_each_after_the_one_before(desk: Desk, failover: Failover) -> None:
    trail = dr(desk, "events", failover.execution_id)

    assert isinstance(trail, list)
    facts = [(entry["what"], entry["subject"]) for entry in trail if entry["sequence"]]
    waves = [(what, f"wave {n}") for n in (1, 2, 3) for what in ("WaveStarted", "WaveCompleted")]
    assert facts == [("DRAccepted", ""), *waves, ("DRCompleted", "")]


def test_trail_tells_of_orders_and_outcomes_too(desk: Desk, failover: Failover) -> None:
    trail = dr(desk, "events", failover.execution_id)

    assert isinstance(trail, list)
    recovered = {entry["subject"] for entry in trail if entry["what"] == "ResourceRecovered"}
    assert recovered == {each.resource_id for each in failover.resources.values()}
    assert sum(entry["what"] == "RecoveryRequested" for entry in trail) >= 4


def test_resources_are_listed_as_recovered(desk: Desk, failover: Failover) -> None:
    listed = dr(desk, "resources", failover.execution_id, "--state", "RECOVERED")

    assert isinstance(listed, list)
    servers = [f"{CUSTOMER}-{name}" for name in ("dc-01", "app-01", "app-02", "batch-01")]
    names = [f"{name}.{CUSTOMER}.example." for name in ("app", "api")]
    assert {each["name"] for each in listed if each["technology"] != "route53"} == {*servers, f"{CUSTOMER}-db"}
    assert {each["parameters"]["record_name"] for each in listed if each["technology"] == "route53"} == set(names)


def test_report_holds_the_figures(desk: Desk, failover: Failover) -> None:
    report = dr(desk, "report", failover.execution_id)

    assert isinstance(report, dict)
    assert report["requested_via"] == "operator in account 111111111111"
    assert report["counts"] == {
        "total": 7, "recovered": 7, "remaining": 0, "failed": 0, "failed_optional": 0, "skipped": 0
    }  # fmt: skip
    assert 0 < report["critical_path_seconds"] <= report["seconds"]
    assert [(hand["from_wave"], hand["to_wave"]) for hand in report["hand_overs"]] == [(1, 2), (2, 3)]
    assert report["recovery_time_targets"]["met"] == 1
    assert {call["technology"] for call in report["calls"]} == {"aurora", "drs", "route53"}


def test_people_are_told_that_it_is_through(failover: Failover) -> None:
    notice = failover.notices.wait_for(failover.execution_id, "is through")

    assert notice.startswith(f'"COMPLETED: execution {failover.execution_id} is through after ')
    assert "7 of 7 resources recovered, 0 critical and 0 optional ones failed." in notice
    assert f"Next: the report for the record: dr report {failover.execution_id}" in notice


def test_every_fact_reaches_the_bus_as_the_ledger_holds_it(desk: Desk, failover: Failover) -> None:
    wanted = {fact.event_id: json.loads(fact.detail) for fact in desk.facts(failover.execution_id)}

    def heard() -> dict[str, object]:
        details = [event["detail"] for event in failover.listener.listen() if event["source"] == "groundswell"]
        return {detail["metadata"]["event_id"]: detail for detail in details if isinstance(detail, dict)}

    def is_complete(details: dict[str, object]) -> bool:
        return wanted.keys() <= details.keys()

    published = wait_until(heard, done=is_complete, what=f"the facts {list(wanted)} on the bus", timeout_seconds=90)

    assert {event_id: published[event_id] for event_id in wanted} == wanted


def dr(desk: Desk, *words: str) -> object:
    return json.loads(desk.embedded.operator.run_well("dr", *words, "--json"))
