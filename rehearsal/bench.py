"""Measures failovers of growing size: each on a stack of its own, one after the other, quietly."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from groundswell_cli.report_model import Report
from rehearsal.demo import FAILOVER_SECONDS, WHOLE_ESTATE
from rehearsal.failover import ledger_of, request_failover, watch
from rehearsal.memory import MemorySampler
from rehearsal.rehearsal import Rehearsal, rehearsal
from rehearsal.summary import report_of

SIZES = (20, 200, 1000)
"""Servers; each estate has a DNS name for every ten servers besides."""
_ACCOUNTS = tuple(f"2222222222{number:02}" for number in range(1, 5))
_PER_CUSTOMER = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """One failover's figures."""

    servers: int
    report: Report
    most_megabytes: float
    most_processes: int


def measure(servers: int, factor: float) -> Measured:
    """Fail an estate of so many servers over, and take everything down again."""
    with tempfile.TemporaryDirectory(prefix="groundswell-bench-") as directory:
        file = Path(directory) / "bench.yaml"
        file.write_text(yaml.safe_dump(scenario_of(servers)), encoding="utf-8")
        with rehearsal(str(file), factor=factor) as running:
            return _measure(running, servers)


def _measure(running: Rehearsal, servers: int) -> Measured:
    guardians = (running.stack.emulator.guardian_id, running.estate.guardian_id)
    sampler = MemorySampler(frozenset(filter(None, guardians)))
    sampler.start()
    store = ledger_of(running.stack)
    execution_id = request_failover(running.stack, WHOLE_ESTATE)
    standing = watch(store, execution_id, show=lambda _: None, seconds=FAILOVER_SECONDS)
    sampler.stop()
    report = report_of(store, standing.execution)
    return Measured(servers, report, sampler.most_megabytes, sampler.most_processes)


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


def show(console: Console, measured: Sequence[Measured]) -> None:
    """A row for each size."""
    table = Table(title="Failovers on the embedded stack; all times in real seconds", title_justify="left")
    for name in (
        "servers", "resources", "status", "whole", "critical path", "whole / path", "hand-over p50", "max",
        "AWS requests / resource", "orders", "outcomes", "duplicates", "processes", "MB resident",
    ):  # fmt: skip
        table.add_column(name, justify="right")
    for each in measured:
        table.add_row(*_row(each))
    console.print(table)


def _row(measured: Measured) -> list[str]:
    report = measured.report
    calls = sum(figures.calls for figures in report.calls)
    return [
        str(measured.servers),
        str(report.counts.total),
        report.status,
        f"{report.seconds or 0:.1f}",
        f"{report.critical_path_seconds or 0:.1f}",
        f"{report.times_critical_path or 0:.2f}",
        f"{report.hand_over.p50 if report.hand_over else 0:.2f}",
        f"{report.hand_over.longest if report.hand_over else 0:.2f}",
        f"{calls / max(1, report.counts.total):.2f}",
        str(report.events.work_orders),
        str(report.events.outcomes),
        str(report.events.duplicates),
        str(measured.most_processes),
        f"{measured.most_megabytes:.0f}",
    ]
