"""Measures failovers of growing size: each on a stack of its own, one after the other, quietly."""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from groundswell_cli.report_model import Report
from groundswell_cli.screens import open_screen
from rehearsal.bench_counts import Counter, Counts
from rehearsal.bench_figures import Figures
from rehearsal.demo import FAILOVER_SECONDS, WHOLE_ESTATE
from rehearsal.failover import ledger_of, request_failover, watch
from rehearsal.memory import MemorySampler
from rehearsal.rehearsal import Rehearsal, rehearsal
from rehearsal.summary import report_of

SIZES = (20, 200, 1000)
"""Servers; each estate has a DNS name for every ten servers besides."""
SECONDS_A_SERVER = 0.3
"""What a slow machine may take for each, beyond what any failover may take."""
_LOOK_SECONDS = 2.0
"""Seldom: the emulator goes through all facts of an execution to find its waves."""
_ACCOUNTS = tuple(f"2222222222{number:02}" for number in range(1, 5))
_PER_CUSTOMER = 10
_PATIENT = {"SilenceSeconds": "60"}
"""The template's own default. A rehearsal's few seconds are shorter than a slow machine takes to pass thousands of
outcomes on; then all is said again, and counted."""


def measure(servers: int, factor: float, console: Console) -> Figures:
    """Fail an estate of so many servers over, for all to see, and take everything down again."""
    with tempfile.TemporaryDirectory(prefix="groundswell-bench-") as directory:
        file = Path(directory) / "bench.yaml"
        file.write_text(yaml.safe_dump(scenario_of(servers)), encoding="utf-8")
        with rehearsal(str(file), factor=factor, parameters=_PATIENT) as running:
            return _measure(running, servers, console)


def _measure(running: Rehearsal, servers: int, console: Console) -> Figures:
    guardians = (running.stack.emulator.guardian_id, running.estate.guardian_id)
    counter, sampler = Counter.on(running), MemorySampler(frozenset(filter(None, guardians)))
    sampler.start()
    store = ledger_of(running.stack)
    execution_id = request_failover(running.stack, WHOLE_ESTATE)
    bound = FAILOVER_SECONDS + SECONDS_A_SERVER * servers
    with open_screen(console) as screen:
        standing = watch(
            store,
            execution_id,
            show=lambda seen: screen.show(seen, datetime.now(UTC)),
            seconds=bound,
            every=_LOOK_SECONDS,
        )
    sampler.stop()
    return _figures(running, servers, report_of(store, standing.execution), counter.counts(), sampler)


def _figures(running: Rehearsal, servers: int, report: Report, counts: Counts, sampler: MemorySampler) -> Figures:
    return Figures(
        servers=servers,
        resources=report.counts.total,
        status=report.status,
        factor=running.estate.factor,
        planning_seconds=report.planning_seconds or 0.0,
        seconds=report.seconds or 0.0,
        critical_path_seconds=report.critical_path_seconds or 0.0,
        hand_over_p50=report.hand_over.p50 if report.hand_over else 0.0,
        hand_over_longest=report.hand_over.longest if report.hand_over else 0.0,
        work_orders=report.events.work_orders,
        outcomes=report.events.outcomes,
        duplicates=report.events.duplicates,
        most_processes=sampler.most_processes,
        most_megabytes=round(sampler.most_megabytes, 1),
        **asdict(counts),
    )


def scenario_of(servers: int) -> dict[str, object]:
    """An estate of so many servers (a multiple of ten) in two waves, and their DNS names in a third."""
    customers = max(1, servers // _PER_CUSTOMER)
    return {
        "name": f"bench-{servers}",
        "accounts": list(_ACCOUNTS[: min(len(_ACCOUNTS), customers)]),
        "customers": {"count": customers, "prefix": "customer-"},
        "servers": [
            {"name": "{customer}-db-{n:02}", "per_customer": 2, "wave": 1, "priority": "critical"},
            {"name": "{customer}-app-{n:02}", "per_customer": _PER_CUSTOMER - 2, "wave": 2, "priority": "high"},
        ],
        "dns": {"records": [{"name": "app.{customer}", "wave": 3, "routing": "weighted", "priority": "low"}]},
    }


def show(console: Console, measured: Sequence[Figures]) -> None:
    """A row for each size."""
    table = Table(title="Failovers on the embedded stack; all times in real seconds", title_justify="left")
    for name in (
        "resources", "status", "planning", "whole", "critical path", "hand-over p50, max", "AWS requests each",
        "ledger items each", "events each", "duplicates", "MB",
    ):  # fmt: skip
        table.add_column(name, justify="right")
    for each in measured:
        table.add_row(*_row(each))
    console.print(table)


def _row(figures: Figures) -> list[str]:
    return [
        f"{figures.resources:,}",
        figures.status,
        f"{figures.planning_seconds:.1f}",
        f"{figures.seconds:.1f}",
        f"{figures.critical_path_seconds:.1f}",
        f"{figures.hand_over_p50:.2f}, {figures.hand_over_longest:.2f}",
        *(f"{figures.each(count):.2f}" for count in (figures.aws_requests, figures.ledger_changes, figures.events)),
        str(figures.duplicates),
        f"{figures.most_megabytes:.0f}",
    ]
