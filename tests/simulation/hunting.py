"""Very many worlds: side by side on all cores, resumed where they were interrupted, and counted."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulation.garbage import collect_seldom
from tests.simulation.judging import judged
from tests.simulation.stories import world_of

ROOT = Path(__file__).parent.parent.parent
DIRECTORY = ROOT / ".simulation"
CHUNK = 50
"""Worlds that are run, and written down as run, together."""
_CHUNKS_A_PROCESS = 20
"""Then a new process: what a world leaves behind in memory goes with the old one."""
_WHAT_DECIDES = ("functions", "rehearsal/estate", "shared/groundswell", "tests/simulation", "tests/template")


@dataclass
class Tally:
    """What a number of worlds came to."""

    worlds: int = 0
    steps: int = 0
    hours: float = 0.0
    """Virtual ones."""
    strikes: Counter[str] = field(default_factory=Counter)
    executions: Counter[str] = field(default_factory=Counter)
    wrong: list[int] = field(default_factory=list)
    """Seeds of worlds in which something went wrong."""

    def add(self, other: Tally) -> None:
        """Count those of another tally too."""
        self.worlds += other.worlds
        self.steps += other.steps
        self.hours += other.hours
        self.strikes += other.strikes
        self.executions += other.executions
        self.wrong += other.wrong


@dataclass(frozen=True)
class Chunk:
    """Worlds that were run together, and the states that their ledgers went through."""

    first: int
    tally: Tally
    states: array[int]


def run_chunk(first: int) -> Chunk:
    """The worlds of so many seeds from this one on."""
    tally, states = Tally(), set[int]()
    for seed in range(first, first + CHUNK):
        world = world_of(seed)
        if judged(world):
            tally.wrong.append(seed)
        tally.worlds += 1
        tally.steps += world.machine.steps
        tally.hours += world.machine.time / 3600
        tally.strikes.update(strike.kind for strike in world.trouble.struck)
        tally.executions.update(str(execution.status) for execution in world.executions())
        states |= world.watch.states.seen
    return Chunk(first, tally, array("Q", states))


class Hunt:
    """A hunt through the worlds of this very code: what was run before is not run again."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory or DIRECTORY / fingerprint()
        self._directory.mkdir(parents=True, exist_ok=True)
        self.tally = Tally()
        self.states = set[int]()
        self._done = set[int]()
        self._remember()

    def run(self, worlds: int, *, jobs: int) -> Iterator[Tally]:
        """Run the worlds from 1 on that were not run yet; after each chunk, how it stands."""
        firsts = [first for first in range(1, worlds + 1, CHUNK) if first not in self._done]
        context = multiprocessing.get_context("spawn")
        with context.Pool(jobs, collect_seldom, maxtasksperchild=_CHUNKS_A_PROCESS) as pool:
            for chunk in pool.imap_unordered(run_chunk, firsts):
                self._keep(chunk)
                yield self.tally

    def _keep(self, chunk: Chunk) -> None:
        new = array("Q", set(chunk.states) - self.states)
        with (self._directory / "states.bin").open("ab") as file:
            new.tofile(file)
        line = {"first": chunk.first, **vars(chunk.tally)}
        with (self._directory / "chunks.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        self._count(chunk.first, chunk.tally, new)

    def _count(self, first: int, tally: Tally, states: Iterable[int]) -> None:
        self._done.add(first)
        self.tally.add(tally)
        self.states.update(states)

    def _remember(self) -> None:
        chunks, states = self._directory / "chunks.jsonl", self._directory / "states.bin"
        if not chunks.exists():
            return
        for line in chunks.read_text(encoding="utf-8").splitlines():
            kept = json.loads(line)
            first, strikes, executions = kept.pop("first"), kept.pop("strikes"), kept.pop("executions")
            tally = Tally(**kept, strikes=Counter(strikes), executions=Counter(executions))
            self._count(first, tally, ())
        known = array("Q")
        known.frombytes(states.read_bytes()[: states.stat().st_size // 8 * 8])
        self.states.update(known)


def fingerprint(names: Sequence[str] = _WHAT_DECIDES) -> str:
    """Of the code and the template that decide what happens in a world."""
    files = sorted(file for name in names for file in (ROOT / name).rglob("*.py"))
    digest = hashlib.blake2b(digest_size=8)
    for file in (ROOT / "template.yaml", *files):
        digest.update(file.read_bytes())
    return digest.hexdigest()
