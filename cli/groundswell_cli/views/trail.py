"""The trail, one thing that happened a row."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from groundswell.domain.instants import from_text
from groundswell_cli.trail import Entry
from groundswell_cli.views.words import QUIET


def trail_table(entries: Sequence[Entry], execution_id: str) -> Table:
    """Time in UTC, sequence (facts only), event, what it is about (its execution's id left out), what it says."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("time (UTC)", no_wrap=True)
    table.add_column("seq", justify="right")
    table.add_column("event", no_wrap=True)
    table.add_column("subject", overflow="fold")
    table.add_column("what it says", overflow="fold")
    for entry in entries:
        is_fact = entry.sequence is not None
        sequence, subject = str(entry.sequence) if is_fact else "", entry.subject.removeprefix(f"{execution_id}.")
        row = (_time(entry.at), sequence, entry.what, subject, entry.told)
        table.add_row(*(Text(cell) for cell in row), style="" if is_fact else QUIET)
    return table


def _time(text: str) -> str:
    """Down to the millisecond, with the date: a trail may pass midnight."""
    return f"{from_text(text):%Y-%m-%d %H:%M:%S.%f}"[:-3]
