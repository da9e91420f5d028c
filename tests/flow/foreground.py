"""Children that behave as in the foreground of a terminal, wherever the tests run."""

import signal


def hear_ctrl_c() -> None:
    """For a child before it begins: a shell that put us in the background may have had us ignore Ctrl-C for good."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
