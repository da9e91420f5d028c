"""`dr status`: where executions stand."""

from __future__ import annotations

from typing import Annotated

import typer

from groundswell_cli import options
from groundswell_cli.surroundings import surroundings


def status(
    context: typer.Context,
    execution: Annotated[
        str | None,
        typer.Argument(
            metavar="EXECUTION", help="As in the other commands; without it, the open ones and the latest are listed."
        ),
    ] = None,
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Keep looking until it ends or waits for a person.")] = False,
    timeout: options.TimeoutOption = None,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """Show where an execution stands, what waits for a person, and what failed; or list executions."""
    from groundswell_cli.looking import follow, list_executions, show, the_open_one

    around = surroundings(context)
    hub = around.connect(stack, region)
    if execution is None and not watch:
        return list_executions(hub, around, as_json=as_json)
    execution = the_open_one(hub) if execution is None else execution
    if watch:
        return follow(hub, around, execution, seconds=timeout, as_json=as_json)
    return show(hub, around, execution, as_json=as_json)
