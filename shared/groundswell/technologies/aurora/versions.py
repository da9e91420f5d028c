"""Whether RDS moves the writer between two engine versions.

Aurora User Guide, "Upgrading an Amazon Aurora global database": both clusters must have the same major, minor and patch
level; for some minor versions the patch levels may differ.
"""

from __future__ import annotations

from enum import StrEnum

_MYSQL = "mysql_aurora."


class Difference(StrEnum):
    """What of two versions differs."""

    NOTHING = "nothing"
    PATCH = "patch"
    """RDS may refuse the move, or not: it depends on the minor version."""
    VERSION = "version"
    """RDS refuses the move."""


def difference(one: str, other: str) -> Difference:
    """Between two engine versions as RDS spells them: 16.6, or 8.0.mysql_aurora.3.08.0."""
    parts, others = _parts(one), _parts(other)
    if parts == others:
        return Difference.NOTHING
    return Difference.PATCH if parts[:2] == others[:2] else Difference.VERSION


def _parts(version: str) -> list[str]:
    """Major, minor, patch; of MySQL's spelling the part that is Aurora's."""
    return version.partition(_MYSQL)[2].split(".") if _MYSQL in version else version.split(".")
