"""The `dr` command: asks for disaster recovery, decides about it, and shows what the ledger says of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from groundswell_cli.commands.doctor import doctor
from groundswell_cli.commands.events import events
from groundswell_cli.commands.execution_control import cancel, pause, resume
from groundswell_cli.commands.inventory import inventory
from groundswell_cli.commands.plan import plan
from groundswell_cli.commands.plans import plans
from groundswell_cli.commands.report import report
from groundswell_cli.commands.request import request
from groundswell_cli.commands.resource_control import retry, skip
from groundswell_cli.commands.resources import resources
from groundswell_cli.commands.status import status
from groundswell_cli.commands.wave_control import approve, reject
from groundswell_cli.ending import ended, heeding_readers
from groundswell_cli.options import with_place_last

if TYPE_CHECKING:
    from typer._click.core import Context

_EPILOG = (
    "Exit status: 0 done or going well, 1 bad input, rejected or refused, 2 a person must decide, 3 failed, "
    "4 AWS or the stack cannot be reached, 5 no end yet when the time was over, 6 the output could not be written."
)


class Dr(TyperGroup):
    """Turns what a command returns or raises into an exit status, and every error of a person's into one line."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002 - the base's signature; this always exits
        windows_expand_args: bool = True,
        **extra: object,
    ) -> None:
        """Run the command, and exit with its status."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")  # a terminal without UTF-8 gets a "?", not a crash
        typed = with_place_last(sys.argv[1:] if args is None else args)
        run = partial(super().main, typed, prog_name, complete_var, False, windows_expand_args, **extra)
        sys.exit(ended(run))

    def make_context(
        self, info_name: str | None, args: list[str], parent: Context | None = None, **extra: Any
    ) -> Context:
        """Read what was typed; this already may print help."""
        with heeding_readers():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: Context) -> Any:
        """Run what was typed."""
        with heeding_readers():
            return super().invoke(ctx)


app = typer.Typer(
    name="dr",
    cls=Dr,
    epilog=_EPILOG,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def show_help(context: typer.Context) -> None:
    """Ask for disaster recovery, preview it, decide about it, and see what the ledger says of it."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


_LOOKING = (plan, status, resources, events, report, doctor)
_DECIDING = (pause, resume, cancel, approve, reject, retry, skip)
for command in (request, *_LOOKING, *_DECIDING):
    app.command()(command)
app.add_typer(plans, name="plans")
app.add_typer(inventory, name="inventory")
