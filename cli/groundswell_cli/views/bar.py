"""A bar that shows how the resources of a wave stand, told by its signs as well as by its colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

from groundswell.domain.events.facts import Counts
from groundswell_cli.views.words import BAD, GOOD, QUIET

_SIGNS, _ASCII_SIGNS = "█x-·", "#x-."
_STYLES = (GOOD, BAD, QUIET, QUIET)
_NAMES = ("recovered", "failed", "skipped", "to come")
_NARROWEST = 8


@dataclass(frozen=True)
class Bar:
    """Recovered, failed, skipped and remaining resources, in this order; whatever is there has at least one cell."""

    counts: Counts
    width: int = 24

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it, with ASCII where the terminal has no more."""
        lengths = cells(_parts(self.counts), min(self.width, options.max_width))
        drawn = Text()
        for sign, style, length in zip(_signs(options), _STYLES, lengths, strict=True):
            drawn.append(sign * length, style=style)
        yield drawn

    def __rich_measure__(self, _: Console, __: ConsoleOptions) -> Measurement:
        """It takes its width, or less where there is no room."""
        return Measurement(_NARROWEST, self.width)


class Legend:
    """What the signs of a bar mean."""

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        """Say it with the signs that the bars are drawn with."""
        pairs = zip(_signs(options), _NAMES, strict=True)
        yield Text("  ".join(f"{sign} {name}" for sign, name in pairs), style=QUIET)


def _signs(options: ConsoleOptions) -> str:
    return _ASCII_SIGNS if options.ascii_only else _SIGNS


def _parts(counts: Counts) -> tuple[int, int, int, int]:
    return counts.recovered, counts.failed + counts.failed_optional, counts.skipped, counts.remaining


def cells(parts: Sequence[int], width: int) -> list[int]:
    """The width shared out in proportion; a part that is not nothing gets a cell, at the cost of the largest."""
    total = sum(parts)
    if not total:
        return [0 for _ in parts]
    lengths = [max(1, width * part // total) if part else 0 for part in parts]
    largest = max(range(len(parts)), key=lambda place: lengths[place])
    lengths[largest] += width - sum(lengths)
    return lengths
