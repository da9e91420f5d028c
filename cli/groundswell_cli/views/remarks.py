"""Remarks of a plan, those of one reason together; and text that stays behind its label when it wraps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from groundswell.domain.events.facts import Remark
from groundswell_cli.views.words import ATTENTION

MAX_REASONS = 15
MAX_NAMED = 3


def remarks_view(title: str, remarks: Sequence[Remark], count: int, *, more: str) -> Iterator[RenderableType]:
    """The most frequent reasons, each with the first of those that it is about; `more` says where the rest is.

    Args:
        title: what they are.
        remarks: those that are known.
        count: how many there are; there may be more than are known.
        more: where all of them are.
    """
    if not count:
        return
    groups = by_reason(remarks)
    yield Text(f"{title}: {count:,}", style=ATTENTION)
    yield labelled(("  -", f"{_named(subjects)}: {reason}") for reason, subjects in groups[:MAX_REASONS])
    shown = sum(len(subjects) for _, subjects in groups[:MAX_REASONS])
    if shown < count:
        yield Text(f"  ... and {count - shown:,} more; {more}")


def by_reason(remarks: Iterable[Remark]) -> list[tuple[str, list[str]]]:
    """Each reason with those that it is about, the most frequent first."""
    groups = defaultdict[str, list[str]](list)
    for remark in remarks:
        groups[remark.reason].append(remark.subject)
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def _named(subjects: Sequence[str]) -> str:
    more = f" and {len(subjects) - MAX_NAMED:,} more" if len(subjects) > MAX_NAMED else ""
    return ", ".join(subjects[:MAX_NAMED]) + more


def labelled(rows: Iterable[tuple[str, str]]) -> Table:
    """Labels, and beside them texts of any length."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in rows:
        table.add_row(Text(label), Text(text))
    return table
