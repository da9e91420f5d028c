"""What a caller asked: the parameters of one call, read by name and by type."""

import datetime as dt
from collections.abc import Mapping
from typing import cast


class Ask:
    """Typed reading of a parameter mapping. A value of the wrong type counts as absent."""

    __slots__ = ("params",)

    def __init__(self, params: Mapping[str, object]) -> None:
        self.params = params

    def __contains__(self, name: str) -> bool:
        return self.params.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """A string."""
        value = self.params.get(name)
        return value if isinstance(value, str) else default

    def texts(self, name: str) -> list[str]:
        """A list of strings."""
        value = self.params.get(name)
        return [str(item) for item in value] if isinstance(value, list | tuple) else []

    def number(self, name: str) -> int | None:
        """A whole number; some services spell it as a string."""
        value = self.params.get(name)
        if isinstance(value, bool):
            return None
        if isinstance(value, str):
            return int(value) if value.isdigit() else None
        return int(value) if isinstance(value, int | float) else None

    def decimal(self, name: str) -> float | None:
        """A number that may have a fraction."""
        value = self.params.get(name)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def flag(self, name: str) -> bool:
        """A boolean; absent is false."""
        return self.params.get(name) is True

    def node(self, name: str) -> "Ask":
        """A structure; absent is empty."""
        value = self.params.get(name)
        return Ask(cast(Mapping[str, object], value)) if isinstance(value, Mapping) else Ask({})

    def nodes(self, name: str) -> "list[Ask]":
        """A list of structures."""
        value = self.params.get(name)
        if not isinstance(value, list | tuple):
            return []
        return [Ask(cast(Mapping[str, object], item)) for item in value if isinstance(item, Mapping)]

    def moment(self, name: str) -> float | None:
        """A timestamp, in seconds since the epoch, from a datetime or its ISO 8601 spelling."""
        value = self.params.get(name)
        if isinstance(value, str):
            value = _parse_iso(value)
        if not isinstance(value, dt.datetime):
            return None
        return (value if value.tzinfo else value.replace(tzinfo=dt.UTC)).timestamp()


def parse_moment(text: str) -> float:
    """A moment as services spell it in filters, in seconds since the epoch; ValueError where it is none."""
    found = _parse_iso(text)
    if found is None:
        raise ValueError(text)
    return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).timestamp()


def _parse_iso(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
