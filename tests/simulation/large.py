"""Large estates without any trouble, in the times of the field: what the choreography costs, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import reading
from groundswell_cli.record import read_record
from groundswell_cli.report import make_report
from groundswell_cli.report_model import Report
from rehearsal.bench import scenario_of
from rehearsal.estate.scenario.model import Scenario
from tests.simulation.judging import judged
from tests.simulation.setting import Setting
from tests.simulation.world import World


@dataclass(frozen=True)
class Figures:
    """What a failover of a size came to; all of it counted, nothing timed."""

    resources: int
    report: Report
    aws_calls: int
    events: int
    ledger_writes: int


class LargeWorldError(Exception):
    """A large world did not go well."""


def measured(resources: int) -> Figures:
    """Fail an estate of so many servers, and a DNS name for every ten of them, over."""
    scenario = Scenario.model_validate(scenario_of(resources))
    world = World(Setting(scenario, watched=False))
    world.request(operation="failover", all=True, request_id="large")
    found = judged(world)
    (execution,) = world.executions()
    if found or execution.status is not ExecutionStatus.COMPLETED:
        raise LargeWorldError(f"{execution.execution_id} is {execution.status}; {found or 'nothing else is wrong'}")
    record = read_record(world.ledger, reading.execution(world.ledger, execution.execution_id))
    report = make_report(
        record.execution, record.waves, record.resources, record.orders, record.facts, record.disbelieved
    )
    return Figures(report.counts.total, report, len(world.estate.log), len(world.published), world.writes)


def show_large(console: Console, sizes: Sequence[int]) -> None:
    """A row for each size."""
    table = Table(title="Failovers in virtual time, with field durations and without trouble", title_justify="left")
    for name in ("resources", "whole min", "critical path min", "whole / path", "AWS calls", "events", "ledger writes"):
        table.add_column(
            name if not name.endswith(("calls", "events", "writes")) else f"{name} / resource", justify="right"
        )
    for size in sizes:
        table.add_row(*_row(measured(size)))
    console.print(table)


def _row(figures: Figures) -> list[str]:
    report, count = figures.report, figures.resources
    return [
        f"{count:,}",
        f"{(report.seconds or 0) / 60:.1f}",
        f"{(report.critical_path_seconds or 0) / 60:.1f}",
        f"{report.times_critical_path or 0:.3f}",
        *(f"{total / count:.2f}" for total in (figures.aws_calls, figures.events, figures.ledger_writes)),
    ]
