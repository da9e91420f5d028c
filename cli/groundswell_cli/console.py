"""The console of all commands: whatever it is given to print, no text leaves its line or repaints another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from groundswell.domain.legible import legible

if TYPE_CHECKING:
    from rich.console import ConsoleOptions, RenderableType
    from rich.segment import Segment


class LegibleConsole(Console):
    """Takes text as it is, without markup, and shows each character that could act as a sign.

    A line break is such a character too: who wants two lines prints two texts. So views may put any value into a text,
    and need not know where it comes from.
    """

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What everything that is printed comes through, down to the cells of tables."""
        if isinstance(renderable, str):
            renderable = Text(legible(renderable))
        elif isinstance(renderable, Text):
            renderable = _legible_text(renderable)
        return super().render(renderable, options)


def _legible_text(text: Text) -> Text:
    """The text with its styles, which stay in their places: it is as long as before."""
    shown = legible(text.plain)
    if shown == text.plain:
        return text
    found = text.copy()
    found.plain = shown
    return found
