"""`dr resources`: the resources of an execution."""

from __future__ import annotations

from typing import Annotated

import typer

from groundswell_cli import options
from groundswell_cli.exits import Exit
from groundswell_cli.surroundings import surroundings
from groundswell_cli.terminal import open_console, print_json


def resources(
    context: typer.Context,
    execution: options.ExecutionArgument,
    *,
    wave: options.WavesOption = None,
    state: Annotated[
        list[str] | None,
        typer.Option(
            "--state",
            metavar="S",
            help="Only in this state: PENDING, IN_PROGRESS, RECOVERED, FAILED, SKIPPED; repeat it for more.",
        ),
    ] = None,
    technology: options.TechnologiesOption = None,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """List the resources of an execution; of those that failed, the cause and what to do."""
    from groundswell_cli.choosing import Choice
    from groundswell_cli.finding import find
    from groundswell_cli.views.resources import listing_view

    choice = Choice.of(waves=wave, states=state, technologies=technology)
    store = surroundings(context).connect(stack, region).store
    found = find(store, execution)
    chosen = choice.read(store, found)
    if as_json:
        print_json([resource.model_dump(mode="json") for resource in chosen])
    else:
        open_console().print(listing_view(chosen, str(choice)))
    return Exit.OK
