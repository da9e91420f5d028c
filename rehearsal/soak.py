"""The soak: many customers fail over, round after round, among faults; nothing may grow, and nothing stay behind."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from rehearsal.chaos import Passed, failover_of, weather
from rehearsal.chaos_evidence import keep_evidence
from rehearsal.chaos_ground import ACCOUNTS, Ground
from rehearsal.chaos_show import telling
from rehearsal.fault_rules import lost_replies, resets, throttling
from rehearsal.function_workers import STACK_PREFIX, workers_of
from rehearsal.hub_queues import Patience
from rehearsal.memory import guarded_command, resident_megabytes
from rehearsal.soak_growth import Held, Worker, growth, largest_of_each
from rehearsal.storms import LOST, THROTTLINGS, Storm

SOAK_CUSTOMERS = 20
RULES = (*lost_replies(0.05), *resets(0.01), *throttling(0.1))


@dataclass(frozen=True, slots=True)
class Round:
    """One round that is over, and what the processes held after it."""

    passed: Passed
    held: Held


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
    console.print(_workers_table(done))
    grown = list(growth([each.held for each in done]))
    for violation in grown:
        console.print(f"VIOLATION {violation}", soft_wrap=True)
    if grown or any(each.passed.violations for each in done):
        return 1
    console.print("All executions completed, all invariants hold, nothing grew and nothing stayed behind.")
    return 0


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
    return Round(passed, _weighed(ground))


def _weighed(ground: Ground) -> Held:
    given = _given(ground)
    workers = [
        Worker(function, resident_megabytes(process), given[function])
        for function, processes in workers_of(ground.stack.emulator.endpoint).items()
        for process in processes
    ]
    guardians = ground.stack.emulator.guardian_id, ground.estate.guardian_id
    emulator, estate = (resident_megabytes(guarded_command(each or 0)) for each in guardians)
    return Held(workers, emulator, estate)


def _given(ground: Ground) -> dict[str, int]:
    """The memory of each deployed function in megabytes, by its name without the stack's."""
    pages = ground.stack.hub.session().client("lambda").get_paginator("list_functions").paginate()
    functions = (function for page in pages for function in page["Functions"])
    return {function["FunctionName"].removeprefix(STACK_PREFIX): function["MemorySize"] for function in functions}


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
        held, largest = each.held, each.held.largest
        table.add_row(
            *map(str, (*counts, passed.dead_letters, len(held.workers))),
            f"{largest.megabytes:.0f} {largest.function}" if largest else "none",
            *(f"{megabytes:.0f}" for megabytes in (held.emulator, held.estate)),
            str(len(passed.violations)),
        )
    return table


def _workers_table(rounds: Sequence[Round]) -> Table:
    table = Table(title="Largest worker of each function, by round", title_justify="left")
    for name in ("function", "given", *map(str, range(1, len(rounds) + 1))):
        table.add_column(name, justify="left" if name == "function" else "right")
    largest = [largest_of_each([each.held]) for each in rounds]
    for function, worker in largest_of_each([each.held for each in rounds]).items():
        seen = (each.get(function) for each in largest)
        table.add_row(function, f"{worker.given:.0f}", *(f"{one.megabytes:.0f}" if one else "-" for one in seen))
    return table
