"""The marked places of a file: what stands between the markers is generated, all else is written by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from textwrap import indent

_PLACE = re.compile(
    r"^(?P<margin> *)# --- generated: (?P<name>[^\n]+) ---\n(?P<body>.*?)^(?P=margin)# --- end of generated ---\n",
    re.MULTILINE | re.DOTALL,
)


class PlacesError(Exception):
    """The marked places of a file are not those that are generated."""


def written_anew(text: str, parts: Mapping[str, str]) -> str:
    """The text with each marked place holding its part, indented as its marker is.

    Raises:
        PlacesError: a place has no part, or a part no place.
    """
    places = [place["name"] for place in _PLACE.finditer(text)]
    if sorted(places) != sorted(parts):
        raise PlacesError(
            f"marked places are {sorted(places)}, generated parts are {sorted(parts)}: add the missing marker "
            '("# --- generated: <name> ---" up to "# --- end of generated ---") or remove the part from the generator'
        )
    return _PLACE.sub(lambda place: _with_body(place, parts[place["name"]]), text)


def _with_body(place: re.Match[str], part: str) -> str:
    margin = place["margin"]
    body = indent(part.rstrip("\n") + "\n", margin, lambda line: bool(line.strip())) if part.strip() else ""
    return f"{margin}# --- generated: {place['name']} ---\n{body}{margin}# --- end of generated ---\n"
