"""The pages that people read, taken apart: links, anchors, commands, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent.parent

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[(?:[^\]`]|`[^`]*`)*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path

    @cached_property
    def text(self) -> str:
        """All of it."""
        return self.path.read_text(encoding="utf-8")

    @property
    def name(self) -> str:
        """Its path in the repository."""
        return str(self.path.relative_to(ROOT))

    @cached_property
    def prose(self) -> str:
        """What stands outside code blocks."""
        return _FENCE.sub("", self.text)

    @property
    def links(self) -> list[str]:
        """The targets of its links to other places of the repository."""
        return [link for link in _LINK.findall(self.prose) if not re.match(r"[a-z]+:", link)]

    @property
    def anchors(self) -> set[str]:
        """What a link can point to, as GitHub makes it of headings."""
        return {_anchor(title) for title in re.findall(r"^#+ (.+)$", self.prose, re.MULTILINE)}

    def blocks(self, *languages: str) -> list[str]:
        """The code blocks in these languages."""
        return [code for language, code in _FENCE.findall(self.text) if language in languages]

    @property
    def inline_code(self) -> list[str]:
        """What is set as code within a line."""
        return re.findall(r"`([^`\n]+)`", self.prose)

    def section(self, title: str) -> str:
        """The text under a heading, up to the next of the same or a higher level."""
        found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^#{{1,2}} |\Z)", self.text, re.MULTILINE | re.DOTALL)
        assert found is not None, f"{self.name} has no heading {title}"
        return found[2]


def _anchor(title: str) -> str:
    """Lower case, without punctuation, dashes for spaces."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def pages() -> list[Page]:
    """All pages, the README first."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "rehearsal/scenarios/README.md"]
    return [Page(path) for path in found]


def page(name: str) -> Page:
    """The page at a path of the repository."""
    return Page(ROOT / name)


def rows(text: str, header: str) -> Iterator[list[str]]:
    """The cells of each row of the tables whose header begins so."""
    for table in re.findall(rf"^\| {re.escape(header)} \|.*\n\|[-| ]+\|\n((?:\|.*\n)+)", text, re.MULTILINE):
        for line in table.splitlines():
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def names_in(cell: str) -> list[str]:
    """What a cell sets as code."""
    return re.findall(r"`([^`]+)`", cell)
