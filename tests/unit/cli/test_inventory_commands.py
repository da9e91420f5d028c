"""`dr inventory validate`: what a plan would leave out, with file, line and column, before anything is put."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundswell_cli.exits import Exit
from tests.unit.cli.fake_hub import Terminal
from tests.unit.docs.pages import ROOT

GOOD = """\
- resource_id: switchboard/customer-a
  technology: switchboard
  account: "111111111111"
  region: us-west-2
  tags: &tags {dr:enabled: "true", dr:wave: "4", Customer: customer-a, Environment: production}
"""
NEXT = """\
- resource_id: switchboard/customer-b
  technology: switchboard
  account: "111111111111"
  region: us-west-2
  tags: {<<: *tags}
"""


def told(tmp_path: Path, text: str, name: str = "a.yaml") -> tuple[int, list[str]]:
    file = tmp_path / name
    file.write_text(text)
    result = Terminal().type("inventory", "validate", str(file))
    return result.exit_code, [line.replace(str(file), name) for line in result.stderr.splitlines()]


def test_sample_of_the_docs_is_good() -> None:
    result = Terminal().type("inventory", "validate", str(ROOT / "docs/samples/inventory.yaml"))

    assert (result.exit_code, result.stderr) == (Exit.OK, "")
    assert result.stdout == "1 of 1 files are good: 7 entries\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (GOOD + NEXT.replace("- ", "  ", 1), ":6:3: entry 1: resource_id is there twice, first in line 1: keep one"),
        (GOOD.replace("Customer: customer-a", "Reviewed: 2026-02-30"), ":5:60: entry 1 tags.Reviewed: '2026-02-30'"),
        (GOOD.replace('"4"', "4"), ":5:45: entry 1 tags.dr:wave: it is no text: write it in quotes"),
        (GOOD.replace('"4"', '"0"'), ":1:3: entry 1 (switchboard/customer-a): broken tags: dr:wave is '0'"),
        (GOOD.replace("dr:enabled", "dr:Enabled"), ":1:3: entry 1 (switchboard/customer-a): broken tags: 'dr:En"),
        (GOOD.replace("y: switchboard", "y: route53"), ":1:3: entry 1 (switchboard/customer-a): its parameters lack"),
        (GOOD.replace("region:", "regoin:"), ":1:3: entry 1 region: it is missing"),
        (GOOD + NEXT.replace("r-b", "r-a"), ":6:3: entry 2 (switchboard/customer-a): its id is declared at "),
        ("- [", ":2:1: it is not YAML: while parsing a flow node"),
        ("", ": it is empty"),
    ],
)
def test_fault_is_told_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    status, lines = told(tmp_path, text)

    assert status == Exit.REFUSED
    assert lines[0].startswith(f"a.yaml{fault}")
    assert lines[-1].startswith("dr: ")


def test_misspelt_field_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    _, lines = told(tmp_path, GOOD.replace("region:", "regoin:"))

    assert "a.yaml:4:11: entry 1 regoin: unknown field: did you mean region?" in lines


def test_tag_that_is_not_read_is_warned_of(tmp_path: Path) -> None:
    status, lines = told(tmp_path, GOOD.replace("Customer: c", "dr:Impact: optional, Customer: c"))

    assert status == Exit.OK
    (warning,) = lines
    assert warning.startswith("a.yaml:1:3: entry 1 (switchboard/customer-a) has the tag 'dr:Impact', which is not read")


def test_file_that_is_not_read_under_its_name_is_a_fault(tmp_path: Path) -> None:
    status, lines = told(tmp_path, GOOD, "x.yml.bak")

    assert (status, lines[0]) == (
        Exit.REFUSED,
        "x.yml.bak: it is not read under this name: let it end in .yaml, .yml or .json",
    )


def test_entries_that_are_switched_off_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "a.YAML"
    file.write_text(GOOD.replace('"true"', '"false"') + NEXT)

    assert Terminal().type("inventory", "validate", str(file)).stdout == (
        "1 of 1 files are good: 2 entries, 2 of them not to be recovered (dr:enabled is false)\n"
    )


def test_file_that_is_not_there_is_told() -> None:
    result = Terminal().type("inventory", "validate", "/no/such/file.yaml")

    assert result.exit_code == Exit.REFUSED
    assert result.stderr.startswith("dr: cannot read /no/such/file.yaml")


def test_sample_of_the_map_of_customers_is_good() -> None:
    result = Terminal().type("inventory", "validate", str(ROOT / "docs/samples/customers.yaml"))

    assert (result.exit_code, result.stderr) == (Exit.OK, "")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("customers:\n  customer-a: 5\n", "its accounts are no list; give a list of account ids"),
        ("- a\n", "is not one map, customers: {customer: [accounts]}"),
        ("customer: {}\n", "is not one map, customers: {customer: [accounts]}"),
    ],
)
def test_map_of_customers_that_would_keep_requests_back_is_a_fault(tmp_path: Path, text: str, fault: str) -> None:
    status, lines = told(tmp_path, text, name="customers.yaml")

    assert status == Exit.REFUSED
    assert fault in lines[0]


def test_two_maps_of_customers_are_a_fault(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text("customers: {}\n")

    result = Terminal().type(
        "inventory", "validate", str(tmp_path / "more.yaml"), str(ROOT / "docs/samples/customers.yaml")
    )

    assert result.exit_code == Exit.REFUSED
    assert "are more than one map: keep one document" in result.stderr.replace("\n", " ")
