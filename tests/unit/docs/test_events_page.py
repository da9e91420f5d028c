"""docs/events.md tells of each event that there is, with its fields and who reacts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from generate.schemas import models
from groundswell.domain.events.envelope import EventData, Metadata
from groundswell.domain.request import DRRequested
from tests.template.patterns import matches
from tests.template.stack import Stack
from tests.unit.docs.pages import ROOT, names_in, page, rows

PAGE = page("docs/events.md")
MODELS = {model.detail_type: model for model in models()}
TOLD = {names_in(row[0])[0]: row for row in rows(PAGE.text, "event")}
every_told = pytest.mark.parametrize("name", TOLD)


def test_every_event_is_told_of_and_no_other() -> None:
    assert {*TOLD, "DRRequested"} == set(MODELS)
    assert "### DRRequested" in PAGE.text


@every_told
def test_fields_are_those_of_the_model(name: str) -> None:
    assert set(names_in(TOLD[name][2])) == fields(MODELS[name])


def fields(model: type[EventData]) -> set[str]:
    return set(model.model_fields)


def test_fields_of_a_request_are_those_of_the_model() -> None:
    told = {name for row in rows(PAGE.section("DRRequested"), "field") for name in names_in(row[0])}

    assert told == fields(DRRequested)


def test_fields_of_the_envelope_are_those_of_the_model() -> None:
    told = {names_in(row[0])[0] for row in rows(PAGE.text, "field of `metadata`")}

    assert told == set(Metadata.model_fields)


@every_told
def test_who_reacts_is_whom_a_rule_leads_to(name: str) -> None:
    stack = Stack("template.yaml", "groundswell")
    sample = json.loads(Path(ROOT / f"events/schemas/{name}/sample-1.0.json").read_text(encoding="utf-8"))
    rules = {key: rule for key, rule in stack.of_type("AWS::Events::Rule").items() if rule.get("EventPattern")}

    led_to = {reaction_of(key) for key, rule in rules.items() if matches(rule["EventPattern"], sample)}

    assert {reaction for reaction in reactions() if f"`{reaction}`" in TOLD[name][3]} == led_to - {"notice"}
    assert ("notice" in TOLD[name][3]) is ("notice" in led_to)


def reactions() -> set[str]:
    return {path.name for path in (ROOT / "functions").iterdir() if (path / "handler.py").exists()}


def reaction_of(rule: str) -> str:
    """The function that the rule is named after; `recover` whatever its technology."""
    if rule.endswith("Notice"):
        return "notice"
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", rule.removesuffix("Rule")).lower()
    return "recover" if name.startswith("recover_") else name


def test_sample_of_the_envelope_is_the_committed_one() -> None:
    shown = json.loads(PAGE.blocks("json")[0])
    sample = json.loads(Path(ROOT / "events/schemas/WaveStarted/sample-1.0.json").read_text(encoding="utf-8"))

    assert shown == {key: sample[key] for key in shown}
