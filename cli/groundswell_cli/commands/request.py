"""`dr request`: asks for an operation, and shows the answer that the ledger has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from groundswell_cli import options
from groundswell_cli.surroundings import Surroundings, surroundings

if TYPE_CHECKING:
    from groundswell.domain.request import DRRequested
    from groundswell_cli.hub import Hub


def request(
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
    approval: options.ApprovalOption = None,
    dry_run: options.DryRunOption = False,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; kept for the report.")] = None,
    request_id: Annotated[
        str | None,
        typer.Option(
            "--request-id", metavar="ID", help="The request's identity: asked twice with one id, it starts once."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask to confirm; for scripts.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Watch the execution until it ends or waits for a person.")
    ] = False,
    timeout: options.TimeoutOption = None,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """Ask for an operation: show its plan, have it confirmed, ask at the hub's door, wait for the answer."""
    from groundswell_cli.asking import Option, request_of
    from groundswell_cli.request_dialogue import Dialogue, Manner

    around = surroundings(context)
    named: dict[str, Option] = {"customer": customer, "environment": environment, "all": everything, "waves": wave}
    more: dict[str, Option] = {
        "technologies": technology,
        "relaunch": relaunch,
        "accept_existing": accept_existing,
        "approval": approval,
    }
    more |= {"plan": plan, "max_resources": max_resources}
    more |= {"dry_run": dry_run, "reason": reason, "request_id": request_id or around.new_request_id()}
    asked = request_of({"operation": operation, **named, **more})
    hub = _found(around, asked, stack, region)
    manner = Manner(
        is_new=request_id is None, confirmed=yes or dry_run, wait=wait, timeout_seconds=timeout, as_json=as_json
    )
    return Dialogue(hub, around, asked, manner).run()


def _found(around: Surroundings, asked: DRRequested, stack: str, region: str | None) -> Hub:
    """The hub; where it is not found, the line that asks without it is said all the same.

    Raises:
        CliError: it is not found.
    """
    import os

    from groundswell_cli.asking import command_line, entry_of
    from groundswell_cli.errors import CliError
    from groundswell_cli.hub import Place
    from groundswell_cli.terminal import open_console

    try:
        return around.connect(stack, region)
    except CliError:
        place = Place(stack, region or os.environ.get("AWS_REGION") or "REGION", bus=stack)
        console = open_console(stderr=True)
        console.print("The hub is not found. To ask without dr, with the same identity (the bus has the stack's name):")
        console.print(command_line(place, entry_of(asked)), soft_wrap=True)
        raise
