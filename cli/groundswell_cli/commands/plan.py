"""`dr plan`: what a request would come to."""

from __future__ import annotations

from typing import Annotated

import typer

from groundswell_cli import options
from groundswell_cli.exits import Exit
from groundswell_cli.surroundings import surroundings
from groundswell_cli.terminal import open_console, print_json


def plan(
    context: typer.Context,
    operation: options.OperationArgument,
    *,
    customer: options.CustomerOption = None,
    environment: options.EnvironmentOption = None,
    everything: options.AllOption = False,
    wave: options.WavesOption = None,
    technology: options.TechnologiesOption = None,
    plan: options.PlanOption = None,
    max_resources: options.MaxResourcesOption = None,
    relaunch: options.RelaunchOption = None,
    accept_existing: options.AcceptExistingOption = None,
    resources: Annotated[bool, typer.Option("--resources", help="List every resource.")] = False,
    calls: Annotated[bool, typer.Option("--calls", help="List every AWS call that would be made.")] = False,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """Show what a request would recover, in which wave, and what speaks against it. Nothing is written or begun."""
    from groundswell_cli.asking import Option, request_of
    from groundswell_cli.views.calls import calls_view
    from groundswell_cli.views.plan import plan_view, previewed_table

    fields: dict[str, Option] = {"customer": customer, "environment": environment, "all": everything, "waves": wave}
    fields |= {
        "operation": operation,
        "technologies": technology,
        "relaunch": relaunch,
        "accept_existing": accept_existing,
    }
    fields |= {"plan": plan, "max_resources": max_resources}
    request = request_of(fields)
    preview = surroundings(context).connect(stack, region).preview(request, with_calls=calls)
    if as_json:
        print_json(preview.model_dump(mode="json"))
    else:
        console = open_console()
        console.print(plan_view(preview, str(request.scope)))
        if resources and preview.resources:
            console.print(previewed_table(preview.resources))
        if preview.calls:
            console.print(calls_view(preview.calls))
    return Exit.OK if preview.accepted else Exit.REFUSED
