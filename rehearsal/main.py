"""The command `rehearsal`: demonstrate, bring up and leave up, measure, break and wear out."""

import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import FrameType
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from groundswell_cli.terminal import open_console
from rehearsal.bench import SIZES, measure, show
from rehearsal.bench_figures import keep_figures
from rehearsal.chaos_ground import Progress, chaos_ground, estate_of
from rehearsal.chaos_show import CUSTOMERS_A_STORM, pass_storms
from rehearsal.demo import EXIT_FAILED, demonstrate
from rehearsal.estate.scenario.load import ScenarioError
from rehearsal.rehearsal import Rehearsal, naming_what_ended, rehearsal
from rehearsal.scale_page import scale_files
from rehearsal.soak import SOAK_CUSTOMERS, soak_estate, soak_through
from rehearsal.standby import stand_by
from rehearsal.storms import Storm, storms

app = typer.Typer(
    help="Groundswell on an embedded AWS, over a simulated estate.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

ScenarioOption = Annotated[str, typer.Option("--scenario", help="A scenario file, or the name of a shipped one.")]
FactorOption = Annotated[
    float, typer.Option("--factor", min=1, help="How much faster than in the field AWS's work passes.")
]
_INTERRUPTED = 130
Ground = TypeVar("Ground")


@app.command()
def demo(scenario: ScenarioOption = "default", factor: FactorOption = 60.0) -> None:
    """Fail the whole estate over, show it live, and take everything down again."""
    _run(scenario, factor, demonstrate)


@app.command()
def up(scenario: ScenarioOption = "default", factor: FactorOption = 60.0) -> None:
    """Bring everything up and leave it up until Ctrl-C, for `dr` and `aws` in another terminal."""
    _run(scenario, factor, stand_by)


@app.command()
def bench(
    servers: Annotated[list[int] | None, typer.Option("--servers", min=10, help="May be given several times.")] = None,
    factor: FactorOption = 60.0,
    keep: Annotated[Path | None, typer.Option(help="A JSON file to keep the figures in.")] = None,
) -> None:
    """Measure failovers of growing size; each on a stack of its own."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    console, measured = open_console(), []
    for size in servers or SIZES:
        console.print(f"Failing over {size} servers")
        measured.append(measure(size, factor, console))
        if keep:
            keep_figures(keep, measured)
    show(console, measured)


@app.command()
def scale() -> None:
    """Write the table of docs/scale.md, and its picture, anew from the figures in docs/samples/scale.json."""
    for path, text in scale_files().items():
        Path(path).write_text(text, encoding="utf-8")


@app.command()
def chaos(
    storm: Annotated[
        list[str] | None, typer.Option("--storm", help="Only this one; may be given several times.")
    ] = None,
    factor: FactorOption = 120.0,
) -> None:
    """Fail customers over while calls break and workers die; judge each storm by the ledger and the estate's log."""
    chosen = _chosen(storm or [])
    estate = estate_of("chaos", CUSTOMERS_A_STORM * len(chosen))
    _run_on(
        lambda progress: chaos_ground(estate, factor=factor, progress=progress),
        lambda ground, console: pass_storms(ground, chosen, console),
    )


@app.command()
def soak(
    rounds: Annotated[int, typer.Option("--rounds", min=2, help="Each fails all customers over side by side.")] = 6,
    customers: Annotated[int, typer.Option("--customers", min=1)] = SOAK_CUSTOMERS,
    factor: FactorOption = 120.0,
) -> None:
    """Fail many customers over, round after round, with faults all the while; nothing may grow or stay behind."""
    estate = soak_estate(customers, rounds)
    _run_on(
        lambda progress: chaos_ground(estate, factor=factor, progress=progress),
        lambda ground, console: soak_through(ground, rounds, console),
    )


def _chosen(names: list[str]) -> tuple[Storm, ...]:
    known = {storm.name: storm for storm in storms()}
    unknown = ", ".join(name for name in names if name not in known)
    if unknown:
        raise typer.BadParameter(f"no such storm: {unknown}; there are: {', '.join(known)}", param_hint="--storm")
    return tuple(storm for name, storm in known.items() if not names or name in names)


def _run(scenario: str, factor: float, act: Callable[[Rehearsal, Console], int]) -> None:
    def watched(running: Rehearsal, console: Console) -> int:
        with naming_what_ended(running):
            return act(running, console)

    _run_on(lambda progress: rehearsal(scenario, factor=factor, progress=progress), watched)


def _run_on(
    ground: Callable[[Progress], AbstractContextManager[Ground]], act: Callable[[Ground, Console], int]
) -> None:
    """Exit with what came of it; a failure names the step that it happened in."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    raise typer.Exit(_status_of(ground, act, open_console(), _Steps()))


def _status_of(
    ground: Callable[[Progress], AbstractContextManager[Ground]],
    act: Callable[[Ground, Console], int],
    console: Console,
    steps: "_Steps",
) -> int:
    try:
        with ground(lambda step: steps.begin(step, console)) as running:
            steps.begin("Everything is up", console)
            return act(running, console)
    except KeyboardInterrupt:
        console.print("Interrupted; everything is taken down.")
        return _INTERRUPTED
    except (RuntimeError, OSError, ScenarioError) as error:
        for line in (f"FAILED at the step “{steps.latest}”:", *str(error).splitlines()):
            open_console(stderr=True).print(line, soft_wrap=True)
        return EXIT_FAILED


class _Steps:
    """The steps that were begun, so that a failure can name its own."""

    latest = "Reading the scenario"

    def begin(self, step: str, console: Console) -> None:
        self.latest = step
        console.print(step, markup=False, highlight=False, soft_wrap=True)


def _as_interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command."""
    sys.exit(app())


if __name__ == "__main__":
    main()
