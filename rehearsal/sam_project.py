"""The SAM application as the embedded stack gets it, and how the SAM CLI is called: offline, its output in a log."""

import json
import os
import shlex
import subprocess
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rehearsal import tools
from rehearsal.processes import log_end

WORK = tools.ROOT / ".rehearsal" / "sam"
POLL_SECONDS = 0.5
LOG_LINES = 60


class SamFailedError(RuntimeError):
    """`sam build` or `sam deploy` failed."""


@dataclass(frozen=True, slots=True)
class SamProject:
    """A template with its samconfig.toml, and the environment of that file that holds for rehearsals."""

    template: Path = tools.ROOT / "template.yaml"
    config: Path = tools.ROOT / "samconfig.toml"
    config_environment: str = "rehearsal"
    stack_name: str = "groundswell"

    def parameters(self, overrides: Mapping[str, str]) -> dict[str, str]:
        """The template's parameters: samconfig's, then what fits this machine, then the overrides."""
        config = tomllib.loads(self.config.read_text(encoding="utf-8"))
        entry = config.get(self.config_environment, {}).get("deploy", {}).get("parameters", {})
        stated = entry.get("parameter_overrides", "")
        pairs = shlex.split(stated) if isinstance(stated, str) else stated
        machine = {"PythonRuntime": tools.python_runtime(), "Architecture": tools.lambda_architecture()}
        return dict(pair.split("=", 1) for pair in pairs) | machine | dict(overrides)

    def config_arguments(self) -> list[str | Path]:
        """The SAM CLI's arguments that name the configuration."""
        return ["--config-file", self.config, "--config-env", self.config_environment]


def parameter_arguments(parameters: Mapping[str, str]) -> list[str | Path]:
    """The SAM CLI's arguments that set the template's parameters."""
    return ["--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())] if parameters else []


def run_sam(arguments: Sequence[str | Path], *, environment: Mapping[str, str], log: Path) -> None:
    """Run the SAM CLI with its output in the log; SamFailedError with the end of it if that fails."""
    WORK.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        result = subprocess.run(  # noqa: S603 - the arguments come from this package
            [tools.program(tools.SAM, "sam"), *arguments],
            cwd=WORK,
            env=_offline(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if result.returncode:
        end = log_end(log, LOG_LINES)
        raise SamFailedError(f"`sam {arguments[0]}` failed with code {result.returncode}; log: {log}\n{end}")


def _offline(environment: Mapping[str, str]) -> dict[str, str]:
    """Without telemetry and the weekly look for a newer version; the Python that builds the layer comes first."""
    home = WORK / "home"
    home.mkdir(parents=True, exist_ok=True)
    (home / "metadata.json").write_text(json.dumps({"telemetryEnabled": False, "lastVersionCheck": time.time()}))
    return dict(environment) | {
        "__SAM_CLI_APP_DIR": str(home),
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": str(POLL_SECONDS),
        "PATH": os.pathsep.join([str(tools.SAM / "bin"), environment.get("PATH", os.defpath)]),
    }
