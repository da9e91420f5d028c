"""The figures of measured failovers, as they are kept in a file."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter


class Figures(BaseModel):
    """One failover; times are in real seconds, on the machine that it was measured on."""

    model_config = ConfigDict(frozen=True)
    servers: int
    resources: int
    """Servers and DNS names."""
    status: str
    factor: float
    """How much faster than in the field AWS's own work passed."""
    planning_seconds: float
    """From the request to its acceptance: reading the estate, and holding what is in the plan."""
    seconds: float
    critical_path_seconds: float
    hand_over_p50: float
    hand_over_longest: float
    aws_requests: int
    ledger_changes: int
    events: int
    work_orders: int
    outcomes: int
    duplicates: int
    most_processes: int
    most_megabytes: float

    def each(self, count: int) -> float:
        """So many for each resource."""
        return count / max(1, self.resources)


_MANY = TypeAdapter(list[Figures])


def read_figures(file: Path) -> list[Figures]:
    """What was kept, smallest first."""
    return sorted(_MANY.validate_json(file.read_bytes()), key=lambda figures: figures.resources)


def keep_figures(file: Path, measured: Sequence[Figures]) -> None:
    """Keep them, in place of others of the same sizes."""
    sizes = {figures.servers for figures in measured}
    others = [figures for figures in read_figures(file) if figures.servers not in sizes] if file.exists() else []
    kept = sorted([*others, *measured], key=lambda figures: figures.resources)
    file.write_bytes(_MANY.dump_json(kept, indent=2) + b"\n")
