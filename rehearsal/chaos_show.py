"""Chaos before your eyes: each storm as it passes, each violation in words, and a table at the end."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table

from rehearsal.chaos import Passed, Say, failover_of, weather
from rehearsal.chaos_evidence import keep_evidence
from rehearsal.chaos_ground import Ground
from rehearsal.hub_queues import Patience
from rehearsal.storms import Storm

EXIT_WELL, EXIT_VIOLATED = 0, 1
CUSTOMERS_A_STORM = 2
LINE_EVERY_SECONDS = 15.0


def pass_storms(ground: Ground, storms: Sequence[Storm], console: Console) -> int:
    """Let the storms pass one after the other, each over customers of its own; the exit status."""
    patience = Patience()
    console.print(
        f"What a dead function was at comes again after {patience.reactions} s (a worker's after {patience.workers} s) "
        f"instead of 120, and the sweep runs every {patience.sweep:g} s instead of every minute.",
        soft_wrap=True,
    )
    passed = [_pass(ground, storm, number, len(storms), console) for number, storm in enumerate(storms)]
    console.print(_table(passed))
    found = sum(len(each.violations) for each in passed)
    if found:
        console.print(
            f"{found} violation(s); what they need to be understood is in {ground.stack.directory}", soft_wrap=True
        )
        return EXIT_VIOLATED
    console.print("All executions completed, and all invariants hold.")
    return EXIT_WELL


def _pass(ground: Ground, storm: Storm, number: int, of: int, console: Console) -> Passed:
    first = number * CUSTOMERS_A_STORM
    requests = [failover_of(customer) for customer in ground.customers[first : first + CUSTOMERS_A_STORM]]
    console.print(f"Storm {number + 1} of {of}, {storm.name}: {storm.what}", soft_wrap=True)
    with telling(console) as say:
        passed = weather(ground, storm, requests, patience=Patience(), say=say)
    for violation in passed.violations:
        console.print(f"  VIOLATION {violation}", soft_wrap=True)
    if passed.violations:
        kept = keep_evidence(ground, storm.name, passed.executions, passed.violations)
        console.print(f"  Ledger, estate's calls and functions' logs are kept in {kept}", soft_wrap=True)
    told = "all is well" if not passed.violations else f"{len(passed.violations)} violation(s)"
    console.print(f"  {passed.broken} of {passed.calls} calls broken, {passed.seconds:.0f} s: {told}")
    return passed


@contextmanager
def telling(console: Console) -> Iterator[Say]:
    """Shows how things stand: on a terminal in place, elsewhere as a line now and then."""
    if console.is_terminal:
        with console.status("asking for failovers") as status:
            yield status.update
        return
    told = time.monotonic()

    def say(what: str) -> None:
        nonlocal told
        if time.monotonic() - told > LINE_EVERY_SECONDS:
            told = time.monotonic()
            console.print(f"  {what}", soft_wrap=True)

    yield say


def _table(passed: Sequence[Passed]) -> Table:
    table = Table(title="Storms, in the order in which they passed", title_justify="left")
    table.add_column("storm")
    for name in ("executions", "calls", "faults injected", "workers killed", "seconds", "dead letters", "violations"):
        table.add_column(name, justify="right")
    for each in passed:
        counts = (len(each.executions), each.calls, each.broken, each.kills, round(each.seconds), each.dead_letters)
        table.add_row(each.storm.name, *map(str, counts), str(len(each.violations)))
    return table
