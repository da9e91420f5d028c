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
    customer: Annotated[str | None, typer.Option("--customer", metavar="C", help="List only this customer's.")] = None,
    environment: Annotated[
        str | None, typer.Option("--environment", metavar="E", help="List only those of this environment.")
    ] = None,
    only_open: Annotated[bool, typer.Option("--open", help="List only those that are open.")] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="List only those asked for since: 90m, 2h, 3d, an instant."),
    ] = None,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """Show where an execution stands, what waits for a person, and what failed; or list executions."""
    from groundswell_cli.errors import refused
    from groundswell_cli.filtering import Filter, instant_of
    from groundswell_cli.looking import follow, list_executions, show, the_open_one

    around = surroundings(context)
    began = None if since is None else instant_of(since, around.clock.now())
    chosen = Filter(customer, environment, only_open, began)
    if chosen.is_any and (execution is not None or watch):
        raise refused(
            "--customer, --environment, --open and --since choose from the list: leave them out, or the execution"
        )
    hub = around.connect(stack, region)
    if execution is None and not watch:
        return list_executions(hub, around, chosen, as_json=as_json)
    execution = the_open_one(hub) if execution is None else execution
    if watch:
        return follow(hub, around, execution, seconds=timeout, as_json=as_json)
    return show(hub, around, execution, as_json=as_json)
