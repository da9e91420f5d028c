"""The contract that others read: generated schemas, samples of every version, and models that understand them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel, ValidationError

from generate.schemas import SCHEMAS, major, models, path_of, schema_of, stale
from groundswell.domain.events import facts
from groundswell.domain.events.commands import DOOR_SOURCE, Command
from groundswell.domain.events.envelope import HUB_SOURCE, TECHNOLOGY_SOURCE, EventData, Metadata
from groundswell.domain.events.facts import FACT_TYPES
from groundswell.domain.events.work import Outcome
from groundswell.domain.request import DRRequested, InvalidRequest, read_request

SAMPLES = sorted(SCHEMAS.glob("*/sample-*.json"))
MODEL_OF = {model.detail_type: model for model in models()}
READ = [path for path in SAMPLES if path.parent.name != "DRRequested"]
REQUESTS = [path for path in SAMPLES if path.parent.name == "DRRequested"]
every_sample = pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
every_fact_and_order = pytest.mark.parametrize("path", READ, ids=lambda path: path.parent.name)
every_model = pytest.mark.parametrize("model", models(), ids=lambda model: model.detail_type)


def loaded(path: Path) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return event


def version_of(path: Path) -> str:
    return path.stem.removeprefix("sample-")


def with_more(value: Any) -> Any:
    """The same with a member that nobody knows in every object."""
    if isinstance(value, dict):
        return {**{name: with_more(member) for name, member in value.items()}, "added_later": {"a": 1}}
    return [with_more(member) for member in value] if isinstance(value, list) else value


def is_open_map(model: type[BaseModel], name: str) -> bool:
    """Whether a field is a map of any names, in which a new member is a value and not a field."""
    return str(model.model_fields[name].annotation).startswith("dict[")


def test_schemas_are_those_of_the_models() -> None:
    assert [str(path) for path, _ in stale()] == []


def test_schema_goes_out_of_date_when_a_model_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DRRequested, "__doc__", "Something else.")

    assert [path for path, _ in stale()] == [path_of(DRRequested)]


def test_every_folder_is_of_an_event_that_there_is() -> None:
    assert {path.name for path in SCHEMAS.iterdir()} == set(MODEL_OF)


@every_model
def test_event_has_a_sample_of_its_present_version(model: type[EventData]) -> None:
    assert (SCHEMAS / model.detail_type / f"sample-{model.schema_version}.json").exists()


@every_sample
def test_sample_is_a_whole_event_of_its_type(path: Path) -> None:
    event = loaded(path)

    assert event.keys() == {
        "version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail",
    }  # fmt: skip
    assert event["detail-type"] == path.parent.name


@every_fact_and_order
def test_sample_says_the_version_that_its_file_is_named_after(path: Path) -> None:
    assert loaded(path)["detail"]["metadata"]["schema_version"] == version_of(path)


@every_fact_and_order
def test_sample_comes_from_whom_it_may_come(path: Path) -> None:
    event = loaded(path)
    model = MODEL_OF[path.parent.name]

    technology = f"{TECHNOLOGY_SOURCE}{event['detail']['data'].get('technology')}"
    door_or_hub = DOOR_SOURCE if issubclass(model, Command) else HUB_SOURCE
    assert event["source"] == (technology if issubclass(model, Outcome) else door_or_hub)


@every_fact_and_order
def test_sample_is_understood_when_it_is_of_the_major_version_that_we_read(path: Path) -> None:
    model = MODEL_OF[path.parent.name]
    if version_of(path).partition(".")[0] != major(model):
        return
    detail = loaded(path)["detail"]

    metadata, data = Metadata.model_validate(detail["metadata"]), model.model_validate(detail["data"])

    assert metadata.model_dump(mode="json", exclude_none=True).keys() == detail["metadata"].keys()
    assert detail["data"].keys() <= data.model_dump(mode="json").keys()


@every_fact_and_order
def test_sample_means_the_same_when_a_later_version_adds_fields(path: Path) -> None:
    model = MODEL_OF[path.parent.name]
    detail = loaded(path)["detail"]
    data = {name: value if is_open_map(model, name) else with_more(value) for name, value in detail["data"].items()} | {
        "added_later": 1
    }
    if "waves" in data and isinstance(data["waves"], list):
        data["waves"] = [{**wave, "added_later": 1} for wave in detail["data"]["waves"]]
    if "resources" in data and isinstance(data["resources"], list):
        data["resources"] = [{**one, "added_later": 1} for one in detail["data"]["resources"]]

    assert model.model_validate(data) == model.model_validate(detail["data"])
    assert Metadata.model_validate(with_more(detail["metadata"])) == Metadata.model_validate(detail["metadata"])


@pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.stem)
def test_request_sample_is_understood(path: Path) -> None:
    assert isinstance(read_request(loaded(path)["detail"]), DRRequested)


@pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("typo", ["dryrun", "dry_runn", "dry run"])
def test_request_is_refused_when_it_has_a_field_that_nobody_knows(path: Path, typo: str) -> None:
    detail = {**loaded(path)["detail"], typo: True}

    assert isinstance(read_request(detail), InvalidRequest)
    with pytest.raises(ValidationError, match="extra_forbidden"):
        DRRequested.model_validate(detail, strict=False)


def test_request_schema_forbids_what_nobody_knows_also_in_an_envelope() -> None:
    schema = schema_of(DRRequested)

    bare, enveloped = schema["properties"]["detail"]["anyOf"]
    assert schema["$defs"][bare["$ref"].rpartition("/")[2]]["additionalProperties"] is False
    assert enveloped["additionalProperties"] is False


@every_sample
def test_sample_fits_the_schema_of_its_major_version(path: Path) -> None:
    schema = loaded(path.parent / f"v{version_of(path).partition('.')[0]}.json")

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(loaded(path))


def test_every_fact_and_nothing_else_is_among_the_types_that_the_ledger_publishes() -> None:
    told = {model.detail_type for model in models() if model.__module__ == facts.__name__}

    assert told == FACT_TYPES
