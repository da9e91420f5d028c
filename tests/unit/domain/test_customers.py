from __future__ import annotations

from typing import Any

import pytest
from pydantic import JsonValue

from groundswell.adapters.yaml_reader import read_yaml
from groundswell.domain.customers import Speakers, read_speakers, split_map
from groundswell.domain.inventory import Entry
from groundswell.domain.plan import Estate, Plan, make_plan
from groundswell.domain.protection import Finding
from tests.declared import declared
from tests.unit.domain.builders import finding, request
from tests.unit.domain.plans import EVERYBODY, NOW, TAGS_RULE, names, said

HUB, HOME, PLAYGROUND = "111111111111", "222222222201", "222222222209"
MAP: JsonValue = {"customers": {"customer-a": [HOME], "nobody": []}}


def speakers(*documents: JsonValue) -> Speakers:
    placed = declared((f"customers-{number}.yaml", each) for number, each in enumerate(documents, 1))
    return read_speakers(placed.entries, hub=HUB)


def written(text: str) -> Speakers:
    """The map as somebody wrote it."""
    return read_speakers([Entry("customers.yaml", read_yaml(text.encode()))], hub=HUB)


def split(*documents: tuple[str, JsonValue]) -> tuple[list[str], list[str]]:
    """The places of the map, and of everything else."""
    maps, others = split_map(declared(documents).entries)
    return [entry.place for entry in maps], [entry.place for entry in others]


def plan(*findings: Finding, said: Speakers, **asked: Any) -> Plan:
    return make_plan(request(**asked), Estate(findings, NOW, speakers=said), EVERYBODY, TAGS_RULE)


def test_finding_is_named_and_left_out_when_its_account_may_not_speak_for_its_customer() -> None:
    result = plan(finding("theirs", account=PLAYGROUND), finding("ours"), said=speakers(MAP))

    assert (names(result), result.faults) == (["ours"], [])
    assert said(result.left_out) == [
        (
            "drs theirs in 222222222209/us-west-2",
            "account 222222222209 may not speak for customer 'customer-a': the inventory's customers lets "
            "222222222201; add the account there if it is the customer's, or correct the tag Customer",
        )
    ]


def test_finding_that_is_not_heard_neither_displaces_nor_faults() -> None:
    thief = finding("x", account=PLAYGROUND, tags={"dr:resource-id": "db", "dr:wave": "broken"})
    twin = finding("y", account=PLAYGROUND, tags={"dr:resource-id": "db"})

    result = plan(thief, twin, finding("db"), said=speakers(MAP))

    assert (names(result), result.faults, len(result.left_out)) == (["db"], [], 2)


def test_finding_that_is_not_heard_is_named_to_nobody_else_nor_when_it_is_not_protected() -> None:
    others = finding("b", tags={"Customer": "customer-b"})
    off = finding("off", account=PLAYGROUND, tags={"dr:enabled": "false"})

    assert plan(others, off, finding("a", account=PLAYGROUND), said=speakers(MAP), customer="customer-b").left_out == []
    assert plan(finding("ours"), off, said=speakers(MAP)).left_out == []


def test_account_speaks_for_customers_that_the_map_does_not_name() -> None:
    theirs = finding("b", account=PLAYGROUND, tags={"Customer": "customer-b"})

    assert names(plan(theirs, said=speakers(MAP), customer="customer-b")) == ["b"]


def test_hub_speaks_for_all_because_it_declares_what_has_no_account() -> None:
    assert names(plan(finding("dns", account=HUB), said=speakers(MAP))) == ["dns"]


def test_nothing_changes_when_there_is_no_map() -> None:
    result = plan(finding("a", account=PLAYGROUND), said=read_speakers([], hub=HUB))

    assert (names(result), result.warnings, result.faults) == (["a"], [], [])


@pytest.mark.parametrize(
    "document", [None, "no YAML: line 3", [], {"customers": []}, {"customers": {}, "more": 1}, {"customer": {}}]
)
def test_real_request_is_refused_while_the_map_cannot_be_understood(document: JsonValue) -> None:
    result = plan(finding("a"), said=speakers(document))

    assert result.faults[0].startswith("which accounts may speak for which customers is not known: customers-1.yaml")


def test_request_is_refused_when_there_are_two_maps() -> None:
    (fault,) = plan(finding("a"), said=speakers(MAP, MAP)).faults

    assert "customers-1.yaml, customers-2.yaml are more than one map: keep one document" in fault


def test_dry_run_goes_on_warned_while_the_map_cannot_be_understood() -> None:
    result = plan(finding("a"), said=speakers(None), dry_run=True)

    assert (names(result), result.faults) == (["a"], [])
    assert "was taken unchecked" in result.warnings[0].reason


@pytest.mark.parametrize(("operation", "goes_on"), [("failover", True), ("switchover", False)])
def test_failover_alone_goes_on_warned_while_the_whole_inventory_is_away(operation: str, goes_on: bool) -> None:
    away = Speakers(fault="the inventory could not be read: away", is_away=True)

    result = plan(finding("a"), said=away, operation=operation)

    assert (not result.faults, bool(result.warnings)) == (goes_on, goes_on)


@pytest.mark.parametrize("accounts", [None, HOME, [222222222201], ["2222"], {"a": HOME}])
def test_customer_whose_accounts_cannot_be_understood_keeps_back_requests_for_it_alone(accounts: JsonValue) -> None:
    broken = speakers({"customers": {"customer-a": accounts, "customer-b": [HOME]}})
    found = finding("a"), finding("b", tags={"Customer": "customer-b"})

    (fault,) = plan(*found, said=broken).faults

    assert "which accounts may speak for customer 'customer-a' is not known: customers-1.yaml" in fault
    assert plan(*found, said=broken, customer="customer-b").faults == []
    assert plan(*found, said=broken, customer=None, environment=None, all=True).faults == [fault]


@pytest.mark.parametrize("place", ["customers.yaml", "teams/Customers.YML", "customers.json entry 1"])
def test_document_is_the_map_when_its_name_says_so_whatever_is_in_it(place: str) -> None:
    assert split((place, None), ("other-customers.yaml", None)) == ([place], ["other-customers.yaml"])


def test_document_is_the_map_when_it_holds_one_whatever_it_is_called() -> None:
    assert split(("x.yaml", MAP), ("y.yaml entry 1", {"resource_id": "a"})) == (["x.yaml"], ["y.yaml entry 1"])


def test_map_of_which_nothing_can_be_read_keeps_back_every_request() -> None:
    lost = read_speakers([], [("dns.yaml", "it is empty"), ("customers.yaml", "AccessDenied")], hub=HUB)

    assert lost.fault == "customers.yaml cannot be read: AccessDenied: mend it"
    assert read_speakers([], [("dns.yaml", "it is empty")], hub=HUB).fault == ""


def test_customer_that_the_map_names_twice_keeps_back_every_request() -> None:
    said_twice = written(f"customers:\n  customer-a: ['{HOME}']\n  customer-a: ['{PLAYGROUND}']\n")

    assert "customer-a is there twice, first in line 2: keep one" in said_twice.fault


def test_customer_whose_accounts_are_written_wrongly_is_told_with_the_line() -> None:
    wrong = written(f"customers:\n  customer-a: [2026-02-30]\n  customer-b: ['{HOME}']\n")

    assert (wrong.fault, list(wrong.misread), list(wrong.accounts)) == ("", ["customer-a"], ["customer-b"])
    assert wrong.misread["customer-a"].startswith(
        "customers.yaml: line 2, column 16 (customers.customer-a[0]): '2026-02"
    )
