from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from pydantic import JsonValue

from groundswell.domain.errors import TransientError, UnreachableAccountError
from groundswell.domain.operations import Operation
from groundswell.domain.plan import Estate
from groundswell.domain.protection import Finding
from groundswell.domain.states import ExecutionStatus
from groundswell.reactions.preview_plan import Preview
from groundswell.reactions.survey import PATIENCE, TRIES
from groundswell.technologies.contract import Look, Technology
from tests.unit.domain.builders import TAGS, finding, request
from tests.unit.ledger.stories import set_status
from tests.unit.reactions.bench import Bench
from tests.unit.reactions.planning_office import REQUEST, RULES, Declared, Office, id_of, one_by_one, servers

ENTRY: dict[str, JsonValue] = {
    "resource_id": "dns/shop",
    "technology": "route53",
    "account": "222222222201",
    "region": "us-west-2",
    "tags": dict(TAGS),
    "parameters": {"zone": "Z1"},
}
ROUTE53 = Technology("route53", "DNS", "For tests.", {}, parameters={"zone": "The zone."}, warn=lambda _: ("beware",))


def survey(office: Office, *technologies: Technology, accounts: tuple[str, ...] = ("222222222201",)) -> Estate:
    found = replace(office.survey(*technologies), accounts=accounts, spread=one_by_one)
    return found.take(request(), None, session_name="dr-1")


def declared(*entries: dict[str, JsonValue]) -> Office:
    return Office(inventory=Declared([(f"dns.yaml entry {number}", each) for number, each in enumerate(entries, 1)]))


def preview(office: Office, **changes: Any) -> Preview:
    return office.previewer().plan({**REQUEST, **changes})


def test_every_account_is_looked_at_as_the_execution() -> None:
    office = Office()

    survey(office, accounts=("222222222201", "222222222202"))

    assert office.bench.accounts.opened == [("222222222201", "dr-1"), ("222222222202", "dr-1")]


def test_technology_looks_in_its_account_at_the_target_region() -> None:
    looks: list[Look] = []

    def find(look: Look) -> tuple[()]:
        looks.append(look)
        return ()

    survey(Office(find=find))

    assert [(look.account, look.region, look.operation) for look in looks] == [
        ("222222222201", "us-west-2", Operation.FAILOVER)
    ]


def test_findings_of_technologies_and_inventory_come_together() -> None:
    office = declared(ENTRY)
    office.findings = servers("a")

    estate = survey(office, office.technology, ROUTE53)

    assert [found.name for found in estate.findings] == ["a", "dns/shop"]
    assert estate.unread == ()


def test_account_that_cannot_be_reached_is_named_and_hides_no_other() -> None:
    office = Office(servers("a"), Bench())
    office.bench.accounts.error = UnreachableAccountError("role cannot be assumed")

    estate = survey(office)

    assert estate.findings == []
    assert estate.unread[0].subject == "drs in account 222222222201/us-west-2"
    assert "role cannot be assumed; check its role groundswell-inventory" in estate.unread[0].reason


@pytest.mark.parametrize("wrapped", [False, True])
def test_connection_that_fails_is_no_fault_of_a_role(wrapped: bool) -> None:
    lost = EndpointConnectionError(endpoint_url="https://sts.us-west-2.amazonaws.com")
    error: Exception = UnreachableAccountError("STS did not answer") if wrapped else lost
    error.__cause__ = lost if wrapped else None
    office = Office(servers("a"), Bench())
    office.bench.accounts.error = error

    (remark,) = survey(office).unread

    assert "check its role" not in remark.reason
    assert "the network or AWS is at fault" in remark.reason


