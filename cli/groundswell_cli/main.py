"""The entry point of `dr`; it loads nothing but what it needs to end in order when it is interrupted at its start."""

from __future__ import annotations

import sys

_INTERRUPTED = 130


def main() -> None:
    """Run the command that was typed, and exit with its status."""
    try:
        from groundswell_cli.app import app

        app(prog_name="dr")
    except KeyboardInterrupt:  # before the command itself could heed it
        sys.stderr.write("\ndr: interrupted: only this command has ended, executions go on; see: dr status\n")
        sys.exit(_INTERRUPTED)
