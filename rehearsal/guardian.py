"""Runs one command and ends all that it started as soon as its owner lets go or dies; a script, standard library only.

The owner holds the other end of our standard input. When that end closes, for whatever reason (an orderly stop, Ctrl-C,
SIGKILL), the command's process group is ended and its scratch directory is removed.
Usage: guardian.py SCRATCH_DIRECTORY COMMAND [ARGUMENT ...]
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

GRACE_SECONDS = 2.0


def main(arguments: list[str]) -> int:
    """Run the command to its end, or to the owner's; returns the command's exit code."""
    scratch, command = arguments[0], arguments[1:]
    # A session of its own keeps the terminal's Ctrl-C from it; sockets that the owner passed to us are passed on.
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, close_fds=False, start_new_session=True)  # noqa: S603 - the owner's own command
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_after_owner, args=(child,), daemon=True).start()
    code = child.wait()
    _signal_group(child.pid, signal.SIGKILL)
    shutil.rmtree(scratch, ignore_errors=True)
    return code if code >= 0 else 128 - code


def _end_after_owner(child: "subprocess.Popen[bytes]") -> None:
    while os.read(0, 1):
        pass
    _signal_group(child.pid, signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    _signal_group(child.pid, signal.SIGKILL)


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS answers EPERM for a group of zombies
        os.killpg(group, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
