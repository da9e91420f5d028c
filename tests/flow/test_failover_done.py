"""What a failover that goes well has done in the estate, in which order, and what it leaves behind in the hub."""

import json
from datetime import datetime

import pytest

from groundswell.domain.ids import ExecutionId
from groundswell.domain.states import ResourceState
from groundswell.ledger import reading
from rehearsal.estate_calls import changes_to, launches_of
from tests.flow.desk import Desk
from tests.flow.embedded import wait_until
from tests.flow.whole_failover import CUSTOMER, PRIMARY, TARGET, Failover, dead_letters


def test_every_server_is_launched_once(desk: Desk, failover: Failover) -> None:
    counted = launches_of(desk.embedded.estate, failover.resources.values())

    assert counted == {f"{CUSTOMER}-{name}": 1 for name in ("dc-01", "app-01", "app-02", "batch-01")}


def test_nothing_of_a_wave_is_touched_before_the_wave_before_is_complete(desk: Desk, failover: Failover) -> None:
    completed = {told["wave"]: at for told, at in _told_with_times(desk, failover.execution_id, "WaveCompleted")}

    touched = {
        (resource.wave, call.moment)
        for resource in failover.resources.values()
        for call in changes_to(desk.embedded.estate, [resource])
    }

    assert {wave for wave, _ in touched} == {1, 2, 3}
    assert all(moment >= completed[wave - 1] for wave, moment in touched if wave > 1)


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
    (order,) = reading.orders(desk.store, reading.wave(desk.store, failover.execution_id, 3).lanes)
    (intent,) = reading.intents(desk.store, order)

    answer = aws(desk, order.account, "route53", "get-change", "--id", str(intent.handle))

    info = answer["ChangeInfo"]
    assert isinstance(info, dict)
    assert info["Status"] == "INSYNC"
    assert {each.state for each in failover.of("route53")} == {ResourceState.RECOVERED}


def test_holds_are_released_at_the_end(desk: Desk, failover: Failover) -> None:
    wait_until(
        lambda: desk.holders(failover.resources.values()), done=lambda holders: not holders, what="the holds gone"
    )


def test_no_function_fails_on_the_way(desk: Desk, failover: Failover) -> None:
    logs = desk.session.client("logs")
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]

    failures = [
        event["message"]
        for group in groups
        for event in logs.filter_log_events(logGroupName=group, startTime=failover.began_ms, filterPattern='"ERROR"')[
            "events"
        ]
        if "ERROR" in event["message"]  # the emulator's pattern takes errors of any case, also those that were counted
    ]

    assert len(groups) > 10
    assert failures == []


def test_nothing_is_undeliverable_on_the_way(desk: Desk, failover: Failover) -> None:
    assert dead_letters(desk) == failover.dead_letters_before


def aws(desk: Desk, account: str, *words: str) -> dict[str, object]:
    answer: dict[str, object] = json.loads(desk.embedded.operator_in(account).run_well("aws", *words))
    return answer


def _told_with_times(desk: Desk, execution_id: ExecutionId, what: str) -> list[tuple[dict[str, int], datetime]]:
    facts = [fact for fact in desk.facts(execution_id) if fact.detail_type == what]
    return [(json.loads(fact.detail)["data"], datetime.fromisoformat(fact.occurred_at)) for fact in facts]


def _maps(value: object) -> list[dict[str, object]]:
    assert isinstance(value, list)
    return value
