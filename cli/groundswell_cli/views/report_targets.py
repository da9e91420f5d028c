"""A report's targets and what was reached, in words and as a table."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from groundswell_cli.report_model import Report, WaveFigures
from groundswell_cli.report_resources import ResourceFigures
from groundswell_cli.report_targets import Objective, Targets
from groundswell_cli.views.words import BAD, QUIET, UNKNOWN, span

MOST_ROWS = 20
_VERDICTS = {True: "met", False: "MISSED", None: "open"}


def target_rows(report: Report) -> list[tuple[str, str]]:
    """The whole, then each wave: deadline, and its resources' own targets where it has such."""
    whole = objective_in_words(report.recovery_time) if report.recovery_time else UNKNOWN
    rows = [("whole (RTO)", whole)]
    rows += [(f"  {name}", targets_in_words(of)) for name, of in _tagged(report)]
    for wave in report.waves:
        rows.append((f"wave {wave.wave}, deadline", objective_in_words(wave.deadline)))
        rows += [(f"  {name}", targets_in_words(of)) for name, of in _tagged(wave) if of.with_target]
    return rows


def _tagged(of: Report | WaveFigures) -> list[tuple[str, Targets]]:
    if isinstance(of, Report):
        return [("dr:rto-target", of.recovery_time_targets), ("dr:rpo-target", of.recovery_point_targets)]
    return [("dr:rto-target", of.recovery_time), ("dr:rpo-target", of.recovery_point)]


def objective_in_words(objective: Objective) -> str:
    """A target and what was reached, both from acceptance, waiting for people excluded and shown beside it."""
    target = f"target {span(objective.target_seconds)} from acceptance"
    last = f"; last: {objective.last}" if objective.last else ""
    if objective.reached_seconds is None:
        return f"{_VERDICTS[objective.met]}: not reached, {target}{last}"
    reached = f"reached after {span(objective.reached_seconds)}{waiting_in_words(objective)}"
    return f"{_VERDICTS[objective.met]}: {reached}, {target}{last}"


def waiting_in_words(objective: Objective) -> str:
    """By the clock, where that differs: ` (42m 00s by the clock, of which 17m 00s waited for people)`."""
    if not objective.waited_seconds:
        return ""
    elapsed, waited = span(objective.elapsed_seconds), span(objective.waited_seconds)
    return f" ({elapsed} by the clock, of which {waited} waited for people)"


def targets_in_words(targets: Targets) -> str:
    """How many resources reached their own target, and the one that is furthest from it."""
    if not targets.with_target:
        return "no resource has one"
    told = f"{targets.met:,} met, {targets.missed:,} MISSED, {targets.unknown:,} unknown of {targets.with_target:,}"
    furthest = targets.furthest
    if furthest is None:
        return told
    return f"{told}; furthest: {furthest.resource_id}, {span(furthest.seconds)} of {span(furthest.target_seconds)}"


def recovery_points(report: Report) -> Iterator[RenderableType]:
    """The resources whose recovery point is known, or should be: the furthest beyond their targets first."""
    known = [each for each in report.resources if _has_point(each)]
    if not known:
        return
    yield Text()
    yield Text("Recovery points: what each recovered copy lacks of its source's writing", style="bold")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("  wave", justify="right")
    table.add_column("resource", overflow="fold")
    for name in ("lacks", "target"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("", "how it is known"):
        table.add_column(name, no_wrap=True)
    for each in sorted(known, key=_urgency)[:MOST_ROWS]:
        table.add_row(*_point_row(each))
    yield table
    if len(known) > MOST_ROWS:
        yield Text(f"  ... and {len(known) - MOST_ROWS:,} more: dr report --json has all", style=QUIET)


def _has_point(each: ResourceFigures) -> bool:
    return each.recovery_point_seconds is not None or each.recovery_point_target_seconds is not None


def _urgency(each: ResourceFigures) -> tuple[int, float, str]:
    """Missed first, then unknown, then the rest; of each kind those that lack most."""
    rank = {False: 0, None: 1 if each.recovery_point_seconds is None else 2, True: 2}[each.recovery_point_met]
    return rank, -(each.recovery_point_seconds or 0), each.resource_id


def _point_row(each: ResourceFigures) -> list[RenderableType]:
    target = "-" if each.recovery_point_target_seconds is None else span(each.recovery_point_target_seconds)
    verdict = "" if each.recovery_point_target_seconds is None else _point_verdict(each.recovery_point_met)
    return [
        str(each.wave),
        Text(each.resource_id),
        span(each.recovery_point_seconds),
        target,
        Text(verdict, style=BAD if each.recovery_point_met is False else ""),
        each.recovery_point_from or "-",
    ]


def _point_verdict(met: bool | None) -> str:
    return {True: "met", False: "MISSED", None: "unknown"}[met]
