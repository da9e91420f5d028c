"""docs/tags-and-inventory.md names each tag that the code reads, and no other; its sample is an inventory."""

from __future__ import annotations

import ast
import re

import pytest

from groundswell.adapters.yaml_reader import read_yaml
from groundswell.domain.customers import read_speakers, split_map
from groundswell.domain.inventory import Declaration, entries_of, read_declarations
from groundswell.domain.protection import Broken, Finding, Protected, judge
from groundswell.domain.tag_names import OUR_TAGS
from groundswell.technologies.registry import BUILT_IN, load
from tests.unit.docs.pages import ROOT, names_in, page, rows

PAGE = page("docs/tags-and-inventory.md")
TOLD = {names_in(row[0])[0]: row for row in rows(PAGE.text, "tag")}
OUR_OWN = {"Customer", "Environment", "Application"}
GOOD = {"dr:enabled": "true", "dr:wave": "1", "Customer": "customer-a", "Environment": "production"}


def tags_in_the_code() -> set[str]:
    """Every `dr:` tag that a text of the deployed code holds."""
    texts = (
        node.value
        for path in (ROOT / "shared/groundswell").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return {tag for text in texts for tag in re.findall(r"\bdr:[a-z]+(?:-[a-z]+)*", text)}


def test_tags_are_those_that_the_code_knows() -> None:
    assert set(TOLD) == tags_in_the_code() | OUR_OWN


def judged(**tags: str) -> Protected | Broken | None:
    given = {name: value for name, value in {**GOOD, **tags}.items() if value}
    return judge(Finding(technology="drs", account="1", region="r", name="n", own_name="n", tags=given))


@pytest.mark.parametrize("tag", TOLD)
def test_tag_breaks_the_resource_when_it_is_missing_and_the_page_says_so(tag: str) -> None:
    others = {"dr:priority": "high"} if tag == "dr:wave" else {"dr:wave": ""} if tag == "dr:priority" else {}

    is_broken = isinstance(judged(**others, **{tag: ""}), Broken)

    assert is_broken is TOLD[tag][2].startswith("**broken**")


@pytest.mark.parametrize(
    "tag", ["dr:enabled", "dr:wave", "dr:impact", "dr:rto-target", "dr:rpo-target", "dr:health-check-url"]
)
def test_tag_breaks_the_resource_when_its_value_is_not_allowed(tag: str) -> None:
    assert isinstance(judged(**{tag: "nonsense"}), Broken)


def test_broken_example_reads_as_the_plan_says_it() -> None:
    broken = judged(**{"dr:wave": "first", "Environment": ""})

    assert isinstance(broken, Broken)
    assert broken.remark.reason in PAGE.text


def test_fields_of_an_entry_are_those_of_the_model() -> None:
    told = {names_in(row[0])[0] for row in rows(PAGE.section("The inventory"), "field")}

    assert told == set(Declaration.model_fields)


def test_sample_inventory_declares_protected_resources_that_lack_no_parameter() -> None:
    entries = list(entries_of("inventory.yaml", read_yaml((ROOT / "docs/samples/inventory.yaml").read_bytes())))

    findings, remarks = read_declarations(entries)

    assert (len(findings), remarks) == (len(entries), [])
    assert all(isinstance(judge(finding), Protected) for finding in findings)
    for finding in findings:
        if finding.technology in BUILT_IN:
            assert load(finding.technology).parameters.keys() <= finding.parameters.keys()


def test_sample_of_customers_is_a_map_that_is_understood() -> None:
    sample = read_yaml((ROOT / "docs/samples/customers.yaml").read_bytes())

    documents, others = split_map(entries_of("customers.yaml", sample))
    said = read_speakers(documents, hub="111111111111")

    assert (others, said.fault, said.misread) == ([], "", {})
    assert not said.may_speak("222222222203", "customer-a")


def test_tags_whose_near_misses_are_named_are_those_of_the_page() -> None:
    assert TOLD.keys() == OUR_TAGS
