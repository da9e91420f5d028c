"""The names of the tags that are read; docs/tags-and-inventory.md says what each means."""

from __future__ import annotations

ENABLED = "dr:enabled"
OUR_TAGS = frozenset(
    {
        ENABLED,
        "dr:depends-on",
        "dr:health-check-url",
        "dr:impact",
        "dr:instance-class",
        "dr:priority",
        "dr:resource-id",
        "dr:rpo-target",
        "dr:rto-target",
        "dr:wave",
        "Application",
        "Customer",
        "Environment",
    }
)
