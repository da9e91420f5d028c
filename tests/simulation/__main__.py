"""`python -m tests.simulation`: hunts through many worlds, replays one, measures large ones, finds planted bugs."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests.simulation.bugs import BUGS
from tests.simulation.hunting import CHUNK, Hunt, Tally
from tests.simulation.large import show_large
from tests.simulation.planting import first_to_find
from tests.simulation.shrinking import shrunk

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console()
_TOLD = 3
"""Worlds that went wrong of which the story is told; all are named."""

CORES = os.cpu_count() or 1
Jobs = Annotated[int, typer.Option(help="Worlds that are run side by side.")]


@app.command()
def hunt(worlds: Annotated[int, typer.Argument(min=1)] = 10_000, *, jobs: Jobs = CORES) -> None:
    """Run so many worlds, those that were run before with this very code left out; exit status 1 if one goes wrong."""
    hunting = Hunt()
    known = hunting.tally.worlds
    if known:
        console.print(f"{known} worlds were run before with this code; they are not run again")
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("worlds", total=-(-worlds // CHUNK) * CHUNK, completed=known)
        for tally in hunting.run(worlds, jobs=jobs):
            progress.update(task, completed=tally.worlds, description=f"worlds ({len(tally.wrong)} wrong)")
    _show(hunting.tally, len(hunting.states))
    for seed in sorted(hunting.tally.wrong)[:_TOLD]:
        console.print(str(shrunk(seed)), markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1 if hunting.tally.wrong else 0)


@app.command()
def replay(seed: Annotated[int, typer.Argument(min=1)]) -> None:
    """Tell what happens in the world of a seed: where it goes wrong, with as little trouble as that takes."""
    found = shrunk(seed)
    told = str(found) if found else f"World {seed} goes well."
    console.print(told, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1 if found else 0)


@app.command()
def large(sizes: Annotated[list[int] | None, typer.Argument(help="Resources.")] = None) -> None:
    """Fail large estates over without any trouble, in the times of the field, and give exact figures."""
    show_large(console, sizes or [1_000, 10_000])


@app.command()
def bugs(names: Annotated[list[str] | None, typer.Argument(help="All, if none is named.")] = None) -> None:
    """Plant known bugs, one after the other, and say within how many worlds each is found."""
    missed = False
    for bug in [bug for bug in BUGS if not names or bug.name in names]:
        found = first_to_find(bug)
        missed |= found is None
        told = f"found by world {found.seed}: {found.words}" if found else f"NOT FOUND in {bug.worlds} worlds"
        console.print(f"{bug.name}: {told}", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1 if missed else 0)


def _show(tally: Tally, states: int) -> None:
    console.print(
        f"{tally.worlds} worlds, {tally.hours:,.0f} virtual hours, {tally.steps:,} steps, "
        f"{states:,} distinct states of the ledger; wrong: {tally.wrong or 'none'}"
    )
    for what, counts in (("executions", tally.executions), ("trouble", tally.strikes)):
        console.print(f"{what}: " + ", ".join(f"{name} {number:,}" for name, number in counts.most_common()))


if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="No application metrics to publish")
    sys.exit(app())
