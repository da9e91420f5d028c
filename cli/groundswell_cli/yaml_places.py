"""YAML that people write: read strictly, with the line of everything in it, for faults that say where they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

Place = tuple[int | str, ...]
"""Names of keys and numbers of list entries, from the outside in."""


@dataclass(frozen=True)
class Written:
    """A text that is YAML."""

    data: object
    root: yaml.Node | None

    def where(self, place: Place) -> str:
        """A place in words, e.g. `line 12, waves[1].name`; the nearest thing around it where it is not in the text."""
        node, path = self.root, ""
        for step in place:
            below = _child(node, step)
            if below is None and isinstance(node, yaml.ScalarNode):
                break
            node = below or node
            path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
        line = f"line {node.start_mark.line + 1}" if node is not None else "the file"
        return f"{line}, {path}" if path else line

    def doubled(self) -> Iterator[str]:
        """A fault for each key that a mapping has twice: YAML would quietly keep the last."""
        yield from _doubled(self.root)


def read_yaml(text: str) -> Written:
    """The text as data.

    Raises:
        yaml.YAMLError: it is no YAML; the message has the line.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    return Written(yaml.safe_load(text), root)


def _child(node: yaml.Node | None, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: yaml.Node = node.value[step]
        return found
    return None


def _doubled(node: yaml.Node | None) -> Iterator[str]:
    if isinstance(node, yaml.MappingNode):
        seen = set[str]()
        for key, value in node.value:
            if key.value in seen:
                yield f"line {key.start_mark.line + 1}: {key.value} is there twice; keep one"
            seen.add(str(key.value))
            yield from _doubled(value)
    elif isinstance(node, yaml.SequenceNode):
        for entry in node.value:
            yield from _doubled(entry)
