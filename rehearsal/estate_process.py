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
import botocore.model

from rehearsal import tools
from rehearsal.estate.wire.models import SERVICE_OF_SIGNING_NAME
from rehearsal.processes import GuardedProcess, ProcessFailedError

START_SECONDS = 30.0
POLL_SECONDS = 0.02
CONTROL_SECONDS = 30.0
DEFAULT_FACTOR = 60.0


@dataclass
class EstateProcess:
    """One simulated estate; it has an address once it is started."""

    scenario: str = "smoke"
    factor: float = DEFAULT_FACTOR
    seed: int | None = None
    url: str = field(default="", init=False)
    _process: GuardedProcess | None = field(default=None, init=False)

    def start(self, control_plane: str, directory: Path) -> Mapping[str, str]:
        """Serve, asking the control plane at this address who calls; returns variables for the functions."""
        options = ["--scenario", self.scenario, "--factor", f"{self.factor:g}", "--sts-endpoint", control_plane]
        if self.seed is not None:
            options += ["--seed", str(self.seed)]
        self._process = GuardedProcess.start(
            "the simulated estate",
            [sys.executable, "-m", "rehearsal.estate", *options],
            environment={"PATH": os.defpath, "PYTHONPATH": str(tools.ROOT), "PYTHONUNBUFFERED": "1"},
            log=directory / "estate.log",
            scratch=Path(tempfile.mkdtemp(prefix="groundswell-estate-")),
        )
        self.url = self._wait_for_address(self._process)
        return {f"AWS_ENDPOINT_URL_{name}": self.url for name in sdk_names(SERVICE_OF_SIGNING_NAME.values())}

    def stop(self) -> None:
        """Stop serving. Safe to repeat."""
        if self._process is not None:
            self._process.stop()
