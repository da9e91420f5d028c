"""The `dr` command: asks for disaster recovery, decides about it, and shows what the ledger says of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper

import typer
from typer.core import TyperGroup

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
from groundswell_cli.errors import CliError, explain
from groundswell_cli.exits import Exit
from groundswell_cli.terminal import say_error

_EPILOG = (
    "Exit status: 0 done or going well, 1 bad input, rejected or refused, 2 a person must decide, 3 failed, "
    "4 AWS or the stack cannot be reached, 5 no end yet when the time was over."
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
        try:
            status = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except typer.TyperException as error:
            status = _tell_usage(error)
        except typer.Abort:
            status = Exit.INTERRUPTED
        except Exception as error:
            told = explain(error)
            if told is None:
                raise
            status = _tell(told)
        if status == Exit.INTERRUPTED:
            sys.stderr.write("\n")
            say_error("interrupted: only this command has ended, executions go on; see: dr status")
        sys.exit(status or Exit.OK)


def _tell_usage(error: typer.TyperException) -> Exit:
    message = " ".join(error.format_message().split()).removesuffix(".")
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "dr"
    say_error(f"{message}{' ' if message.endswith('?') else '. '}See: {command} --help")
    return Exit.REFUSED


def _tell(error: CliError) -> Exit:
    say_error(str(error))
    return error.exit_status


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


_LOOKING = (plan, status, resources, events, report)
_DECIDING = (pause, resume, cancel, approve, reject, retry, skip)
for command in (request, *_LOOKING, *_DECIDING):
    app.command()(command)
app.add_typer(plans, name="plans")
app.add_typer(inventory, name="inventory")


def main() -> None:
    """The entry point."""
    app(prog_name="dr")
