"""The simulated estate as a process beside the emulator, and what the rehearsal asks of it."""

import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rehearsal import tools
from rehearsal.accounts import environment_without_aws
from rehearsal.processes import GuardedProcess, ProcessFailedError
from rehearsal.waiting import wait_for

SERVICES = ("DRS", "EC2", "RDS", "ROUTE_53", "SERVICE_QUOTAS", "CLOUDWATCH")
START_SECONDS = 30.0


@dataclass
class SimulatedEstate:
    """The services that are recovered, for one scenario; times pass `factor` times as fast as in the field."""

    scenario: str
    factor: float = 60.0
    seed: int | None = None
    url: str = ""
    _process: GuardedProcess | None = field(default=None, init=False)

    def start(self, control_plane: str, directory: Path) -> Mapping[str, str]:
        """Serve; returns the variables that lead the functions here."""
        log, ready = directory / "estate.log", directory / "estate.json"
        seed = [] if self.seed is None else ["--seed", str(self.seed)]
        options = ["--scenario", self.scenario, "--factor", str(self.factor), "--sts-endpoint", control_plane, *seed]
        scratch = directory / "estate"
        scratch.mkdir()
        process = GuardedProcess.start(
            "the simulated estate",
            [tools.ROOT / ".venv" / "bin" / "python", "-m", "rehearsal.estate", *options, "--ready-file", ready],
            environment=environment_without_aws(),
            log=log,
            scratch=scratch,
        )
        self._process = process
        self.url = wait_for(lambda: _url_in(ready, process), what="the simulated estate", seconds=START_SECONDS)
        self.ask("POST", "event-endpoint", {"endpoint": control_plane})
        return {f"AWS_ENDPOINT_URL_{service}": self.url for service in SERVICES}

    def stop(self) -> None:
        """Stop serving. Safe to repeat."""
        if self._process is not None:
            self._process.stop()

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """One request to the control API; its JSON answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_estate/{path}", data=data, method=method)  # noqa: S310 - loopback
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=START_SECONDS) as answer:
            return json.load(answer)


def _url_in(ready: Path, process: GuardedProcess) -> str | None:
    process.check_running()
    if not ready.exists():
        return None
    url = json.loads(ready.read_text(encoding="utf-8"))["url"]
    if not isinstance(url, str):
        raise ProcessFailedError(f"{ready} names no address")
    return url
