"""`dr report`: the figures of an execution, for an auditor."""

from __future__ import annotations

import typer

from groundswell_cli import options
from groundswell_cli.exits import Exit
from groundswell_cli.surroundings import surroundings
from groundswell_cli.terminal import open_console, print_json


def report(
    context: typer.Context,
    execution: options.ExecutionArgument,
    *,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """Report an execution: durations, targets, hand-overs, calls, losses. Figures only from what was recorded."""
    from groundswell.ledger import planned_calls
    from groundswell_cli.finding import find
    from groundswell_cli.record import read_record
    from groundswell_cli.report import make_report
    from groundswell_cli.views.calls import calls_view
    from groundswell_cli.views.report import report_view

    store = surroundings(context).connect(stack, region).store
    record = read_record(store, find(store, execution))
    parts = (record.execution, record.waves, record.resources, record.orders, record.facts, record.disbelieved)
    planned = planned_calls.read(store, record.execution) if record.execution.dry_run else None
    made = make_report(*parts).model_copy(update={"planned_calls": planned})
    if as_json:
        print_json(made.model_dump(mode="json"))
    else:
        open_console().print(report_view(made), *([calls_view(planned)] if planned else ()))
    return Exit.OK
