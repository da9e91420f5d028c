"""What was meant by a name that is nearly one that is known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from difflib import get_close_matches

_LEAST_LETTERS = 5
"""A word shorter than this is no misspelt other one: `a` and `b`, `dev` and `dec` are names of their own."""
_ALIKE = 0.75


def as_read(text: str) -> str:
    """A name as people see it: without case, and without blanks, separators and characters that nobody sees."""
    return "".join(each for each in unicodedata.normalize("NFKC", text).casefold() if each.isalnum())


def looks_like(text: str, known: str) -> bool:
    """Whether two different names look like one."""
    return text != known and bool(as_read(known)) and as_read(text) == as_read(known)


def nearest(text: str, known: Collection[str]) -> str | None:
    """The known name that was meant, if any is near."""
    plain = {as_read(name): name for name in known}
    found = get_close_matches(as_read(text), list(plain), n=1, cutoff=_ALIKE)
    return plain[found[0]] if found else None


def is_misspelt(text: str, known: str) -> bool:
    """Whether a name is another but for one letter of a long word: numbers and short words tell names apart."""
    ours, theirs = _words(text), _words(known)
    different = [pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]]
    return len(ours) == len(theirs) and len(different) == 1 and _one_letter_apart(*different[0])


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold().replace("_", " "))


def _one_letter_apart(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _LEAST_LETTERS or not (one + other).isalpha():
        return False
    start = _common(one, other)
    one, other = one[start:], other[start:]
    end = _common(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    return max(len(one), len(other)) <= 1 or (len(one) == len(other) == 2 and one == other[::-1])


def _common(one: str, other: str) -> int:
    pairs = list(zip(one, other, strict=False))
    return next((place for place, (a, b) in enumerate(pairs) if a != b), len(pairs))
