"""`dr inventory`: files of the inventory, checked before they are put where every plan reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from groundswell_cli.errors import refused
from groundswell_cli.exits import Exit
from groundswell_cli.terminal import open_console, say_note

inventory = typer.Typer()

_Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", help="Files of entries (docs/tags-and-inventory.md).", show_default=False),
]


@inventory.callback(invoke_without_command=True)
def show_help(context: typer.Context) -> None:
    """Files of the inventory: what cannot be tagged, declared."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@inventory.command("validate")
def validate(files: _Files) -> int:
    """Check files of the inventory, here and now: every fault that a plan would tell, with file, line and column."""
    from groundswell_cli.inventory_check import check_files

    checked = check_files(files)
    for line in (*checked.faults, *checked.warnings):
        say_note(line)
    if checked.faults:
        count = "1 fault" if len(checked.faults) == 1 else f"{len(checked.faults):,} faults"
        raise refused(f"{count}, said above: a plan would leave out what they are in (docs/tags-and-inventory.md)")
    open_console().print(f"{len(files)} of {len(files)} files are good: {checked.summary}", soft_wrap=True)
    return Exit.OK
