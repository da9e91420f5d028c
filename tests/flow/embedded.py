"""What flow tests hold in their hands: a running embedded stack, an operator's shell at the hub, bounded waiting."""

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from rehearsal.accounts import EmbeddedSession
from rehearsal.estate.wire.models import SERVICE_OF_SIGNING_NAME
from rehearsal.estate_process import EstateProcess, endpoint_variable
from rehearsal.stack import EmbeddedStack

Seen = TypeVar("Seen")
SCENARIO = Path(__file__).parent / "scenarios" / "flow.yaml"
COMMAND_SECONDS = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.25


@dataclass(frozen=True, slots=True)
class Operator:
    """Someone who types commands at the hub, with `aws` and `dr` on the path."""

    environment: dict[str, str]

    def run(self, *command: str, timeout_seconds: float = COMMAND_SECONDS) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end, whatever its exit code; output is text."""
        return subprocess.run(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_seconds,
            check=False,
        )

    def run_well(self, *command: str, timeout_seconds: float = COMMAND_SECONDS) -> str:
        """Run a command that must succeed; returns what it printed."""
        result = self.run(*command, timeout_seconds=timeout_seconds)
        assert result.returncode == 0, (
            f"{' '.join(command)}: code {result.returncode}\n{result.stdout}\n{result.stderr}"
        )
        return result.stdout


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running embedded stack and its simulated estate, as tests use them."""

    stack: EmbeddedStack
    estate: EstateProcess

    @property
    def outputs(self) -> dict[str, str]:
        """The hub stack's outputs by name."""
        return self.stack.outputs

    @property
    def operator(self) -> Operator:
        """An operator's shell at the hub."""
        return Operator(self.stack.environment())

    def operator_in(self, account_id: str) -> Operator:
        """An operator's shell in a workload account, whose `aws` reaches the simulated services."""
        simulated = dict.fromkeys(map(endpoint_variable, SERVICE_OF_SIGNING_NAME.values()), self.estate.url)
        account = self.stack.account(account_id).environment()
        return Operator(self.stack.environment() | account | {"PATH": self.stack.environment()["PATH"]} | simulated)

    def hub(self) -> EmbeddedSession:
        """A boto3 session at the hub."""
        return self.stack.hub.session()

    def account(self, account_id: str) -> EmbeddedSession:
        """A boto3 session in a workload account."""
        return self.stack.account(account_id).session()


def wait_until(
    look: Callable[[], Seen], *, what: str, timeout_seconds: float = 30.0, done: Callable[[Seen], bool] = bool
) -> Seen:
    """Look again and again until what is seen will do, and return it; if it never does, say what was seen last."""
    deadline, pause = time.monotonic() + timeout_seconds, FIRST_PAUSE
    while not done(seen := look()):
        assert time.monotonic() < deadline, f"{what}: not within {timeout_seconds:g} s; seen last: {seen!r}"
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
    return seen
