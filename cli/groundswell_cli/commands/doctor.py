"""`dr doctor`: whether the hub itself is well."""

from __future__ import annotations

import typer

from groundswell_cli import options
from groundswell_cli.surroundings import surroundings


def doctor(
    context: typer.Context,
    *,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """Say whether the hub itself is well: what is wrong, since when, and what to do; it mends nothing."""
    from groundswell_cli.health import examine, exit_status
    from groundswell_cli.terminal import open_console, print_json

    around = surroundings(context)
    findings = examine(around.connect(stack, region), around.clock.now())
    if as_json:
        print_json([finding.as_json() for finding in findings])
    else:
        from groundswell_cli.views.health import health_view

        open_console().print(health_view(findings))
    return exit_status(findings)
