"""The demonstration: an estate fails over before your eyes, and figures tell how it went."""

import time
from datetime import UTC, datetime

from rich.console import Console
from rich.live import Live

from groundswell.domain.states import ExecutionStatus
from groundswell_cli.views.execution import execution_view
from rehearsal.failover import Standing, ledger_of, request_failover, watch
from rehearsal.rehearsal import Rehearsal
from rehearsal.summary import show_summary

FAILOVER_SECONDS = 900.0
EXIT_COMPLETED, EXIT_FAILED, EXIT_HELD = 0, 1, 2
_REQUEST: dict[str, object] = {"operation": "failover", "all": True, "reason": "rehearsal"}


def demonstrate(running: Rehearsal, console: Console) -> int:
    """Fail the whole estate over; the exit status: 0 completed, 2 held for a person, 1 anything else."""
    execution_id = request_failover(running.stack, _REQUEST)
    console.print(f'Put DRRequested {{"operation": "failover", "all": true}} on the bus: execution {execution_id}')
    store = ledger_of(running.stack)
    with _Screen(console, running.estate.factor) as screen:
        standing = watch(store, execution_id, show=screen.show, seconds=FAILOVER_SECONDS)
    show_summary(console, store, running, standing)
    return exit_status(standing)


def exit_status(standing: Standing) -> int:
    """What the shell is told."""
    if standing.is_held:
        return EXIT_HELD
    done = standing.execution.status in (ExecutionStatus.COMPLETED, ExecutionStatus.COMPLETED_WITH_EXCEPTIONS)
    return EXIT_COMPLETED if done else EXIT_FAILED


class _Screen(Live):
    """Redraws the execution in a terminal; elsewhere prints a line whenever a wave moves on."""

    def __init__(self, console: Console, factor: float) -> None:
        super().__init__(console=console, auto_refresh=False, transient=False)
        self._factor = factor
        self._started = time.monotonic()
        self._last = ""

    def show(self, standing: Standing) -> None:
        """Show how the execution stands."""
        if self.console.is_terminal:
            view = execution_view(standing.execution, standing.waves, datetime.now(UTC), self._factor)
            self.update(view, refresh=True)
            return
        line = _line(standing)
        if line != self._last:
            self._last = line
            self.console.print(f"{time.monotonic() - self._started:6.1f} s  {line}", soft_wrap=True)


def _line(standing: Standing) -> str:
    waves = (
        f"wave {wave.wave} {wave.status} {_tenths(wave.total - wave.remaining, wave.total)}" for wave in standing.waves
    )
    return f"{standing.execution.status}: " + ", ".join(waves)


def _tenths(done: int, total: int) -> str:
    """Progress in steps of a tenth, so that a log has few lines."""
    tenth = total if done == total else (10 * done // total) * total // 10
    return f"{'≥' if tenth < done else ''}{tenth}/{total}"
