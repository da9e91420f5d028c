"""How a command ends: with an exit status, and where something is wrong with one line that says what."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from groundswell_cli.errors import explain, unwritten
from groundswell_cli.exits import Exit
from groundswell_cli.terminal import say_error


class UnreadError(Exception):
    """Whoever read the output has ended. No OSError, of which the library of the command line would make an error."""


@contextmanager
def heeding_readers() -> Iterator[None]:
    """Tell the end of whoever reads the output from other errors."""
    try:
        yield
    except BrokenPipeError as error:
        raise UnreadError from error


def ended(run: Callable[[], object]) -> int:
    """Run the command; its exit status."""
    try:
        status = _status_of(run)
        sys.stdout.flush()
    except (UnreadError, BrokenPipeError):
        return _nobody_reads()
    except OSError as error:
        say_error(str(unwritten(error)))
        _give_up_output()
        return Exit.UNWRITTEN
    return status


def _status_of(run: Callable[[], object]) -> int:
    try:
        found = run()
    except typer.TyperException as error:
        return _tell_usage(error)
    except (typer.Abort, KeyboardInterrupt):
        return _tell_interrupted()
    except (UnreadError, OSError):
        raise
    except Exception as error:
        told = explain(error)
        if told is None:
            raise
        say_error(str(told))
        return told.exit_status
    return _tell_interrupted() if found == Exit.INTERRUPTED else found if isinstance(found, int) else Exit.OK


def _tell_usage(error: typer.TyperException) -> Exit:
    message = " ".join(error.format_message().split()).removesuffix(".")
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "dr"
    say_error(f"{message}{' ' if message.endswith('?') else '. '}See: {command} --help")
    return Exit.REFUSED


def _tell_interrupted() -> Exit:
    sys.stderr.write("\n")
    say_error("interrupted: only this command has ended, executions go on; see: dr status")
    return Exit.INTERRUPTED


def _nobody_reads() -> Exit:
    """Whoever read the output has enough of it, as `head` has: no error."""
    _give_up_output()
    return Exit.UNREAD


def _give_up_output() -> None:
    """Let what is left of the output go nowhere: the interpreter would try to write it once more at its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # no file stands behind it
        return
