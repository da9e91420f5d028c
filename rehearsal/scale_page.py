"""Writes the measured parts of docs/scale.md: its table, and the picture beside it, from the figures that are kept."""

import re
from collections.abc import Sequence

from rehearsal import tools
from rehearsal.bench_figures import Figures, read_figures
from rehearsal.scale_plot import draw

FIGURES = tools.ROOT / "docs" / "samples" / "scale.json"
PAGE, PICTURE = tools.ROOT / "docs" / "scale.md", tools.ROOT / "docs" / "scale.svg"
_TABLE = re.compile(r"(<!-- measured: begin -->\n).*?(<!-- measured: end -->\n)", re.DOTALL)
_COLUMNS = (
    "resources", "AWS requests each", "ledger items written each", "events each", "work orders", "outcomes counted",
    "duplicates dropped", "planning", "whole", "critical path", "hand-over p50, max", "memory",
)  # fmt: skip


def scale_files() -> dict[str, str]:
    """The page and the picture as they should be, by path."""
    measured = read_figures(FIGURES)
    page = _TABLE.sub(lambda place: f"{place[1]}\n{table(measured)}\n{place[2]}", PAGE.read_text(encoding="utf-8"))
    return {str(PAGE): page, str(PICTURE): draw(measured)}


def table(measured: Sequence[Figures]) -> str:
    """A row for each size, in Markdown."""
    rows = [_COLUMNS, ("---:",) * len(_COLUMNS), *map(_row, measured)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(figures: Figures) -> tuple[str, ...]:
    return (
        f"{figures.resources:,}",
        *(f"{figures.each(count):.2f}" for count in (figures.aws_requests, figures.ledger_changes, figures.events)),
        f"{figures.work_orders:,}",
        f"{figures.outcomes:,}",
        f"{figures.duplicates:,}",
        f"{figures.planning_seconds:,.1f} s",
        f"{figures.seconds:,.0f} s",
        f"{figures.critical_path_seconds:,.0f} s",
        f"{figures.hand_over_p50:.2f} s, {figures.hand_over_longest:.2f} s",
        f"{figures.most_megabytes / 1000:.1f} GB",
    )
