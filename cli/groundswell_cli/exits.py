"""The exit statuses of every command; docs/cli.md tells them to people."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What a command's exit status says to a script."""

    OK = 0
    """Done, or going well."""
    REFUSED = 1
    """Bad input, an unknown name, a scope not confirmed, a request that is rejected, or a decision that is refused:
    nothing was started or changed. Of `dr doctor`: something is wrong with the hub."""
    WAITING = 2
    """The execution is held, paused, or waits for an approval: a person must decide."""
    FAILED = 3
    """The execution failed, was cancelled, or ended without all of its critical resources."""
    UNREACHABLE = 4
    """AWS, the stack or the preview function cannot be reached, or does not answer as it should."""
    UNFINISHED = 5
    """The time that was allowed is over, and there is no answer or no end yet."""
    UNWRITTEN = 6
    """What there is to say could not be written, e.g. to a full disk; what was asked for goes on."""
    INTERRUPTED = 130
    """Ctrl-C: only the command ended; what was asked for goes on."""
    UNREAD = 141
    """Whoever read the output has ended, as `head` does."""
