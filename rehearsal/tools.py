"""Where the tools are that `make` installs, each in an environment of its own, and which Python they run on."""

import platform
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EMULATOR = ROOT / ".tools" / "emulator"
PROXY = ROOT / ".tools" / "proxy"
SAM = ROOT / ".tools" / "sam"
OPERATOR_PROGRAMS = ROOT / "rehearsal" / "bin"
"""The `aws` of a rehearsal, which calls the emulated AWS alone."""


class ToolMissingError(RuntimeError):
    """A tool is not installed."""


def program(environment: Path, name: str) -> Path:
    """The path of a program in a tool's environment; ToolMissingError if it is not installed."""
    path = environment / "bin" / name
    if not path.exists():
        raise ToolMissingError(f"{path.relative_to(ROOT)} is missing: run `make tools` in {ROOT}")
    return path


def site_packages(environment: Path) -> Path:
    """The directory of an environment's packages; ToolMissingError if there is none."""
    for path in sorted(environment.glob("lib/python3.*/site-packages")):
        return path
    raise ToolMissingError(f"{environment.relative_to(ROOT)} holds no packages: run `make tools` in {ROOT}")


def python_runtime() -> str:
    """The Lambda runtime that the emulator's Python is, e.g. `python3.11`: wheels in the layer must fit it."""
    return site_packages(EMULATOR).parent.name


def lambda_architecture() -> str:
    """What Lambda calls this machine's architecture: `arm64` or `x86_64`."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"
