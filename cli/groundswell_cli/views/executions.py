"""The open executions and the latest that ended, one a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from groundswell.domain.decisions import sum_counts
from groundswell.domain.records import Wave
from groundswell.domain.states import WaveStatus
from groundswell_cli.standing import Standing
from groundswell_cli.views.waiting import wait_line
from groundswell_cli.views.words import ATTENTION, STYLES, UNKNOWN, seconds_since, whole
from groundswell_cli.waiting import waits_of

_PASSED = (WaveStatus.COMPLETED, WaveStatus.FAILED, WaveStatus.SKIPPED, WaveStatus.CANCELLED)


def executions_view(
    standings: Sequence[Standing], now: datetime, command: Callable[[str], str], *, is_chosen: bool = False
) -> RenderableType:
    """A row for each execution; where only some were chosen, none means no more than that."""
    if not standings and is_chosen:
        return Text(f"No execution is so. Without a choice: {command('status')}")
    if not standings:
        return Text(f"There has been no execution yet. See what one would do: {command('plan failover --all')}")
    waiting = [
        Text(f"{standing.execution.execution_id} {wait_line(standing, wait, now)}", style=ATTENTION)
        for standing in standings
        for wait in waits_of(standing)
    ]
    following = Text(f"next: {command('status ID')}; the first characters of the id will do")
    return Group(_table(standings, now), *waiting, following)


def _table(standings: Sequence[Standing], now: datetime) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("execution", "status", "operation", "scope", "wave", "recovered", "asked"):
        table.add_column(name, no_wrap=name not in ("scope", "wave", "asked"), overflow="fold")
    for standing in standings:
        table.add_row(*_row(standing, now))
    return table


def _row(standing: Standing, now: datetime) -> list[RenderableType]:
    execution, counts = standing.execution, sum_counts(standing.waves)
    waiting = ", waits" if standing.waits_for_person else ""
    style = ATTENTION if waiting else STYLES[execution.status]
    return [
        execution.execution_id,
        Text(f"{execution.status}{waiting}", style=style),
        f"{execution.operation or UNKNOWN}{' (dry run)' if execution.dry_run else ''}",
        str(execution.scope or UNKNOWN),
        _current(standing.waves),
        f"{counts.recovered:,} of {counts.total:,}" if standing.waves else "-",
        f"{whole(seconds_since(execution.created_at, now))} ago",
    ]


def _current(waves: Sequence[Wave]) -> str:
    """The first wave that is not passed, of how many."""
    current = next((wave for wave in waves if wave.status not in _PASSED), None)
    if current is None:
        return "-"
    return f"{current.wave} {current.status} ({waves.index(current) + 1} of {len(waves)})"
