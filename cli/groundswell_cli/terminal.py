"""Speaking with the person, or the script, at the terminal."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from groundswell.domain.legible import legible
from groundswell_cli.errors import refused

if TYPE_CHECKING:
    from rich.console import Console

_WIDTH_OF_A_FILE = 160
"""Columns where the output is no terminal and COLUMNS does not say."""


def open_console(*, stderr: bool = False) -> Console:
    """A console for tables and text; what is printed is taken as it is, without markup."""
    from groundswell_cli.console import LegibleConsole

    console = LegibleConsole(stderr=stderr, markup=False, highlight=False, emoji=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _WIDTH_OF_A_FILE
    return console


def say_error(message: str) -> None:
    """Say on standard error, in one line, what ends or interrupts the command."""
    sys.stderr.write(f"dr: {legible(message)}\n")


def say_note(message: str) -> None:
    """Say on standard error, in one line, what the person should know of what follows."""
    sys.stderr.write(f"{legible(message)}\n")


def print_json(value: object) -> None:
    """Print a JSON document on standard output."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def confirm(console: Console, scope: str) -> None:
    """Have the person type the scope.

    Raises:
        CliError: something else was typed, or nobody is there to type.
    """
    console.print(f"Type {scope} to go on, anything else to stop: ", end="")
    typed = sys.stdin.readline().strip()
    if not sys.stdin.isatty():
        console.print()
    if typed != scope:
        told = f"{typed!r} was typed" if typed else "nothing was typed (in a script, give --yes)"
        raise refused(f"not confirmed: {told}; nothing was asked")
