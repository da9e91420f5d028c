"""A report in tables, as an auditor reads it; every figure is also in `dr report --json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from groundswell.domain.events.facts import Remark
from groundswell_cli.report_model import Report, WaveFigures
from groundswell_cli.views.remarks import labelled, remarks_view
from groundswell_cli.views.report_targets import recovery_points, target_rows
from groundswell_cli.views.words import BAD, STYLES, UNKNOWN, moment, number, short_moment, span


def report_view(report: Report) -> RenderableType:
    """All of a report."""
    return Group(
        *_section("Report of execution " + report.execution_id, _identity(report)),
        *_section("Result", _result(report)),
        *_waves(report),
        *_section("Targets, from acceptance and without the time that waited for people", target_rows(report)),
        *recovery_points(report),
        *_section("Hand-overs between waves", _hand_overs(report)),
        *_section("Events", _events(report)),
        *_calls(report),
        *_exceptions(report),
    )


def _section(title: str, rows: Sequence[tuple[str, str]]) -> Iterator[RenderableType]:
    yield from _title(title)
    yield labelled((f"  {name} ", value) for name, value in rows)


def _title(title: str) -> Iterator[RenderableType]:
    yield Text()
    yield Text(title, style="bold")


def _identity(report: Report) -> list[tuple[str, str]]:
    claimed = [("claims to be by", f"{report.requested_by} (said by the request itself; not verified)")]
    return [
        ("operation", f"{report.operation or UNKNOWN}{' (dry run)' if report.dry_run else ''}"),
        ("scope", str(report.scope or UNKNOWN)),
        ("into", report.target_region),
        ("asked by", report.requested_via),
        *(claimed if report.requested_by else ()),
        ("reason", report.reason or "none given"),
        ("request", report.request_id),
        ("asked", moment(report.created_at)),
        ("accepted", moment(report.accepted_at) if report.accepted_at else "not accepted"),
        ("ended", moment(report.ended_at) if report.ended_at else "not ended: all figures are so far"),
    ]


def _result(report: Report) -> list[tuple[str, str]]:
    factor = "" if report.times_critical_path is None else f"; the whole is {report.times_critical_path:.2f} times that"
    plan = ("dry run", f"nothing was held or changed; its plan: dr status {report.execution_id}")
    return [
        ("status", report.status),
        *((plan,) if report.dry_run else ()),
        *(("rejected", reason) for reason in report.reasons),
        *_counts(report),
        ("planning", f"{span(report.planning_seconds)} (asked to accepted)"),
        ("whole", f"{span(report.seconds)} (accepted to ended, in real seconds){_waiting(report)}"),
        ("critical path", f"{span(report.critical_path_seconds)} (slowest resource of each wave){factor}"),
    ]


def _waiting(report: Report) -> str:
    return f", of which {span(report.waited_seconds)} waited for people" if report.waited_seconds else ""


def _counts(report: Report) -> list[tuple[str, str]]:
    counts, left_out = report.counts, f"{report.left_out_count:,} left out of the plan"
    optional = f" and {counts.failed_optional:,} optional" if counts.failed_optional else ""
    return [
        ("resources", f"{counts.total:,}: {counts.recovered:,} recovered, {counts.failed:,} critical{optional} failed"),
        ("", f"{counts.skipped:,} skipped, {counts.remaining:,} not ended, {left_out}"),
    ]


def _waves(report: Report) -> Iterator[RenderableType]:
    if not report.waves:
        return
    yield from _title("Waves")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("  wave", "total", "recovered", "failed", "skipped", "orders"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("status", no_wrap=True)
    for wave in report.waves:
        table.add_row(*_wave_row(wave))
    yield table
    yield from _wave_times(report.waves)


def _wave_row(wave: WaveFigures) -> list[RenderableType]:
    counts = wave.counts
    failed = f"{counts.failed:,}+{counts.failed_optional:,} opt" if counts.failed_optional else f"{counts.failed:,}"
    return [
        str(wave.wave),
        f"{counts.total:,}",
        f"{counts.recovered:,}",
        Text(failed, style=BAD if counts.failed else ""),
        f"{counts.skipped:,}",
        f"{wave.work_orders:,}",
        Text(wave.status, style=STYLES.get(wave.status, "")),
    ]


def _wave_times(waves: Sequence[WaveFigures]) -> Iterator[RenderableType]:
    yield from _title("Time of each wave")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("  wave", justify="right")
    for name in ("began (UTC)", "ended (UTC)"):
        table.add_column(name, no_wrap=True)
    for name in ("took", "waited", "slowest", "overhead"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("slowest resource", overflow="fold")
    for wave in waves:
        slowest = wave.slowest
        which = f"{slowest.resource_id} ({slowest.technology}, from its {slowest.counted_from})" if slowest else UNKNOWN
        its_time = span(slowest.seconds if slowest else None)
        began, ended = short_moment(wave.started_at, "not begun"), short_moment(wave.ended_at, "not ended")
        took, overhead = span(wave.seconds), span(wave.overhead_seconds)
        waited = span(wave.waited_seconds) if wave.waited_seconds else "-"
        table.add_row(str(wave.wave), began, ended, took, waited, its_time, overhead, Text(which))
    yield table


def _hand_overs(report: Report) -> list[tuple[str, str]]:
    rows = [
        (
            f"wave {each.from_wave} to {each.to_wave}",
            span(each.seconds) + (", a person's time" if each.waited_for_person else ""),
        )
        for each in report.hand_overs
    ]
    spread = report.hand_over
    if spread is None:
        return [*rows, ("all", "none was measured")]
    told = f"p50 {span(spread.p50)}, p95 {span(spread.p95)}, max {span(spread.longest)} of {spread.count}"
    return [*rows, ("all", f"{told} (last outcome to the next wave's first work order)")]


def _events(report: Report) -> list[tuple[str, str]]:
    events = report.events
    refused = f", {events.facts_refused:,} of them refused by the bus" if events.facts_refused else ""
    return [
        ("facts", f"{events.facts:,}{refused}"),
        ("work orders", f"{events.work_orders:,}; how often they were asked again is not recorded"),
        ("outcomes", f"{events.outcomes:,} counted, {number(events.duplicates, 'duplicate')} dropped"),
        ("", f"{events.not_believed:,} not believed, {len(report.late):,} too late"),
    ]


def _calls(report: Report) -> Iterator[RenderableType]:
    rows = [
        (
            f"{each.technology}: {each.service}",
            f"{each.calls:,} for {number(each.resources, 'resource')}, {each.calls_per_resource:g} each",
        )
        for each in report.calls
    ]
    yield from _section("AWS requests by technology and service", rows or [("none", "recorded")])


def _exceptions(report: Report) -> Iterator[RenderableType]:
    if report.failed:
        yield from _section(f"Failed: {len(report.failed):,}", [])
    for each in report.failed:
        place = f"wave {each.wave}, {each.technology}, account {each.account}, {each.impact}, attempt {each.attempt}"
        yield Text(f"  {each.resource_id} ({place})")
        yield labelled([("    cause: ", each.cause or UNKNOWN), ("    advice:", each.advice or UNKNOWN)])
    if report.skipped:
        yield from _section(f"Skipped: {len(report.skipped):,}", [(name, "") for name in report.skipped])
    late = [(each.resource_id, f"{json.dumps(each.finding)} (event {each.event_id})") for each in report.late]
    if late:
        yield from _section(f"Outcomes that came too late: {len(late):,}", late)
    clocks = [
        (each.resource_id, f"counted {moment(each.ended_at)}, says {moment(each.claimed_at)}")
        for each in report.far_clocks
    ]
    if clocks:
        yield from _section(f"Outcomes that claim another time, which is not measured: {len(clocks):,}", clocks)
    doubted = [
        (each.resource_id, f"{each.detail_type} from {each.source}: {each.reason}") for each in report.not_believed
    ]
    if doubted:
        yield from _section(f"Outcomes that were not believed: {len(doubted):,}", doubted)
    yield from _remarks("Left out of the plan", report.left_out, report.left_out_count)
    yield from _remarks("Warnings of the plan", report.warnings, report.warnings_count)


def _remarks(title: str, remarks: Sequence[Remark], count: int) -> Iterator[RenderableType]:
    """Each reason, with the first of those that it is about."""
    if count:
        yield Text()
        yield from remarks_view(title, remarks, count, more="dr report --json has those that the ledger keeps")
