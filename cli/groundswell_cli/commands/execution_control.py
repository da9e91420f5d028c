"""`dr pause`, `dr resume`, `dr cancel`: decisions about an execution as a whole."""

from __future__ import annotations

import typer

from groundswell_cli import options
from groundswell_cli.surroundings import surroundings


def pause(
    context: typer.Context,
    execution: options.ExecutionArgument,
    *,
    reason: options.ReasonOption = None,
    command_id: options.CommandIdOption = None,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """Begin nothing more until it is resumed. What runs in AWS already is followed to its end."""
    from groundswell_cli.deciding import Saying, decide

    around = surroundings(context)
    saying = Saying("pause", execution, reason, command_id, as_json=as_json)
    return decide(around.connect(stack, region), around, saying)


def resume(
    context: typer.Context,
    execution: options.ExecutionArgument,
    *,
    reason: options.ReasonOption = None,
    command_id: options.CommandIdOption = None,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """Go on where the execution was paused."""
    from groundswell_cli.deciding import Saying, decide

    around = surroundings(context)
    saying = Saying("resume", execution, reason, command_id, as_json=as_json)
    return decide(around.connect(stack, region), around, saying)


def cancel(
    context: typer.Context,
    execution: options.ExecutionArgument,
    *,
    reason: options.ReasonOption = None,
    yes: options.ConfirmedOption = False,
    command_id: options.CommandIdOption = None,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """End the execution: begin nothing more, follow what runs in AWS to its end. What is recovered stays up."""
    from groundswell_cli.deciding import Saying, decide

    around = surroundings(context)
    saying = Saying("cancel", execution, reason, command_id, confirmed=yes, as_json=as_json)
    return decide(around.connect(stack, region), around, saying)
