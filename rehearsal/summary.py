"""The figures of a rehearsal: from times and counts that the ledger and the estate recorded."""

from pathlib import Path

from rich.console import Console

from groundswell.domain.records import Execution
from groundswell.ports.store import Store
from groundswell_cli.record import read_record
from groundswell_cli.report import make_report
from groundswell_cli.report_model import Report
from groundswell_cli.standing import Standing
from groundswell_cli.views.report import report_view
from rehearsal.rehearsal import Rehearsal


def show_summary(console: Console, store: Store, running: Rehearsal, standing: Standing) -> None:
    """Print the report, and what the estate itself counted."""
    console.print(report_view(report_of(store, standing.execution)))
    launches = running.estate.control("GET", "launches")
    counted = launches["launches"]
    servers = len(counted) if isinstance(counted, dict) else 0
    twice = str(launches["more_than_once"] or "none")
    if launches["more_than_once"] and running.scenario.faults.launch_failures:
        twice += " (the scenario lets launches fail, and such are tried again)"
    console.print(
        f"The estate counted launches of {servers} servers; launched more than once: {twice}", highlight=False
    )
    console.print(
        f"AWS's work passed {running.estate.factor:g} times as fast as in the field; all times here are real seconds.",
        highlight=False,
    )


def keep_report(store: Store, running: Rehearsal, standing: Standing) -> Path:
    """Write the report beside the logs of the run, as text; the file."""
    file = running.stack.directory / "report.txt"
    with file.open("w", encoding="utf-8") as text:
        Console(file=text, width=120, markup=False, highlight=False).print(
            report_view(report_of(store, standing.execution))
        )
    return file


def report_of(store: Store, execution: Execution) -> Report:
    """The report of an execution."""
    record = read_record(store, execution)
    return make_report(
        record.execution, record.waves, record.resources, record.orders, record.facts, record.disbelieved
    )
