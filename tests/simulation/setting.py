"""What a world is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.estate.scenario.model import Scenario
from tests.simulation.trouble import CALM, Chances

MINUTE = 60.0
HOUR = 3600.0


@dataclass(frozen=True)
class Setting:
    """What a world is made of."""

    scenario: Scenario
    chances: Chances = CALM
    seed: int = 1
    trouble_lasts: float = HOUR / 2
    """Seconds."""
    mainframes: tuple[Mapping[str, Any], ...] = ()
    """Entries of the inventory, of a technology that is not ours."""
    meddling: float = 0.0
    """How likely somebody is, in each minute of trouble, to decide something just so; 0: people only see to waves."""
    people: bool = False
    """Whether somebody sees to what waits for a person."""
    hold_chunk: int = 49
    """Resources that one transaction of the planner holds."""
    armed: bool = True
    watched: bool = True
    """Whether every step is judged: a large world would take long."""
