"""The soak: many customers fail over, round after round, among faults; nothing may grow, and nothing stay behind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rich.console import Console
from rich.table import Table

from groundswell.adapters.assumed_clients import MOST_KEPT
from rehearsal.audit import Violation
from rehearsal.chaos import Passed, failover_of, weather
from rehearsal.chaos_evidence import keep_evidence
from rehearsal.chaos_ground import ACCOUNTS, Ground
from rehearsal.chaos_show import telling
from rehearsal.fault_rules import lost_replies, resets, throttling
from rehearsal.function_workers import workers_of
from rehearsal.hub_queues import Patience
from rehearsal.memory import guarded_command, resident_megabytes
from rehearsal.storms import LOST, THROTTLINGS, Storm

SOAK_CUSTOMERS = 20
RULES = (*lost_replies(0.05), *resets(0.01), *throttling(0.1))
WORKER_GROWTH, WORKER_NOISE_MB = 1.2, 10.0
"""What the largest worker may hold at the end beside what it held when it had seen as many executions as it keeps."""
HUB_GROWTH, HUB_NOISE_MB = 1.5, 20.0
"""How much faster the emulated AWS, which keeps all tables, logs and metrics in memory, may grow in the second half."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round that is over, and what the processes held after it, in megabytes."""

    passed: Passed
    workers: int
    largest_worker: float
    function: str
    """What the largest worker runs."""
    emulator: float
    estate: float


def soak_estate(customers: int, rounds: int) -> dict[str, object]:
    """A scenario: in an environment for each round each customer has two servers, a database and a DNS name."""
    names = [environment(number) for number in range(1, rounds + 1)]
    servers = [
        {"name": f"{{customer}}-{name}-{kind}", "per_customer": 1, "wave": wave, "tags": {"Environment": name}}
        for name in names
        for kind, wave in (("dc", 1), ("app", 2))
    ]
    databases = [{"name": f"{{customer}}-{name}-db", "wave": 1, "tags": {"Environment": name}} for name in names]
    records = [
        {"name": f"app-{name}.{{customer}}", "wave": 2, "routing": "weighted", "tags": {"Environment": name}}
        for name in names
    ]
    return {
        "name": "soak",
        "accounts": list(ACCOUNTS),
        "customers": {"count": customers},
        "servers": servers,
        "aurora": databases,
        "dns": {"records": records},
    }


def environment(number: int) -> str:
    """The environment that a round fails over."""
    return f"round-{number:02}"


def soak_through(ground: Ground, rounds: int, console: Console) -> int:
    """All rounds, one after the other; the exit status: 0 if all is well."""
    done: list[Round] = []
    for number in range(1, rounds + 1):
        console.print(f"Round {number} of {rounds}: {len(ground.customers)} customers fail over side by side")
        done.append(_round(ground, number, console))
    console.print(_table(done))
    grown = list(growth(done))
    for violation in grown:
        console.print(f"VIOLATION {violation}", soft_wrap=True)
    if grown or any(each.passed.violations for each in done):
        return 1
    console.print("All executions completed, all invariants hold, nothing grew and nothing stayed behind.")
    return 0


def growth(rounds: Sequence[Round]) -> Iterator[Violation]:
    """Memory that does not stay where it was."""
    last, executions = rounds[-1], [len(each.passed.executions) for each in rounds]
    warm = next((each for each, seen in zip(rounds, accumulate(executions), strict=True) if seen >= MOST_KEPT), last)
    if warm is last:
        what = f"{sum(executions)} executions are too few to see workers grow, which keep the roles of {MOST_KEPT}"
        yield Violation("soak", what, "`rehearsal soak --help`: take more rounds, or more customers")
    if last.largest_worker > WORKER_GROWTH * warm.largest_worker + WORKER_NOISE_MB:
        what = (
            f"the largest worker ({last.function}) holds {last.largest_worker:.0f} MB, "
            f"and the largest held {warm.largest_worker:.0f} MB when warm"
        )
        yield Violation("soak", what, "what functions keep between their invocations: shared/groundswell/bootstrap.py")
    middle = rounds[len(rounds) // 2]
    early, late = middle.emulator - rounds[0].emulator, last.emulator - middle.emulator
    if late > HUB_GROWTH * early + HUB_NOISE_MB:
        what = f"the emulated AWS grew by {early:.0f} MB in the first half and by {late:.0f} MB in the second"
        yield Violation(
            "soak", what, "the ledger's items and the messages in queues: something may go round in circles"
        )


def _round(ground: Ground, number: int, console: Console) -> Round:
    storm = Storm(f"round {number}", "", RULES, services=("dynamodb", "events"), kinds=(LOST, *THROTTLINGS))
    requests = [failover_of(customer, environment(number)) for customer in ground.customers]
    with telling(console) as say:
        passed = weather(ground, storm, requests, patience=Patience(), say=say)
    for violation in passed.violations:
        console.print(f"  VIOLATION {violation}", soft_wrap=True)
    if passed.violations:
        kept = keep_evidence(ground, storm.name, passed.executions, passed.violations)
        console.print(f"  Ledger, estate's calls and functions' logs are kept in {kept}", soft_wrap=True)
    return _weighed(ground, passed)


def _weighed(ground: Ground, passed: Passed) -> Round:
    workers = [
        (resident_megabytes(process), function)
        for function, processes in workers_of(ground.stack.emulator.endpoint).items()
        for process in processes
    ]
    largest, function = max(workers, default=(0.0, "none"))
    guardians = ground.stack.emulator.guardian_id, ground.estate.guardian_id
    emulator, estate = (resident_megabytes(guarded_command(each or 0)) for each in guardians)
    return Round(passed, len(workers), largest, function, emulator, estate)


def _table(rounds: Sequence[Round]) -> Table:
    table = Table(title="Rounds; memory is resident megabytes after the round", title_justify="left")
    for name in (
        "round", "executions", "calls", "faults", "seconds", "messages left", "dead letters", "workers",
        "largest worker", "emulated AWS", "estate", "violations",
    ):  # fmt: skip
        table.add_column(name, justify="right")
    for number, each in enumerate(rounds, 1):
        passed = each.passed
        counts = (number, len(passed.executions), passed.calls, passed.broken, round(passed.seconds), passed.waiting)
        held = (each.emulator, each.estate)
        table.add_row(
            *map(str, (*counts, passed.dead_letters, each.workers)),
            f"{each.largest_worker:.0f} {each.function}",
            *(f"{megabytes:.0f}" for megabytes in held),
            str(len(passed.violations)),
        )
    return table