def test_technology_that_cannot_look_is_named_and_hides_no_other() -> None:
    def fail(_: Look) -> tuple[()]:
        raise KeyError("a bug")

    office = Office(servers("a"))
    broken = Technology("tape", "Tapes", "For tests.", {}, find=fail)

    estate = survey(office, broken, office.technology)

    assert [found.name for found in estate.findings] == ["a"]
    assert [remark.subject for remark in estate.unread] == ["tape in account 222222222201/us-west-2"]


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "DescribeSourceServers"),
        ReadTimeoutError(endpoint_url="drs"),
    ],
)
def test_place_is_asked_again_when_it_refuses_in_passing(error: Exception) -> None:
    failures = [error, error]

    def find(_: Look) -> list[Finding]:
        if failures:
            raise failures.pop()
        return servers("a")

    estate = survey(Office(find=find))

    assert [found.name for found in estate.findings] == ["a"]
    assert estate.unread == ()


def test_place_is_named_when_it_refuses_for_good() -> None:
    asked = []

    def find(_: Look) -> list[Finding]:
        asked.append(1)
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate"}}, "DescribeSourceServers")

    estate = survey(Office(find=find))

    assert len(asked) == TRIES
    assert "ThrottlingException" in estate.unread[0].reason


def test_place_that_takes_long_to_fail_is_not_asked_again() -> None:
    office = Office()

    def find(_: Look) -> list[Finding]:
        office.bench.clock.advance(PATIENCE.total_seconds())
        raise ReadTimeoutError(endpoint_url="drs")

    office.find = find

    assert len(survey(office).unread) == 1
    assert office.bench.clock.now() - Office().bench.clock.now() == PATIENCE


def test_inventory_that_cannot_be_read_is_named_and_hides_nothing_else() -> None:
    office = Office(servers("a"), inventory=Declared(error=TransientError("bucket is away")))

    estate = survey(office)

    assert [found.name for found in estate.findings] == ["a"]
    assert estate.unread[0].reason == "could not be read, nothing of it is planned: bucket is away"


def test_inventory_whose_reader_fails_is_named_and_hides_nothing_else() -> None:
    office = Office(servers("a"), inventory=Declared(error=RecursionError("a bug")))

    estate = survey(office)

    assert [found.name for found in estate.findings] == ["a"]
    assert estate.unread[0].reason == "could not be read, nothing of it is planned: RecursionError: a bug"


def test_entry_that_cannot_be_examined_is_at_fault_and_hides_no_other() -> None:
    def fail(_: object) -> tuple[str, ...]:
        raise ValueError("a bug")

    found, good = survey(declared(ENTRY, {**ENTRY, "technology": "mainframe"}), replace(ROUTE53, flaws=fail)).findings

    assert found.faults == ("it could not be examined: ValueError: a bug; look at its parameters",)
    assert good.faults == ()


def test_broken_entry_is_named() -> None:
    estate = survey(declared({"technology": "route53"}), ROUTE53)

    assert estate.unread[0].subject == "inventory dns.yaml entry 1"


def test_technology_warns_of_what_is_declared_as_of_what_it_finds() -> None:
    (found,) = survey(declared(ENTRY), ROUTE53).findings

    assert found.warnings == ("beware",)


@pytest.mark.parametrize("parameters", [{}, {"zone": 5}, {"other": "Z1"}])
def test_entry_is_at_fault_when_it_lacks_what_its_technology_needs(parameters: dict[str, JsonValue]) -> None:
    (found,) = survey(declared({**ENTRY, "parameters": parameters}), ROUTE53).findings

    assert found.faults == ("its parameters lack zone, which route53 needs as text",)


def test_entry_is_at_fault_when_its_technology_finds_a_flaw_in_its_parameters() -> None:
    careful = replace(ROUTE53, flaws=lambda parameters: (f"{parameters['zone']} is no zone",))

    (found,) = survey(declared(ENTRY), careful).findings

    assert found.faults == ("Z1 is no zone",)
    assert found.warnings == ()


def test_flaws_are_not_looked_for_in_parameters_that_lack_something() -> None:
    careful = replace(ROUTE53, flaws=lambda parameters: (str(parameters["zone"]),))

    (found,) = survey(declared({**ENTRY, "parameters": {}}), careful).findings

    assert found.faults == ("its parameters lack zone, which route53 needs as text",)


