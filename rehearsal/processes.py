"""Child processes that cannot outlive the rehearsal, and the ports that they listen on."""

import socket
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from rehearsal import guardian

LOOPBACK = "127.0.0.1"
STOP_SECONDS = guardian.GRACE_SECONDS + 30  # a busy disk takes its time to remove what was unpacked


class ProcessFailedError(RuntimeError):
    """A program that the rehearsal needs did not start, or ended by itself."""


@dataclass(frozen=True)
class GuardedProcess:
    """A running command whose process group ends with this object's owner, at the latest."""

    name: str
    log: Path
    guardian: "subprocess.Popen[bytes]"

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str],
        log: Path,
        scratch: Path,
        pass_fds: Sequence[int] = (),
    ) -> Self:
        """Start the command in exactly this environment; output goes to the log; scratch is removed at its end."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - the command comes from this package
                [sys.executable, "-I", guardian.__file__, scratch, *command],
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=tuple(pass_fds),
                start_new_session=True,
            )
        return cls(name, log, process)

    @property
    def guardian_id(self) -> int:
        """The process that the command is a child of."""
        return self.guardian.pid

    def is_running(self) -> bool:
        """Whether the command still runs."""
        return self.guardian.poll() is None

    def check_running(self) -> None:
        """Raise ProcessFailedError with the end of the log if the command has ended."""
        if not self.is_running():
            end = log_end(self.log)
            raise ProcessFailedError(f"{self.name} ended with code {self.guardian.returncode}; log: {self.log}\n{end}")

    def stop(self) -> None:
        """End the command and everything it started; returns when the scratch directory is gone. Safe to repeat."""
        if self.guardian.stdin is not None:
            self.guardian.stdin.close()
        try:
            self.guardian.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired as error:
            self.guardian.kill()
            raise ProcessFailedError(f"{self.name} did not stop; see {self.log}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def log_end(log: Path, lines: int = 40) -> str:
    """The last lines of a log, empty when there is none."""
    if not log.exists():
        return ""
    with log.open(encoding="utf-8", errors="replace") as file:
        return "".join(deque(file, maxlen=lines)).rstrip()


def listen_on_free_port() -> socket.socket:
    """A socket that listens on a free loopback port, to hand to a server: nobody can take the port in between."""
    return socket.create_server((LOOPBACK, 0), backlog=1024)
