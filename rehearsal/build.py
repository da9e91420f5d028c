"""Builds the functions and their layer with `sam build`, once for all rehearsals that run at the same time."""

import fcntl
import platform
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rehearsal import tools
from rehearsal.accounts import environment_without_aws
from rehearsal.sam_project import WORK, SamFailedError, SamProject, parameter_arguments, run_sam

BUILT = WORK / "built" / "build"
CACHE = WORK / "cache"


def build(project: SamProject, parameters: Mapping[str, str], *, into: Path, log: Path) -> Path:
    """Build what changed since the last build, copy the result to a directory of our own; returns its template."""
    command = ["build", "--cached", "--parallel", "--template", project.template, *project.config_arguments()]
    places: list[str | Path] = ["--build-dir", BUILT, "--cache-dir", CACHE]
    with _building_alone():
        run_sam([*command, *places, *parameter_arguments(parameters)], environment=environment_without_aws(), log=log)
        shutil.copytree(BUILT, into, symlinks=True)
    if not runs_lambda_wheels():
        for layer in into.glob("*/python"):
            fit_layer_to_this_machine(layer, project.template.parent / "shared" / "requirements.txt", log=log)
    return into / "template.yaml"


def runs_lambda_wheels() -> bool:
    """Whether this machine loads what SAM puts into a layer: wheels for Linux with glibc."""
    return platform.system() == "Linux" and platform.libc_ver()[0] == "glibc"


def fit_layer_to_this_machine(layer: Path, requirements: Path, *, log: Path) -> None:
    """Install the layer's packages over what SAM put there, this time for this machine (macOS, Alpine)."""
    install: list[str | Path] = [tools.program(tools.EMULATOR, "python"), "-m", "pip", "--quiet", "install"]
    with log.open("ab") as output:
        result = subprocess.run(  # noqa: S603 - the arguments come from this package
            [*install, "--upgrade", "--target", layer, "--requirement", requirements],
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if result.returncode:
        raise SamFailedError(f"no packages for the layer that run on {platform.platform()}; log: {log}")


@contextmanager
def _building_alone() -> Iterator[None]:
    WORK.mkdir(parents=True, exist_ok=True)
    with (WORK / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
