"""The command `rehearsal`: demonstrate, bring up and leave up, measure."""

import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from rehearsal.demo import EXIT_FAILED, demonstrate
from rehearsal.rehearsal import Rehearsal, rehearsal
from rehearsal.standby import stand_by

app = typer.Typer(
    help="Groundswell on an embedded AWS, over a simulated estate.", no_args_is_help=True, add_completion=False
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


def _run(scenario: str, factor: float, act: Callable[[Rehearsal, Console], int]) -> None:
    console, steps = Console(), _Steps()
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        with rehearsal(scenario, factor=factor, progress=lambda step: steps.begin(step, console)) as running:
            steps.begin("Everything is up", console)
            status = act(running, console)
        raise typer.Exit(status)
    except KeyboardInterrupt:
        console.print("Interrupted; everything is taken down.")
        raise typer.Exit(_INTERRUPTED) from None
    except (RuntimeError, OSError) as error:
        Console(stderr=True).print(f"FAILED at the step “{steps.latest}”:\n{error}", markup=False, soft_wrap=True)
        raise typer.Exit(EXIT_FAILED) from None


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
