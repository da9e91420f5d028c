"""Keys that a JSON text says twice. Readers keep the last and say nothing: `dry_run` may not be decided so."""

from __future__ import annotations

import json
from collections import Counter

_MOST = 10
_SHOWN = 80


class UnreadableJsonError(ValueError):
    """A text in which keys cannot even be looked for."""


def doubled_keys(text: str) -> tuple[str, ...]:
    """The names that some object in a JSON text has twice or more, the first ten.

    Raises:
        UnreadableJsonError: it is no JSON, or nested too deep to be looked through.
    """
    found: dict[str, None] = {}

    def look(pairs: list[tuple[str, object]]) -> None:
        counts = Counter(name for name, _ in pairs)
        found.update({name: None for name, count in counts.items() if count > 1})

    try:
        # Values are of no interest, and may not stop the look.
        json.loads(text, object_pairs_hook=look, parse_int=str, parse_float=str, parse_constant=str, strict=False)
    except (ValueError, RecursionError) as error:
        raise UnreadableJsonError(str(error)) from error
    return tuple(name[:_SHOWN] for name in list(found)[:_MOST])


def doubled_in_words(names: tuple[str, ...]) -> list[str]:
    """A fault for each name that is said twice."""
    return [f"{name} is there twice: say it once, for nobody can tell which one is meant" for name in names]
