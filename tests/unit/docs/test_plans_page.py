"""The page on named plans shows a plan that is good, the waves that it comes to, and every field."""

from __future__ import annotations

import re
from pathlib import Path

from groundswell.domain.named_plan import NamedPlan, WavePlan
from groundswell_cli.plan_file import parse_plan
from tests.unit.cli.fake_hub import Terminal

PAGE = (Path(__file__).parents[3] / "docs" / "plans.md").read_text(encoding="utf-8")


def shown(name: str) -> str:
    found = re.search(rf"<!-- {name}: begin -->\n\n```\w+\n(.+?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def fields_of_table(first: str) -> set[str]:
    table = PAGE.split(f"| `{first}` |", 1)[1].split("\n\n")[0]
    columns = (line.split("|")[1] for line in f"| `{first}` |{table}".splitlines())
    return {name for column in columns for name in re.findall(r"`(\w+)`", column)}


def test_plan_on_the_page_is_good() -> None:
    assert parse_plan(shown("plan").encode(), "docs/plans.md").plan == "erp"


def test_waves_on_the_page_are_those_of_its_plan(tmp_path: Path) -> None:
    file = tmp_path / "erp.yaml"
    file.write_text(shown("plan"))

    told = Terminal().type("plans", "validate", str(file)).stdout.splitlines()[1:]

    assert [line.split() for line in shown("waves").splitlines()] == [line.split() for line in told]


def test_every_field_is_on_the_page() -> None:
    assert fields_of_table("plan") == NamedPlan.model_fields.keys()
    assert fields_of_table("name") == WavePlan.model_fields.keys()
