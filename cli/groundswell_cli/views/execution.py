"""An execution at a glance: its head, and its waves against their deadlines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from groundswell.domain.instants import from_text
from groundswell.domain.records import Execution, Wave
from groundswell.domain.standstill import deadline_of, waited
from groundswell.domain.states import ExecutionStatus, WaveStatus
from groundswell_cli.standing import Standing
from groundswell_cli.views.bar import Bar, Legend
from groundswell_cli.views.planning import planning_lines
from groundswell_cli.views.remarks import labelled
from groundswell_cli.views.words import (
    ATTENTION,
    BAD,
    QUIET,
    STYLES,
    moment,
    number,
    seconds_since,
    time_of_day,
    whole,
)


def execution_view(
    execution: Execution, waves: Sequence[Wave], now: datetime, factor: float | None = None
) -> RenderableType:
    """The head of an execution and a row for each wave.

    Args:
        execution: as it was read.
        waves: its waves, by number; none before it is accepted.
        now: the instant to measure against.
        factor: how much faster than in the field the estate's durations pass; None where they are real.
    """
    waits = Standing(execution, waves).waits_for_person
    parts: list[RenderableType] = [_head(execution, waits_for_person=waits), *map(Text, _lines(execution, now, factor))]
    parts += [labelled(("  -", reason) for reason in execution.reasons)] if execution.reasons else []
    if waves:
        parts += [waves_table(execution, waves, now), Legend()]
        parts += [Text(line, style=QUIET) for line in _approvals(waves)]
    return Group(*parts)


def _head(execution: Execution, *, waits_for_person: bool) -> Text:
    """Which execution it is, and how it stands."""
    text = Text()
    text.append(execution.execution_id, style="bold")
    text.append("  ")
    text.append(execution.status, style=STYLES[execution.status])
    text.append("  waits for a person" if waits_for_person else "", style=ATTENTION)
    text.append("  (dry run)" if execution.dry_run else "")
    return text


def _lines(execution: Execution, now: datetime, factor: float | None) -> Iterator[str]:
    """For whom it is, since when, and why."""
    yield f"{execution.operation or 'request'} of {execution.scope or '?'} into {execution.target_region}"
    yield f"asked by {execution.requested_via} at {moment(execution.created_at)}, request {execution.request_id}"
    reason = execution.request.get("reason")
    if reason:
        yield f"because: {reason}"
    if execution.plan:
        yield f"follows plan {execution.plan}, version {execution.plan_version}"
    if execution.status is ExecutionStatus.PLANNING:
        yield from planning_lines(execution, now)
    if execution.accepted_at:
        yield _times(execution.accepted_at, execution.ended_at, now)
    yield from _waiting(execution, now)
    if factor and factor != 1:
        yield f"rehearsal: what takes {factor:g} s in the field takes 1 s here; times shown are real seconds"
    if execution.left_out_count or execution.warnings_count:
        left_out, warnings = execution.left_out_count, number(execution.warnings_count, "warning")
        yield f"{left_out:,} left out of the plan, {warnings}: dr report {execution.execution_id}"


def _times(accepted_at: str, ended_at: str | None, now: datetime) -> str:
    until = from_text(ended_at) if ended_at else now
    took = whole(seconds_since(accepted_at, until))
    ending = f"ended {moment(ended_at)}, after {took}" if ended_at else f"{took} ago"
    return f"accepted {moment(accepted_at)}, {ending}"


def _waiting(execution: Execution, now: datetime) -> Iterator[str]:
    """For how long people were waited for: deadlines stood still meanwhile, and do while they are asked."""
    seconds = waited(execution, now).total_seconds()
    if execution.stopped_at:
        since = f"since {time_of_day(execution.stopped_at)} UTC"
        yield f"deadlines stand still {since}; people were waited for {whole(seconds)} in all"
    elif seconds >= 1:
        yield f"people were waited for {whole(seconds)} in all; deadlines stood still meanwhile"


def _approvals(waves: Sequence[Wave]) -> Iterator[str]:
    """Approvals that will be asked for, or were given before their turn."""
    for wave in waves:
        if wave.status is WaveStatus.PENDING and wave.policy.approval and not wave.approved:
            yield f"wave {wave.wave} will need an approval, which may be given before its turn"
        elif wave.approved and wave.status in (WaveStatus.PENDING, WaveStatus.AWAITING_APPROVAL):
            yield f"wave {wave.wave} is approved, and begins when its turn comes"


def waves_table(execution: Execution, waves: Sequence[Wave], now: datetime) -> Table:
    """A row for each wave: status, counts, elapsed time against the deadline."""
    has_skipped, has_names = any(wave.skipped for wave in waves), any(wave.name for wave in waves)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("wave", justify="right", no_wrap=True)
    if has_names:
        table.add_column("name", overflow="fold")
    table.add_column("status", no_wrap=True)
    table.add_column("", min_width=8)
    for name in ("recovered", "to come", "failed", *(("skipped",) if has_skipped else ()), "elapsed"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("deadline", min_width=8)
    for wave in waves:
        skipped = (f"{wave.skipped:,}",) if has_skipped else ()
        name = (wave.name,) if has_names else ()
        row = (*_progress(wave), _failed(wave), *skipped, _elapsed(wave, now), _deadline(execution, wave, now))
        table.add_row(str(wave.wave), *name, *row)
    return table


def _progress(wave: Wave) -> list[RenderableType]:
    status = Text(wave.status, style=STYLES.get(wave.status, ""))
    return [status, Bar(wave.counts), f"{wave.recovered:,} of {wave.total:,}", f"{wave.remaining:,}"]


def _failed(wave: Wave) -> Text:
    optional = f"+{wave.failed_optional} opt" if wave.failed_optional else ""
    return Text(f"{wave.failed:,}{optional}", style=BAD if wave.failed else "")


def _elapsed(wave: Wave, now: datetime) -> str:
    if not wave.started_at:
        return "-"
    until = from_text(wave.ended_at) if wave.ended_at else now
    return whole(seconds_since(wave.started_at, until))


def _deadline(execution: Execution, wave: Wave, now: datetime) -> Text:
    """How the wave stands, or stood when it ended, against its deadline, which stands still while a person is asked."""
    if wave.status in (WaveStatus.SKIPPED, WaveStatus.CANCELLED):
        return Text("-")
    until = from_text(wave.ended_at) if wave.ended_at else now
    due = from_text(wave.deadline_at) if wave.ended_at else deadline_of(execution, wave, now)
    left = (due - until).total_seconds()
    if left < 0:
        return Text(f"MISSED by {whole(-left)}", style=ATTENTION)
    if wave.ended_at:
        return Text(f"met, {whole(left)} left")
    return Text(f"{whole(left)} left" if execution.stopped_at else f"in {whole(left)}")
