"""The functions of the hub, by what feeds them. Those of the technologies come from the registry."""

from __future__ import annotations

import re

FED_BY_QUEUES = (
    "plan-execution",
    "advance-execution",
    "control-execution",
    "fan-out-wave",
    "record-outcome",
    "wake-work",
    "sweep",
)
"""Reactions that read a queue of their own."""
FED_OTHERWISE = ("door", "keep-plan", "preview-plan", "relay-events")
"""Functions that a person or the ledger's stream invokes."""


def recovery_of(technology: str) -> str:
    """The name of the function that recovers a technology."""
    return f"recover-{technology}"


def logical_id(name: str) -> str:
    """A name as CloudFormation's logical ids have it: `fan-out-wave` becomes `FanOutWave`."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))
