"""Resources of an execution, one a row; and those that failed, with what to do."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from groundswell.domain.instants import seconds_between
from groundswell.domain.protection import Impact
from groundswell.domain.records import Resource
from groundswell.domain.states import ResourceState
from groundswell_cli.views.remarks import labelled
from groundswell_cli.views.words import BAD, QUIET, STYLES, UNKNOWN, number, span, time_of_day


def resources_table(resources: Sequence[Resource]) -> Table:
    """A row for each resource: where it is, how it stands, how long it took."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("wave", justify="right")
    table.add_column("resource", overflow="fold", ratio=3)
    table.add_column("name", overflow="fold", ratio=2)
    table.add_column("technology", no_wrap=True)
    table.add_column("account", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("try", justify="right")
    table.add_column("ended", no_wrap=True)
    table.add_column("took", no_wrap=True, justify="right")
    for each in resources:
        table.add_row(
            str(each.wave),
            each.resource_id,
            each.name,
            each.technology,
            each.account,
            Text(_state(each), style=STYLES.get(each.state, BAD if each.failure else "")),
            str(each.attempt),
            time_of_day(each.ended_at) if each.ended_at else "-",
            _took(each),
        )
    return table


def _state(resource: Resource) -> str:
    marks = (
        ("optional", resource.impact is Impact.OPTIONAL and resource.failure is not None),
        ("late findings", bool(resource.late)),
    )
    told = ", ".join(mark for mark, applies in marks if applies)
    return f"{resource.state} ({told})" if told else resource.state


def _took(resource: Resource) -> str:
    if not resource.started_at or not resource.ended_at:
        return "-"
    return span(seconds_between(resource.started_at, resource.ended_at))


def failures_view(failed: Sequence[Resource], *, count: int, more: str) -> RenderableType:
    """Failed resources with cause and advice; `more` is the command that shows all, where there are more."""
    parts: list[RenderableType] = []
    for each in failed:
        text = Text()
        optional = " (optional)" if each.impact is Impact.OPTIONAL else ""
        text.append("FAILED ", style=BAD)
        text.append(f"{each.resource_id}{optional}", style="bold")
        text.append(f"  wave {each.wave}, {each.technology}, account {each.account}, attempt {each.attempt}")
        cause, advice = (each.failure.cause, each.failure.advice) if each.failure else (UNKNOWN, UNKNOWN)
        parts += [text, labelled([("  cause: ", cause), ("  advice:", advice)])]
    if count > len(failed):
        parts.append(Text(f"and {count - len(failed):,} more failed: {more}", style=QUIET))
    return Group(*parts)


def listing_view(resources: Sequence[Resource], choice: str) -> RenderableType:
    """The chosen resources, and below them why those failed that did."""
    of = f" with {choice}" if choice else ""
    if not resources:
        return Text(f"No resource{of}.")
    failed = [each for each in resources if each.state is ResourceState.FAILED]
    parts: list[RenderableType] = [resources_table(resources), Text(f"{number(len(resources), 'resource')}{of}")]
    if failed:
        parts.append(failures_view(failed, count=len(failed), more=""))
    return Group(*parts)
