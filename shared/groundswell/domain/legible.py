"""Text of others, made fit to be read on one line: what moves cursors, hides or reorders letters becomes visible.

Reasons, names, ids, tags and errors come from anybody who may ask, tag or answer. Unchanged, they could repaint the
screen of whoever decides, or pass for a line of ours.
"""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import JsonValue

_REPLACED = "\N{REPLACEMENT CHARACTER}"
_CONTROL_PICTURES = 0x2400
_DELETE = 0x7F
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs, by their category, that are drawn as nothing."""
_HIDDEN = (0x034F, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
"""Marks that change a letter, or nothing, without being seen."""
_MARKS_OF_A_LETTER = 4
"""More than that, one upon another, cover the lines above and below."""


def legible(text: str) -> str:
    """The text with a visible sign for each character that is none itself; as long as it was."""
    if text.isascii() and text.isprintable():
        return text
    shown, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        shown.append(_sign_of(character) if marks <= _MARKS_OF_A_LETTER else _REPLACED)
    return "".join(shown)


def _sign_of(character: str) -> str:
    code = ord(character)
    if code < ord(" "):
        return chr(_CONTROL_PICTURES + code)
    if code == _DELETE:
        return "\N{SYMBOL FOR DELETE}"
    if unicodedata.category(character) == "Zs":
        return " "
    if not character.isprintable() or character in _BLANKS or code in _HIDDEN:
        return _REPLACED
    return character


def legible_json(text: str) -> str:
    """A JSON text of ours, compact, with every text in it made legible."""
    return json.dumps(all_legible(json.loads(text)), separators=(",", ":"), sort_keys=True)


def all_legible(value: JsonValue) -> JsonValue:
    """The value with every text in it made legible; names of fields, which are ours, are left alone."""
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, list):
        return [all_legible(each) for each in value]
    if isinstance(value, dict):
        return {name: all_legible(each) for name, each in value.items()}
    return value
