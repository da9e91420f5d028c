"""What counts as growth in a soak: memory that does not level off, or is more than half of what a function is given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rehearsal.audit import Violation

LEAST_ROUNDS = 4
"""In the first half workers open what they keep; in the second there must be something to compare."""
WORKER_GROWTH_MB = 5.0
"""What a worker may hold in the second half beyond the largest of its function in the first; 1 MB has been seen."""
MOST_OF_MEMORY = 0.5
"""Of what the template gives the function: a deployment keeps TLS besides, and calls with more to answer."""
HUB_GROWTH, HUB_NOISE_MB = 1.5, 20.0
"""How much faster the emulated AWS, which keeps all tables, logs and metrics in memory, may grow in the second half."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that runs a function."""

    function: str
    megabytes: float
    """Resident."""
    given: float
    """What the template gives the function, in megabytes."""

    @property
    def share(self) -> float:
        """How much of its memory it holds."""
        return self.megabytes / self.given


@dataclass(frozen=True, slots=True)
class Held:
    """What processes hold after a round, in megabytes."""

    workers: Sequence[Worker]
    emulator: float
    estate: float

    @property
    def largest(self) -> Worker | None:
        """The largest worker, if there is any."""
        return max(self.workers, key=lambda each: each.megabytes, default=None)


def growth(rounds: Sequence[Held]) -> Iterator[Violation]:
    """Memory that does not stay where it was, or is too much altogether."""
    if len(rounds) < LEAST_ROUNDS:
        what = f"{len(rounds)} rounds are too few to see whether memory levels off"
        yield Violation("soak", what, f"`rehearsal soak --help`: take {LEAST_ROUNDS} rounds at least")
    half = (len(rounds) + 1) // 2
    yield from _workers_that_grew(largest_of_each(rounds[:half]), largest_of_each(rounds[half:]))
    yield from _workers_too_large(largest_of_each(rounds))
    yield from _hub_growth(rounds)


def largest_of_each(rounds: Sequence[Held]) -> dict[str, Worker]:
    """The largest worker that each function had in these rounds, by the function's name."""
    largest: dict[str, Worker] = {}
    for worker in (worker for each in rounds for worker in each.workers):
        if worker.function not in largest or worker.megabytes > largest[worker.function].megabytes:
            largest[worker.function] = worker
    return dict(sorted(largest.items()))


def _workers_that_grew(early: dict[str, Worker], late: dict[str, Worker]) -> Iterator[Violation]:
    for function in early.keys() & late.keys():
        before, after = early[function].megabytes, late[function].megabytes
        if after > before + WORKER_GROWTH_MB:
            what = (
                f"a worker of {function} held {before:.0f} MB at most in the first half, {after:.0f} MB in the second"
            )
            look_at = "what functions keep between their invocations: shared/groundswell/bootstrap.py"
            yield Violation("soak", what, look_at)


def _workers_too_large(largest: dict[str, Worker]) -> Iterator[Violation]:
    for worker in largest.values():
        if worker.share > MOST_OF_MEMORY:
            what = f"a worker of {worker.function} holds {worker.megabytes:.0f} MB of {worker.given:.0f} MB"
            look_at = "what it keeps (shared/groundswell/bootstrap.py), and MemorySize in template.yaml"
            yield Violation("soak", what, look_at)


def _hub_growth(rounds: Sequence[Held]) -> Iterator[Violation]:
    first, middle, last = rounds[0].emulator, rounds[len(rounds) // 2].emulator, rounds[-1].emulator
    early, late = middle - first, last - middle
    if late > HUB_GROWTH * early + HUB_NOISE_MB:
        what = f"the emulated AWS grew by {early:.0f} MB in the first half and by {late:.0f} MB in the second"
        look_at = "the ledger's items and the messages in queues: something may go round in circles"
        yield Violation("soak", what, look_at)
