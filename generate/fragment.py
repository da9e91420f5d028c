"""Pieces of YAML with places to fill: `@{name}`, because `${name}` is CloudFormation's."""

from __future__ import annotations

from pathlib import Path
from string import Template
from textwrap import indent

_FRAGMENTS = Path(__file__).parent / "fragments"


class _Fragment(Template):
    delimiter = "@"


def fill(fragment: str, **values: str) -> str:
    """The fragment with its places filled; a value of several lines takes the indentation of its place.

    A line that has nothing but a place goes where its value is empty.

    Raises:
        KeyError: the fragment has a place that no value is given for.
    """
    text = (_FRAGMENTS / f"{fragment}.yaml").read_text(encoding="utf-8")
    return "".join(_filled(line, values) for line in text.splitlines(keepends=True))


def _filled(line: str, values: dict[str, str]) -> str:
    margin = line[: len(line) - len(line.lstrip())]
    name = line.strip().removeprefix("@{").removesuffix("}")
    if line.strip() == f"@{{{name}}}" and ("\n" in values[name] or not values[name]):
        return indent(values[name].rstrip("\n") + "\n", margin) if values[name] else ""
    return _Fragment(line).substitute(values)
