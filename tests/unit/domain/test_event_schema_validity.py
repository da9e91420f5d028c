"""The schemas, used as others use them: by a validator of JSON Schema, which the SAM CLI's environment has."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from generate.schemas import ROOT, SCHEMAS

PYTHON = ROOT / ".tools" / "sam" / "bin" / "python"
VALIDATE = """
import json, sys
from jsonschema import Draft202012Validator
for schema, event in json.load(sys.stdin):
    Draft202012Validator.check_schema(schema)
    print(json.dumps([error.message[:200] for error in Draft202012Validator(schema).iter_errors(event)]))
"""
SAMPLES = sorted(SCHEMAS.glob("*/sample-*.json"))

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="the SAM CLI is not installed: make tools")

Event = Mapping[str, Any]


def loaded(path: Path) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return event


def schema_of(sample: Path) -> dict[str, Any]:
    major = sample.stem.removeprefix("sample-").partition(".")[0]
    return loaded(sample.parent / f"v{major}.json")


def errors(pairs: Sequence[tuple[Event, Event]]) -> list[list[str]]:
    """What a validator says of each event by its schema."""
    ran = subprocess.run([PYTHON, "-c", VALIDATE], input=json.dumps(pairs), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def sample(detail_type: str) -> Path:
    return SCHEMAS / detail_type / "sample-1.0.json"


def changed(path: Path, **data: Any) -> dict[str, Any]:
    """The sample with changes in its data; `...` takes a field away."""
    event = loaded(path)
    detail = event["detail"]
    body = {**detail.get("data", detail), **data}
    kept = {name: value for name, value in body.items() if value is not ...}
    return {**event, "detail": {**detail, "data": kept} if "data" in detail else kept}


def test_every_sample_fits_its_schema() -> None:
    found = errors([(schema_of(path), loaded(path)) for path in SAMPLES])

    assert dict(zip(map(str, SAMPLES), found, strict=True)) == {str(path): [] for path in SAMPLES}


def test_request_fits_also_in_an_envelope() -> None:
    path = sample("DRRequested")
    event = loaded(path)

    enveloped = {**event, "detail": {"metadata": {}, "data": event["detail"]}}

    assert errors([(schema_of(path), enveloped)]) == [[]]


@pytest.mark.parametrize(
    ("detail_type", "data"),
    [
        ("DRRequested", {"dryrun": True}),
        ("DRRequested", {"dry_run": "true"}),
        ("DRRequested", {"operation": "explode"}),
        ("ResourceFailed", {"advice": ...}),
        ("ResourceRecovered", {"token": ...}),
        ("RecoveryRequested", {"phases": ["EXPLODE"]}),
        ("WaveCompleted", {"counts": {}}),
    ],
    ids=str,
)
def test_event_does_not_fit_when_it_is_wrong(detail_type: str, data: dict[str, Any]) -> None:
    path = sample(detail_type)

    (found,) = errors([(schema_of(path), changed(path, **data))])

    assert found


@pytest.mark.parametrize("source", ["groundswell", "somebody", "groundswell.technology."])
def test_outcome_does_not_fit_when_it_comes_from_no_technology(source: str) -> None:
    path = sample("ResourceRecovered")

    (found,) = errors([(schema_of(path), {**loaded(path), "source": source})])

    assert found


def test_fact_fits_when_a_later_version_adds_a_field() -> None:
    path = sample("WaveCompleted")

    assert errors([(schema_of(path), changed(path, added_later={"a": 1}))]) == [[]]
