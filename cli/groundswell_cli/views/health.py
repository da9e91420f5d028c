"""Whether the hub is well: what is wrong first, then what is not known, then how much is well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from groundswell.domain.preflight import Verdict
from groundswell_cli.views.words import ATTENTION, moment

if TYPE_CHECKING:
    from groundswell_cli.health import Finding

_WORDS = {Verdict.FAILED: "WRONG", Verdict.UNKNOWN: "UNKNOWN"}


def health_view(findings: Sequence[Finding]) -> RenderableType:
    """A line for each finding that is not well, with what to do below it."""
    shown = [line for verdict in _WORDS for each in findings if each.verdict is verdict for line in _lines(each)]
    return Group(*shown, Text(_sum(findings)))


def _lines(finding: Finding) -> Iterator[Text]:
    about = "" if finding.subject == finding.check else f" {finding.subject}"
    since = f", since {moment(finding.since)}" if finding.since else ""
    yield Text(f"{_WORDS[finding.verdict]} {finding.check}{about}: {finding.found}{since}", style=ATTENTION)
    if finding.next:
        yield Text(f"  next: {finding.next}")


def _sum(findings: Sequence[Finding]) -> str:
    counts = {verdict: sum(each.verdict is verdict for each in findings) for verdict in Verdict}
    return f"{counts[Verdict.FAILED]} wrong, {counts[Verdict.UNKNOWN]} unknown, {counts[Verdict.PASSED]} well"
