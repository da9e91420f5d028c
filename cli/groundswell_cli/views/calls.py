"""The AWS calls that would be made: by wave, then account and role, a line a call."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from groundswell.domain.dry_run import CallSheet, PlannedCall
from groundswell_cli.views.remarks import remarks_view
from groundswell_cli.views.words import ATTENTION, number


def calls_view(sheet: CallSheet) -> RenderableType:
    """All calls of a sheet, what needs none, and what was cut."""
    return Group(Text(), _headline(sheet), *_waves(sheet), *_cut(sheet), *_remarks(sheet))


def _headline(sheet: CallSheet) -> Text:
    conditional = sum(bool(call.condition) for call in sheet.calls)
    told = f", {conditional:,} of them under a condition" if conditional else ""
    return Text(f"{number(sheet.calls_count, 'call')} would be made{told}; none was made", style="bold")


def _waves(sheet: CallSheet) -> Iterator[RenderableType]:
    for wave, in_wave in groupby(sheet.calls, lambda call: call.wave):
        yield Text(f"wave {wave}", style="bold")
        for place, calls in groupby(in_wave, _place):
            yield Text(f"  {place}")
            yield _table(calls)


def _place(call: PlannedCall) -> str:
    return f"{call.account}  {call.role or f'asked of {call.technology}'}  in {call.region}"


def _table(calls: Iterator[PlannedCall]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for call in calls:
        name = f"{call.service}:{call.operation}"
        table.add_row(f"    {call.phase or ''}", name, number(call.count, "resource"), _about(call))
    return table


def _about(call: PlannedCall) -> Text:
    """The first of its resources, when it is made, and what is not known of it."""
    first = next(iter(call.resources), "")
    text = Text(f"{first} …" if call.count > 1 else first)
    for remark in filter(None, [call.condition, call.note]):
        text.append(f"; {remark}", style=ATTENTION)
    return text


def _cut(sheet: CallSheet) -> Iterator[RenderableType]:
    left = sheet.calls_count - len(sheet.calls)
    if left:
        yield Text(f"... and {number(left, 'more call')}: more than the answer can carry; ask for fewer with --wave")


def _remarks(sheet: CallSheet) -> Iterator[RenderableType]:
    yield from remarks_view("no call", sheet.remarks, sheet.remarks_count, more="--json shows them")
