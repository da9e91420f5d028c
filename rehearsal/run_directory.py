"""The directory that one run writes its logs to; the last few are kept."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from rehearsal import tools

RUNS = tools.ROOT / ".rehearsal" / "runs"
KEPT = 20


def new_run_directory(name: str) -> Path:
    """A fresh directory, named by time so that the newest sorts last; the oldest ones go."""
    for old in sorted(RUNS.glob("*"))[: -KEPT + 1]:
        shutil.rmtree(old, ignore_errors=True)
    directory = RUNS / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{name}-{os.getpid()}"
    directory.mkdir(parents=True)
    return directory
