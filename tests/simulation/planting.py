"""A bug that is planted on purpose, and the worlds that are run with it in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
NOT_FOUND, FOUND = 0, 3
"""Exit statuses of the process."""


class MovedError(Exception):
    """The code that a bug alters is not there any more, or is there twice."""


@dataclass(frozen=True)
class Bug:
    """Code as it must not be. `right` is a piece of the module's source, `wrong` what stands there instead."""

    name: str
    module: str
    right: str
    wrong: str
    worlds: int
    """Within so many worlds it is found."""
    and_also: tuple[str, str] | None = None
    """A second piece, and what stands there instead."""
    missed_by: int = 0
    """So many worlds from the first on are known to miss it: a test need not spend its time on them again."""

    def planted_in(self, source: str) -> str:
        """The module's source with the bug.

        Raises:
            MovedError: the piece that it alters is not there exactly once.
        """
        for right, wrong in ((self.right, self.wrong), *([self.and_also] if self.and_also else [])):
            times = source.count(right)
            if times != 1:
                raise MovedError(
                    f"bug {self.name}: {self.module} has {times} times what it alters, not once; write it anew for the "
                    f"code as it is now:\n{right}"
                )
            source = source.replace(right, wrong)
        return source


def source_of(module: str) -> Path:
    """The file of a module."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise MovedError(f"there is no module {module}")
    return Path(spec.origin)


@dataclass(frozen=True)
class Found:
    """The world that finds a bug, and what is wrong in it."""

    seed: int
    words: str


def first_to_find(bug: Bug, *, after: int = 0) -> Found | None:
    """The first world, in a process in which the bug is planted, that goes wrong; None where none does.

    Args:
        bug: what is planted.
        after: so many worlds are not tried.
    """
    command = [sys.executable, "-W", "ignore", "-m", "tests.simulation.planted", bug.name, str(after)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ended.returncode not in (FOUND, NOT_FOUND):
        raise RuntimeError(f"the worlds with bug {bug.name} did not run: {ended.stderr[-2000:]}")
    seed, _, words = ended.stdout.partition(" ")
    return Found(int(seed), words.strip()) if ended.returncode == FOUND else None
