"""What a check of a web address declares: where to ask, and which answer passes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, JsonValue

from groundswell.technologies.declared import Declared, read

LONGEST_LIMIT = 14_400
"""Seconds that a check may be given: the latest default deadline of a wave."""


def _askable(url: str) -> str:
    """The address, if it can be asked as it is written."""
    if not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("write it in plain ASCII, the name in punycode and other signs as %XX")
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("give an https:// address with a name")
    if parts.username is not None or parts.password is not None:
        raise ValueError("it must not hold a user or password: everybody who sees a plan sees them")
    if parts.port == 0:
        raise ValueError("there is no port 0")
    return url


class Expected(Declared):
    """The parameters of a check."""

    url: Annotated[str, Field(max_length=1024), AfterValidator(_askable)]
    status: int | None = Field(default=None, ge=200, le=599)
    contains: str | None = Field(default=None, min_length=1, max_length=1024)
    limit_seconds: int = Field(default=300, ge=1, le=LONGEST_LIMIT)

    @property
    def limit(self) -> timedelta:
        """How long it may take until it passes."""
        return timedelta(seconds=self.limit_seconds)

    def falls_short(self, status: int, body: bytes) -> str:
        """In what an answer is not what is expected; empty where it passes."""
        wanted = "200 to 299" if self.status is None else str(self.status)
        if not (200 <= status <= 299 if self.status is None else status == self.status):
            return f"answered {status}; expected is {wanted}"
        if self.contains is not None and self.contains.encode() not in body:
            return f"answered {status} without the text {self.contains!r} in its first 64 KB"
        return ""


def flaws(parameters: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """All that is wrong with the parameters of a check."""
    found = read(Expected, parameters)
    return found if isinstance(found, tuple) else ()
