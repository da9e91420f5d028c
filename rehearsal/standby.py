"""A rehearsal that stays up, for an operator with `dr` and `aws` in another terminal."""

import json
import shlex
import time
from pathlib import Path
from typing import NoReturn

from rich.console import Console

from rehearsal import tools
from rehearsal.rehearsal import Rehearsal

ENVIRONMENT_FILE = tools.ROOT / ".rehearsal" / "environment"
LOOK_SECONDS = 0.5
_NAMES = ("PATH", "NO_PROXY", "no_proxy")


def stand_by(running: Rehearsal, console: Console) -> NoReturn:
    """Say how to reach it, and wait until interrupted; ProcessFailedError if a part of it ends."""
    _write_environment(running, ENVIRONMENT_FILE)
    bus = running.stack.outputs["EventBus"]
    detail = '{"operation": "failover", "all": true}'
    lines = [
        "In another terminal:",
        f"  source {ENVIRONMENT_FILE.relative_to(tools.ROOT)}",
        "  dr plan failover --all",
        "  dr request failover --all",
        "  dr status --watch",
        "or without dr:",
        f"  aws events put-events --entries {shlex.quote(_json_entry(bus, detail))}",
        "Ctrl-C here takes everything down.",
    ]
    for line in lines:
        console.print(line, soft_wrap=True)
    wait_while_running(running)


def wait_while_running(running: Rehearsal) -> NoReturn:
    """Wait until interrupted, or until a part of the rehearsal ends, which ProcessFailedError tells."""
    while True:
        running.check_running()
        time.sleep(LOOK_SECONDS)


def _json_entry(bus: str, detail: str) -> str:
    return json.dumps([{"EventBusName": bus, "Source": "operator", "DetailType": "DRRequested", "Detail": detail}])


def _write_environment(running: Rehearsal, file: Path) -> None:
    """The variables as `export` lines; a shell that sources them speaks to the embedded AWS alone."""
    environment = running.stack.environment()
    chosen = {name: value for name, value in environment.items() if name.startswith("AWS_") or name in _NAMES}
    file.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in sorted(chosen.items())))
