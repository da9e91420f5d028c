"""What the pages point to is there: other pages, files, targets of make, commands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from groundswell.domain.request import DRRequested, read_request
from groundswell.entry.messages import ANSWER
from groundswell_cli.app import app
from tests.unit.docs.pages import ROOT, Page, page, pages
from tests.unit.docs.shell import aws_commands

every_page = pytest.mark.parametrize("page", pages(), ids=lambda each: each.name)
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
COMMANDS = {
    command.name or (command.callback.__name__ if command.callback else "") for command in app.registered_commands
} | {str(group.name) for group in app.registered_groups}
TOP = {entry.name for entry in ROOT.iterdir() if not entry.name.startswith(".")}


@every_page
def test_links_lead_to_what_is_there(page: Page) -> None:
    missing = [link for link in page.links if not leads_somewhere(page, link)]

    assert missing == []


def leads_somewhere(page: Page, link: str) -> bool:
    name, _, fragment = link.partition("#")
    target = (page.path.parent / name).resolve() if name else page.path
    if not target.exists():
        return False
    return not fragment or fragment in Page(target).anchors


def test_every_page_is_found_from_the_readme() -> None:
    seen, left = set[Path](), [ROOT / "README.md"]
    while left:
        found = left.pop()
        if found not in seen and found.exists():
            seen.add(found)
            left += [target for link in Page(found).links for target in pages_at(found, link)]

    assert {each.path for each in pages()} - seen == set()


def pages_at(origin: Path, link: str) -> list[Path]:
    """The page that a link leads to, or all pages of the directory."""
    target = (origin.parent / link.partition("#")[0]).resolve()
    if target.is_dir():
        return sorted(target.glob("*.md"))
    return [target] if target.suffix == ".md" else []


@every_page
def test_make_is_given_targets_that_there_are(page: Page) -> None:
    code = [*page.blocks("sh", "bash", ""), *page.inline_code]

    named = {target for line in code for target in re.findall(r"(?:^|\s)make ([a-z]+)", line, re.MULTILINE)}

    assert named <= TARGETS


@every_page
def test_dr_is_given_commands_that_there_are(page: Page) -> None:
    code = [*page.blocks("sh", "bash", ""), *page.inline_code]

    named = {name for line in code for name in re.findall(r"(?:^|\s)dr ([a-z]+)", line, re.MULTILINE)}

    assert named <= COMMANDS


@every_page
def test_files_that_are_named_are_there(page: Page) -> None:
    named = {code.rstrip("/") for code in page.inline_code if is_path(code)}

    assert {name for name in named if not (ROOT / name).exists()} == set()


def is_path(code: str) -> bool:
    """Whether it is spelt like a file or directory of the repository."""
    return code.split("/")[0] in TOP and re.fullmatch(r"[\w.-]+(/[\w.-]*)+", code) is not None


@every_page
def test_files_that_are_shown_are_as_they_are(page: Page) -> None:
    for name, shown in re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", page.text, re.MULTILINE | re.DOTALL):
        assert shown == (ROOT / name).read_text(encoding="utf-8"), f"{page.name} shows another {name}: copy it there"


@every_page
def test_aws_commands_are_spelt_as_the_cli_has_them(page: Page) -> None:
    for block in page.blocks("sh", "bash"):
        for command in aws_commands(block):
            assert set(command.model.input_shape.required_members if command.model.input_shape else ()) <= set(
                command.arguments
            )


@every_page
def test_json_is_json(page: Page) -> None:
    for block in page.blocks("json"):
        json.loads(block)


def entries() -> list[dict[str, str]]:
    """Every event that a page puts on a bus by hand."""
    commands = (command for page in pages() for block in page.blocks("sh", "bash") for command in aws_commands(block))
    return [
        entry for each in commands if each.operation == "put-events" for entry in json.loads(each.options["entries"])
    ]


def test_requests_that_are_put_by_hand_are_understood() -> None:
    requests = [json.loads(entry["Detail"]) for entry in entries() if entry["DetailType"] == "DRRequested"]

    assert len(requests) >= 2
    assert all(isinstance(read_request(request), DRRequested) for request in requests)


def test_outcomes_that_are_put_by_hand_are_understood() -> None:
    (entry,) = (entry for entry in entries() if entry["DetailType"].startswith("Resource"))
    body = {"id": "1", "account": "1", "time": "2026-01-01T00:00:00Z", "source": entry["Source"]}
    body |= {"detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])}

    answer = ANSWER.validate_python(body)

    assert answer.source == f"groundswell.technology.{answer.detail.data.technology}"


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/adr").glob("*.md"))]

    assert numbers == list(range(1, len(numbers) + 1))
    for number in numbers:
        (path,) = (ROOT / "docs/adr").glob(f"{number:04d}-*.md")
        assert page(str(path.relative_to(ROOT))).text.startswith(f"# {number}. ")
