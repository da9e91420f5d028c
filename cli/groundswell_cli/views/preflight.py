"""The checks before the start: what failed or could not be made, each with what to do; of the rest only how many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from groundswell.domain.preflight import PreflightCheck, Verdict, VerdictCounts
from groundswell_cli.views.words import ATTENTION, BAD, number

MAX_SHOWN = 20
_LABELS = {Verdict.FAILED: ("FAILED", BAD), Verdict.UNKNOWN: ("UNKNOWN", ATTENTION)}


def preflight_view(checks: Sequence[PreflightCheck], counts: VerdictCounts, *, more: str) -> Iterator[RenderableType]:
    """The checks in their order, the worst first.

    Args:
        checks: those that are known.
        counts: how many there are; there may be more than are known.
        more: where all of them are.
    """
    amiss = [check for check in checks if check.verdict is not Verdict.PASSED]
    if amiss:
        yield Text(
            f"checks before the start: {counts.failed:,} failed, {counts.unknown:,} could not be made", style=BAD
        )
        yield _table(amiss[:MAX_SHOWN])
    if counts.failed + counts.unknown > MAX_SHOWN:
        yield Text(f"  ... and {counts.failed + counts.unknown - MAX_SHOWN:,} more; {more}")
    if counts.passed:
        yield Text(f"{number(counts.passed, 'check')} before the start passed")


def _table(amiss: Sequence[PreflightCheck]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_header=False)
    for _ in range(2):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in amiss:
        label, style = _LABELS[check.verdict]
        table.add_row(Text("  -"), Text(label, style=style), Text(f"{check.subject}, {check.check}: {check.found}"))
        table.add_row("", "", Text(f"→ {check.advice}"))
    return table
