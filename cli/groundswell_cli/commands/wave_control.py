"""`dr approve`, `dr reject`: decisions about a wave that waits for one."""

from __future__ import annotations

import typer

from groundswell_cli import options
from groundswell_cli.surroundings import surroundings


def approve(
    context: typer.Context,
    execution: options.ExecutionArgument,
    *,
    wave: options.WaveOption = None,
    reason: options.ReasonOption = None,
    command_id: options.CommandIdOption = None,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """Let a wave begin that waits for approval."""
    from groundswell_cli.deciding import Saying, decide

    around = surroundings(context)
    saying = Saying("approve", execution, reason, command_id, {"wave": wave}, as_json=as_json)
    return decide(around.connect(stack, region), around, saying)


def reject(
    context: typer.Context,
    execution: options.ExecutionArgument,
    *,
    wave: options.WaveOption = None,
    reason: options.ReasonOption = None,
    yes: options.ConfirmedOption = False,
    command_id: options.CommandIdOption = None,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """Do not let a wave begin that waits for approval: the execution is cancelled."""
    from groundswell_cli.deciding import Saying, decide

    around = surroundings(context)
    saying = Saying("reject", execution, reason, command_id, {"wave": wave}, confirmed=yes, as_json=as_json)
    return decide(around.connect(stack, region), around, saying)