def test_entry_of_a_foreign_technology_may_have_any_parameters() -> None:
    (found,) = survey(declared({**ENTRY, "technology": "mainframe"}), ROUTE53).findings

    assert found.faults == ()


def test_entry_is_at_fault_when_it_is_declared_for_another_region() -> None:
    (found,) = survey(declared({**ENTRY, "region": "eu-west-1"}), ROUTE53).findings

    assert found.faults[0].startswith("declared for eu-west-1, but this hub recovers into us-west-2")


@pytest.mark.parametrize(
    ("tags", "is_named"),
    [({}, True), ({"Customer": "customer-b"}, False), ({"dr:enabled": "false"}, False)],
)
def test_entry_at_fault_is_named_in_the_plans_that_it_belongs_to(tags: dict[str, str], is_named: bool) -> None:
    office = declared({**ENTRY, "tags": {**TAGS, **tags}, "region": "eu-west-1"})
    office.findings = servers("a")

    told = preview(office)

    assert [remark.subject for remark in told.left_out] == (
        ["route53 dns/shop in 222222222201/eu-west-1"] if is_named else []
    )


def test_preview_tells_the_plan_and_writes_nothing() -> None:
    office = Office([*servers("a"), *servers("b", wave=2), finding("bad", tags={"dr:wave": "x"})])

    told = preview(office)

    assert (told.accepted, told.operation, told.target_region) == (True, Operation.FAILOVER, "us-west-2")
    assert [(each.resource_id, each.wave) for each in told.resources] == [(id_of("a"), 1), (id_of("b"), 2)]
    assert (told.deadlines, len(told.left_out)) == ({1: 900, 2: 1800}, 1)
    assert office.items() == []


def test_preview_names_all_faults_when_the_request_cannot_be_read() -> None:
    told = preview(Office(), dryrun=True, environment=None)

    assert (told.accepted, len(told.reasons), told.resources) == (False, 2, ())


@pytest.mark.parametrize(
    ("changes", "rules", "reason"),
    [
        ({"target_region": "eu-west-1"}, RULES, "this hub recovers into us-west-2"),
        ({}, replace(RULES, armed=False), "this hub is not armed"),
        ({"customer": "nobody"}, RULES, "unknown customer"),
    ],
)
def test_preview_says_why_the_request_would_be_rejected(changes: dict[str, Any], rules: Any, reason: str) -> None:
    told = preview(Office(servers("a"), rules=rules), **changes)

    assert not told.accepted
    assert told.reasons[0].startswith(reason)


def test_preview_names_each_execution_that_holds_something_once() -> None:
    office = Office(servers("a", "b"))
    office.ask()

    told = preview(office)

    holder = office.execution().execution_id
    assert told.reasons == (f"{id_of('a')} is held by execution {holder}; see: dr status {holder}",)


def test_preview_of_a_dry_run_is_stopped_by_no_hold() -> None:
    office = Office(servers("a"))
    office.ask()

    assert preview(office, dry_run=True).accepted


def test_preview_passes_over_holds_of_executions_that_are_over() -> None:
    office = Office(servers("a"))
    office.ask(request_id="r-1")
    execution = office.execution("r-1")
    set_status(office.bench.store, ExecutionStatus.COMPLETED, execution.execution_id)

    assert preview(office).accepted


def test_inventorys_map_of_customers_is_heard_and_declares_nothing() -> None:
    office = Office(
        servers("a"), inventory=Declared([("customers.yaml", {"customers": {"customer-a": ["222222222209"]}})])
    )

    told = preview(office)

    assert (told.accepted, told.resources) == (False, ())
    assert [remark.subject for remark in told.left_out] == ["drs a in 222222222201/us-west-2"]
    assert "account 222222222201 may not speak for customer 'customer-a'" in told.left_out[0].reason
