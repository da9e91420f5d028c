"""Named plans: a row each; and the waves that one comes to."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from groundswell.domain.named_plan import Group, NamedPlan, Stage
from groundswell.ledger.plans import KeptPlan
from groundswell_cli.views.words import moment


def plans_view(kept: Sequence[KeptPlan], next_command: str) -> RenderableType:
    """The latest version of each plan."""
    if not kept:
        return Text(f"No plan was put yet: tags and the hub's deadlines rule. To put one: {next_command}")
    table = _table("plan", "version", "put", "by", "description")
    for each in kept:
        table.add_row(each.plan, str(each.version), moment(each.put_at), each.put_by, each.description)
    return table


def stages_view(plan: NamedPlan) -> RenderableType:
    """The waves as requests and decisions number them."""
    table = _table("wave", "name", "takes", "deadline", "on failure", "least", "begins")
    for stage in plan.stages:
        table.add_row(*_row(stage))
    return table


def _row(stage: Stage) -> list[str]:
    minutes = stage.of.deadline_minutes
    deadline = f"{minutes} min" if minutes else f"hub's, wave {stage.place}"
    if stage.checks:
        return [str(stage.number), stage.name, ", ".join(map(str, _names(stage))), deadline, "hold", "all", "at once"]
    taken = "; or ".join(_in_words(group) for group in stage.of.resources)
    begins = "on approval" if stage.of.approval else "at once"
    least = f"{stage.of.least_success_percent} %"
    return [str(stage.number), stage.name, taken, deadline, str(stage.of.on_failure), least, begins]


def _names(stage: Stage) -> list[str]:
    return [f"{check.technology} {check.name}" for check in stage.checks]


def _in_words(group: Group) -> str:
    parts = [" or ".join(group.technologies)] if group.technologies else []
    parts += [f"{name} {' or '.join(values)}" for name, values in group.tags.items()]
    if group.resource_ids:
        parts.append(f"{len(group.resource_ids)} by id")
    return ", ".join(parts)


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in names:
        table.add_column(name, overflow="fold")
    return table
