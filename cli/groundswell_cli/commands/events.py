"""`dr events`: the trail of an execution."""

from __future__ import annotations

import typer

from groundswell_cli import options
from groundswell_cli.exits import Exit
from groundswell_cli.surroundings import surroundings
from groundswell_cli.terminal import open_console, print_json


def events(
    context: typer.Context,
    execution: options.ExecutionArgument,
    *,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """Tell what happened, in the order of its time: facts with their sequence, work orders, outcomes of resources."""
    from groundswell_cli.finding import find
    from groundswell_cli.record import read_record
    from groundswell_cli.trail import make_trail
    from groundswell_cli.views.trail import trail_table

    store = surroundings(context).connect(stack, region).store
    found = find(store, execution)
    trail = make_trail(read_record(store, found))
    if as_json:
        print_json([entry.model_dump(mode="json") for entry in trail])
    else:
        open_console().print(trail_table(trail, found.execution_id))
    return Exit.OK
