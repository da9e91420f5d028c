"""Pages of a sorted list. A token names the first item of the next page, so a list may change between two pages."""

import base64
import binascii
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


class BadTokenError(Exception):
    """A token that this estate did not give out; each service has its own error for it."""


def page_of(
    items: Sequence[Item], key: Callable[[Item], str], *, token: str, size: int
) -> tuple[Sequence[Item], str | None]:
    """At most `size` of `items` (sorted by `key`) from the one that `token` names, and the token of the next page."""
    start = bisect_left(items, _decode(token), key=key) if token else 0
    chosen = items[start : start + size]
    follows = start + size < len(items)
    return chosen, _encode(key(items[start + size])) if follows else None


def _encode(key: str) -> str:
    return base64.urlsafe_b64encode(b"from:" + key.encode()).decode()


def _decode(token: str) -> str:
    try:
        text = base64.urlsafe_b64decode(token.encode()).decode()
    except (binascii.Error, ValueError) as error:
        raise BadTokenError(token) from error
    if not text.startswith("from:"):
        raise BadTokenError(token)
    return text.removeprefix("from:")
