"""The whole way of a failover: one bare request with the AWS CLI, three waves of servers, a database and DNS names."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pytest

from groundswell.domain.ids import ExecutionId, execution_id_of
from groundswell.domain.records import Resource
from groundswell.domain.states import ExecutionStatus, ResourceState
from groundswell.ledger import reading
from tests.flow.desk import Desk
from tests.flow.embedded import wait_until
from tests.flow.estate_log import changes, launches
from tests.flow.listening import Listener, listen_on
from tests.flow.notices import Notices, subscribe

CUSTOMER = "customer-a"
BARE = {"Customer": CUSTOMER, "Environment": "production", "Operation": "failover"}
PRIMARY, TARGET = "us-east-1", "us-west-2"


@dataclass(frozen=True)
class Failover:
    """A failover that is over."""

    request_id: str
    execution_id: ExecutionId
    resources: Mapping[str, Resource]
    listener: Listener
    notices: Notices

    def of(self, technology: str) -> list[Resource]:
        """Its resources of a technology."""
        return [each for each in self.resources.values() if each.technology == technology]


@pytest.fixture(scope="module")
def failover(desk: Desk) -> Failover:
    """Asked for as somebody without `dr` would, and waited for as somebody with it would."""
    embedded = desk.embedded
    listener = listen_on(embedded.hub(), embedded.outputs["EventBus"])
    notices = subscribe(embedded, CUSTOMER)
    entry = {
        "EventBusName": embedded.outputs["EventBus"],
        "Source": "operator",
        "DetailType": "DRRequested",
        "Detail": json.dumps(BARE),
    }
    printed = embedded.operator.run_well("aws", "events", "put-events", "--entries", json.dumps([entry]))
    request_id = json.loads(printed)["Entries"][0]["EventId"]
    execution_id = execution_id_of(request_id)
    desk.wait_for_answer(execution_id)
    embedded.operator.run_well("dr", "status", request_id, "--watch", "--timeout", "150", timeout_seconds=160)
    return Failover(request_id, execution_id, desk.resources(execution_id), listener, notices)


def dr(desk: Desk, *words: str) -> object:
    return json.loads(desk.embedded.operator.run_well("dr", *words, "--json"))


def aws(desk: Desk, account: str, *words: str) -> dict[str, object]:
    answer: dict[str, object] = json.loads(desk.embedded.operator_in(account).run_well("aws", *words))
    return answer


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


def test_every_server_is_launched_once(desk: Desk, failover: Failover) -> None:
    counted = launches(desk.embedded.estate, failover.resources.values())

    assert counted == {f"{CUSTOMER}-{name}": 1 for name in ("dc-01", "app-01", "app-02", "batch-01")}


def test_nothing_of_a_wave_is_touched_before_the_wave_before_is_complete(desk: Desk, failover: Failover) -> None:
    completed = {told["wave"]: at for told, at in _told_with_times(desk, failover.execution_id, "WaveCompleted")}

    touched = {
        (resource.wave, call.moment)
        for resource in failover.resources.values()
        for call in changes(desk.embedded.estate, [resource])
    }

    assert {wave for wave, _ in touched} == {1, 2, 3}
    assert all(moment >= completed[wave - 1] for wave, moment in touched if wave > 1)


def test_every_fact_reaches_the_bus_as_the_ledger_holds_it(desk: Desk, failover: Failover) -> None:
    wanted = {fact.event_id: json.loads(fact.detail) for fact in desk.facts(failover.execution_id)}

    def heard() -> dict[str, object]:
        details = [event["detail"] for event in failover.listener.listen() if event["source"] == "groundswell"]
        return {detail["metadata"]["event_id"]: detail for detail in details if isinstance(detail, dict)}

    def is_complete(details: dict[str, object]) -> bool:
        return wanted.keys() <= details.keys()

    published = wait_until(heard, done=is_complete, what=f"the facts {list(wanted)} on the bus", timeout_seconds=90)

    assert {event_id: published[event_id] for event_id in wanted} == wanted


def test_holds_are_released_at_the_end(desk: Desk, failover: Failover) -> None:
    wait_until(
        lambda: desk.holders(failover.resources.values()), done=lambda holders: not holders, what="the holds gone"
    )


def test_people_are_told_that_it_is_through(failover: Failover) -> None:
    notice = failover.notices.wait_for(failover.execution_id, "is through")

    assert notice.startswith(f'"COMPLETED: execution {failover.execution_id} is through after ')
    assert "7 of 7 resources recovered, 0 critical and 0 optional ones failed." in notice
    assert f"Next: the report for the record: dr report {failover.execution_id}" in notice


def test_writer_of_the_database_is_in_the_target_region(desk: Desk, failover: Failover) -> None:
    (database,) = failover.of("aurora")

    named = ("--global-cluster-identifier", f"{CUSTOMER}-db")
    answer = aws(desk, database.account, "rds", "describe-global-clusters", *named)

    (found,) = _maps(answer["GlobalClusters"])
    writers = {member["DBClusterArn"]: member["IsWriter"] for member in _maps(found["GlobalClusterMembers"])}
    arn = f"arn:aws:rds:{{}}:{database.account}:cluster:{CUSTOMER}-db-{{}}"
    assert writers == {arn.format(TARGET, TARGET): True, arn.format(PRIMARY, PRIMARY): False}


@pytest.mark.parametrize(
    ("name", "attribute", "standing"),
    [
        ("app", "Weight", {TARGET: 100, PRIMARY: 0}),
        ("api", "Failover", {TARGET: "PRIMARY", PRIMARY: "SECONDARY"}),
    ],
)
def test_dns_name_leads_to_the_target_region(
    desk: Desk, failover: Failover, name: str, attribute: str, standing: dict[str, object]
) -> None:
    zone = str(failover.of("route53")[0].parameters["hosted_zone_id"])
    account = failover.of("route53")[0].account

    answer = aws(desk, account, "route53", "list-resource-record-sets", "--hosted-zone-id", zone)

    sets = [each for each in _maps(answer["ResourceRecordSets"]) if each["Name"] == f"{name}.{CUSTOMER}.example."]
    assert {str(each["SetIdentifier"]): each[attribute] for each in sets} == standing


def test_dns_change_was_in_sync_before_it_counted(desk: Desk, failover: Failover) -> None:
    (order,) = reading.orders(desk.store, failover.execution_id, 3)
    (intent,) = reading.intents(desk.store, order)

    answer = aws(desk, order.account, "route53", "get-change", "--id", str(intent.handle))

    info = answer["ChangeInfo"]
    assert isinstance(info, dict)
    assert info["Status"] == "INSYNC"
    assert {each.state for each in failover.of("route53")} == {ResourceState.RECOVERED}


def _told_with_times(desk: Desk, execution_id: ExecutionId, what: str) -> list[tuple[dict[str, int], datetime]]:
    facts = [fact for fact in desk.facts(execution_id) if fact.detail_type == what]
    return [(json.loads(fact.detail)["data"], datetime.fromisoformat(fact.occurred_at)) for fact in facts]


def _maps(value: object) -> list[dict[str, object]]:
    assert isinstance(value, list)
    return value
