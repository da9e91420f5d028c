"""Runs the simulated estate as a process beside the emulator, and speaks to its control API."""

import json
import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import botocore.loaders

from rehearsal import tools
from rehearsal.estate.wire.control import CONTROL_PREFIX
from rehearsal.estate.wire.models import SERVICE_OF_SIGNING_NAME
from rehearsal.processes import GuardedProcess, ProcessFailedError

START_SECONDS = 30.0
POLL_SECONDS = 0.02
CONTROL_SECONDS = 30.0


@dataclass
class EstateProcess:
    """One simulated estate, its durations `factor` times shorter than in the field; once started it has a `url`."""

    scenario: str = "default"
    factor: float = 60.0
    seed: int | None = None
    url: str = field(default="", init=False)
    _process: GuardedProcess | None = field(default=None, init=False)

    def start(self, control_plane: str, directory: Path) -> Mapping[str, str]:
        """Serve; who calls is asked, and AWS's events put, at the control plane. Returns variables for functions."""
        scratch = Path(tempfile.mkdtemp(prefix="groundswell-estate-"))
        ready = scratch / "ready.json"
        options = ["--scenario", self.scenario, "--factor", f"{self.factor:g}", "--sts-endpoint", control_plane]
        seed = [] if self.seed is None else ["--seed", str(self.seed)]
        self._process = GuardedProcess.start(
            "the simulated estate",
            [sys.executable, "-m", "rehearsal.estate", *options, *seed, "--ready-file", ready],
            environment={"PATH": os.defpath, "PYTHONPATH": str(tools.ROOT)},
            log=directory / "estate.log",
            scratch=scratch,
        )
        self.url = _address(self._process, ready)
        self.control("POST", "event-endpoint", {"endpoint": control_plane})
        return dict.fromkeys(map(endpoint_variable, SERVICE_OF_SIGNING_NAME.values()), self.url)

    def stop(self) -> None:
        """Stop serving. Safe to repeat."""
        if self._process is not None:
            self._process.stop()

    def check_running(self) -> None:
        """Raise ProcessFailedError, with the end of the log, if it is not running any more."""
        if self._process is None:
            raise ProcessFailedError("the simulated estate was not started")
        self._process.check_running()

    @property
    def guardian_id(self) -> int | None:
        """The process that guards it while it runs."""
        return self._process.guardian_id if self._process else None

    def control(self, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, object]:
        """Ask the control API, e.g. `control("GET", "log?service=drs")`; HTTPError if it refuses."""
        request = urllib.request.Request(  # noqa: S310 - our own server on the loopback address
            f"{self.url}{CONTROL_PREFIX}{path}", json.dumps(body).encode() if body is not None else None, method=method
        )
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=CONTROL_SECONDS) as reply:
            answer: dict[str, object] = json.load(reply)
        return answer


def endpoint_variable(service: str) -> str:
    """The variable that tells AWS's SDKs where a service is, e.g. AWS_ENDPOINT_URL_ROUTE_53."""
    metadata = botocore.loaders.create_loader().load_service_model(service, "service-2")["metadata"]
    return f"AWS_ENDPOINT_URL_{metadata['serviceId'].upper().replace(' ', '_')}"


def _address(process: GuardedProcess, ready: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while not ready.exists():
        process.check_running()
        if time.monotonic() > deadline:
            process.stop()
            raise ProcessFailedError(f"{process.name} was not ready after {START_SECONDS:g} s; log: {process.log}")
        time.sleep(POLL_SECONDS)
    url: str = json.loads(ready.read_text(encoding="utf-8"))["url"]
    return url
