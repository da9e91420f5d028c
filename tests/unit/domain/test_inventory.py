from __future__ import annotations

from typing import Any

import pytest
from pydantic import JsonValue

from groundswell.domain.events.facts import Remark
from groundswell.domain.inventory import read_declarations
from groundswell.domain.protection import Finding, Protected, judge
from tests.declared import declared
from tests.unit.domain.builders import TAGS

ENTRY: dict[str, JsonValue] = {
    "resource_id": "shop",
    "technology": "route53",
    "account": "222222222201",
    "region": "us-west-2",
    "tags": dict(TAGS),
    "parameters": {"hosted_zone_id": "Z1", "ttl": 60, "sets": ["a", {"b": None}]},
}


ID = "route53/222222222201/shop"


def read_declared(entries: list[tuple[str, JsonValue]]) -> tuple[list[Finding], list[Remark]]:
    return read_declarations(declared(entries).entries)


def remark_of(entry: JsonValue) -> str:
    findings, (remark,) = read_declared([("dns.yaml entry 1", entry)])
    assert not findings
    assert remark.subject == "inventory dns.yaml entry 1"
    return remark.reason


def changed(**changes: JsonValue) -> dict[str, JsonValue]:
    return {**ENTRY, **changes}


def test_entry_becomes_a_resource_when_it_is_well_declared() -> None:
    (found,), remarks = read_declared([("dns.yaml entry 1", changed(name="shop", source_region="us-east-1"))])

    judged = judge(found)
    assert isinstance(judged, Protected)
    assert (judged.resource_id, judged.name, judged.source_region) == (ID, "shop", "us-east-1")
    assert judged.parameters == ENTRY["parameters"]
    assert remarks == []


def test_entry_goes_by_its_id_when_it_has_no_name() -> None:
    (found,), _ = read_declared([("dns.yaml entry 1", ENTRY)])

    assert (found.name, found.resource_id) == ("shop", ID)


@pytest.mark.parametrize("field", ["resource_id", "technology", "account", "region", "tags"])
def test_entry_is_named_as_broken_when_a_field_is_missing(field: str) -> None:
    entry = {name: value for name, value in ENTRY.items() if name != field}

    assert remark_of(entry) == f"line 1, column 1 ({field}): it is missing"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("resource_id", ""),
        ("technology", "Route 53"),
        ("technology", ""),
        ("account", "2222"),
        ("account", 222222222201),
        ("region", ""),
        ("tags", {"dr:wave": 1}),
        ("tags", ["dr:wave"]),
        ("name", "x" * 300),
        ("parameters", ["a"]),
        ("colour", "blue"),
    ],
)
def test_entry_is_named_as_broken_when_a_field_is_wrong(field: str, value: JsonValue) -> None:
    assert remark_of(changed(**{field: value})).startswith(f"line 1, column 1 ({field}")


@pytest.mark.parametrize(
    "parameters", [{"weight": 0.5}, {"": "a"}, {"big": 10**40}, {"deep": [[[[[[[[[[1]]]]]]]]]]}, {"long": "x" * 2000}]
)
def test_entry_is_named_as_broken_when_its_parameters_could_not_be_kept_or_sent(parameters: dict[str, Any]) -> None:
    assert "(parameters): value error, they are at most 1024 bytes of JSON" in remark_of(changed(parameters=parameters))


@pytest.mark.parametrize("entry", [None, "no YAML: line 3", [ENTRY], 5, {}])
def test_entry_is_named_as_broken_when_it_is_no_entry_at_all(entry: JsonValue) -> None:
    assert remark_of(entry)


def test_faults_are_all_named_when_an_entry_has_several() -> None:
    assert remark_of(changed(account="x", region="")).count(";") == 1


def test_good_entries_are_read_when_others_are_broken() -> None:
    findings, remarks = read_declared([("a entry 1", None), ("a entry 2", ENTRY), ("b entry 1", {})])

    assert [found.resource_id for found in findings] == [ID]
    assert [remark.subject for remark in remarks] == ["inventory a entry 1", "inventory b entry 1"]
