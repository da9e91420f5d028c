"""`dr retry`, `dr skip`: decisions about resources of a wave that have failed."""

from __future__ import annotations

import typer

from groundswell_cli import options
from groundswell_cli.surroundings import surroundings


def retry(
    context: typer.Context,
    execution: options.ExecutionArgument,
    *,
    wave: options.WaveOption = None,
    resource: options.ChosenOption = None,
    reason: options.ReasonOption = None,
    command_id: options.CommandIdOption = None,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """Try failed resources of a wave once more."""
    from groundswell_cli.deciding import Saying, decide

    around = surroundings(context)
    more = {"wave": wave, "resources": [*(resource or ())]}
    saying = Saying("retry", execution, reason, command_id, more, as_json=as_json)
    return decide(around.connect(stack, region), around, saying)


def skip(
    context: typer.Context,
    execution: options.ExecutionArgument,
    *,
    wave: options.WaveOption = None,
    resource: options.ChosenOption = None,
    reason: options.ReasonOption = None,
    yes: options.ConfirmedOption = False,
    command_id: options.CommandIdOption = None,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """Go on without resources of a wave that failed or were not begun; needs --reason."""
    from groundswell_cli.deciding import Saying, decide, missing_reason

    if not reason:
        raise missing_reason("skip")
    around = surroundings(context)
    more = {"wave": wave, "resources": [*(resource or ())]}
    saying = Saying("skip", execution, reason, command_id, more, confirmed=yes, as_json=as_json)
    return decide(around.connect(stack, region), around, saying)
