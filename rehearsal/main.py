"""The command `rehearsal`: demonstrate, bring up and leave up, measure."""

import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from groundswell_cli.terminal import open_console
from rehearsal.bench import SIZES, measure, show
from rehearsal.demo import EXIT_FAILED, demonstrate
from rehearsal.estate.scenario.load import ScenarioError
from rehearsal.rehearsal import Rehearsal, rehearsal
from rehearsal.standby import stand_by

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
) -> None:
    """Measure failovers of growing size; each on a stack of its own."""
    console, sizes = open_console(), servers or list(SIZES)
    measured = []
    for size in sizes:
        console.print(f"Failing over {size} servers")
        measured.append(measure(size, factor))
    show(console, measured)


def _run(scenario: str, factor: float, act: Callable[[Rehearsal, Console], int]) -> None:
    """Exit with what came of it; a failure names the step that it happened in."""
    console, steps = open_console(), _Steps()
    signal.signal(signal.SIGTERM, _as_interrupt)
    raise typer.Exit(_status_of(scenario, factor, act, console, steps))


def _status_of(
    scenario: str, factor: float, act: Callable[[Rehearsal, Console], int], console: Console, steps: "_Steps"
) -> int:
    try:
        with rehearsal(scenario, factor=factor, progress=lambda step: steps.begin(step, console)) as running:
            steps.begin("Everything is up", console)
            return act(running, console)
    except KeyboardInterrupt:
        console.print("Interrupted; everything is taken down.")
        return _INTERRUPTED
    except (RuntimeError, OSError, ScenarioError) as error:
        open_console(stderr=True).print(f"FAILED at the step “{steps.latest}”:\n{error}", soft_wrap=True)
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
