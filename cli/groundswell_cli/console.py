"""The console of all commands: whatever it is given to print, no text leaves its line or repaints another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from groundswell.domain.legible import legible
from groundswell_cli.ending import UnreadError

if TYPE_CHECKING:
    from rich.console import ConsoleOptions, RenderableType
    from rich.segment import Segment


_NARROW = 60
"""Columns of a terminal, e.g. of a telephone, on which no table fits."""


class LegibleConsole(Console):
    """Takes text as it is, without markup, and shows each character that could act as a sign.

    A line break is such a character too: who wants two lines prints two texts. So views may put any value into a text,
    and need not know where it comes from.
    """

    def on_broken_pipe(self) -> None:
        """Whoever reads has enough: the command ends, and says so by its exit status alone."""
        raise UnreadError

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What everything that is printed comes through, down to the cells of tables."""
        if isinstance(renderable, str):
            renderable = Text(legible(renderable))
        elif isinstance(renderable, Text):
            renderable = _legible_text(renderable)
        elif isinstance(renderable, Table) and renderable.show_header and self.width < _NARROW:
            renderable = _stacked(renderable)
        return super().render(renderable, options)


def _stacked(table: Table) -> Table:
    """The table with its columns one below the other: side by side there would be no room for what stands in them."""
    stacked = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    stacked.add_column(no_wrap=True)
    stacked.add_column(overflow="fold")
    for row in zip(*(column.cells for column in table.columns), strict=True):
        for column, cell in zip(table.columns, row, strict=True):
            stacked.add_row(Text(str(column.header).strip()), cell)
        stacked.add_row()
    return stacked


def _legible_text(text: Text) -> Text:
    """The text with its styles, which stay in their places: it is as long as before."""
    shown = legible(text.plain)
    if shown == text.plain:
        return text
    found = text.copy()
    found.plain = shown
    return found
